/** What a switch decides, and what it can be: one of a few values, the default first, or a whole number. */
type Definition = { decides: string } & (
	| { values: readonly [string | number | boolean, ...Array<string | number | boolean>] }
	| { from: number; to: number; initially: number }
);

/**
 * Behaviours that AudioSpliter's documentation leaves open. Each is a switch, so that a client can be
 * shown to stand either way; the defaults are the likeliest readings.
 */
const SWITCHES = {
	overConcurrency: {
		decides: "what becomes of a create beyond the plan's concurrent jobs: it waits, or is a 429",
		values: ['queue', '429'],
	},
	listShape: {
		decides: 'what List Jobs answers: { data, pagination }, or a bare array',
		values: ['paginated', 'array'],
	},
	listHonoursPage: {
		decides: 'whether List Jobs looks at "page"; where not, every page is the first',
		values: [true, false],
	},
	listItemsCarrySegments: {
		decides: 'whether the jobs of List Jobs have their segments',
		values: [true, false],
	},
	listItemsCarryMetadata: {
		decides: 'whether the jobs of List Jobs have their metadata',
		values: [true, false],
	},
	listHonoursLimit: {
		decides: 'whether List Jobs looks at "limit"; where not, a page has 20 jobs',
		values: [true, false],
	},
	listCountsJobs: {
		decides: "whether List Jobs' pagination has total and totalPages",
		values: [true, false],
	},
	listHonoursStatus: {
		decides: 'whether List Jobs looks at "status"; where not, it has all jobs',
		values: [true, false],
	},
	listOrder: {
		decides:
			'which job List Jobs begins with; "completed" is the last to end, "random" stays as it is',
		values: ['newest', 'oldest', 'completed', 'random'],
	},
	listItemsCarryCompletedAt: {
		decides: 'whether the ended jobs of List Jobs say when they ended',
		values: [true, false],
	},
	listItemsCarryWebhookUrl: {
		decides: 'whether jobs that are no longer queued have their webhookUrl, in Get Job too',
		values: [false, true],
	},
	listLag: {
		decides: 'how many seconds (scaled) the jobs of List Jobs are behind those of Get Job',
		...{ from: 0, to: 3600, initially: 0 },
	},
	listOddRows: {
		decides: 'whether List Jobs has rows that are no jobs, and one of an unknown status',
		values: [false, true],
	},
	failedCompletedAt: {
		decides: 'the field in which a failed job says when it ended',
		values: ['completedAt', 'failedAt', 'none'],
	},
	deletedJob: {
		decides: 'what Get Job answers after Delete Job: 404, or 200 with the status "deleted"',
		values: ['404', 'deleted'],
	},
	deleteQueued: {
		decides: 'whether a queued job may be deleted; where not, that is a 409',
		values: [true, false],
	},
	deliveryIdPerAttempt: {
		decides: 'whether a retry of a webhook has a new X-AudioSpliter-Delivery',
		values: [false, true],
	},
	signBody: {
		decides: 'how webhooks are written; "pretty" is as no JSON.stringify writes it',
		values: ['compact', 'pretty'],
	},
	bodyOnRetry: {
		decides: "whether a retry's body is the first one, or made anew with fresh times and URLs",
		values: ['same', 'regenerated'],
	},
	maxFileSizeEcho: {
		decides: 'whether a job that is split by file size has its maxFileSize',
		values: [true, false],
	},
	webhookUrlEcho: {
		decides: 'whether the answer to a create has its webhookUrl',
		values: [true, false],
	},
	outputFormatWhenOmitted: {
		decides: 'outputFormat of a queued job whose request had none',
		values: ['omit', 'null'],
	},
	metadataWhenOmitted: {
		decides: 'metadata of a job whose request had none',
		values: ['omit', 'empty', 'null'],
	},
	retryAfterFormat: { decides: 'how Retry-After is written', values: ['seconds', 'date'] },
	rateLimit429: {
		decides: 'where a 429 says how long to wait',
		values: ['headerAndBody', 'headerOnly', 'bodyOnly'],
	},
	scaleRateLimit: {
		decides: "whether --time-scale shortens the rate limit's minute too; true where it is not 1",
		values: [false, true],
	},
	expiredStatus: {
		decides: "the status of a segment's URL that has expired",
		...{ from: 400, to: 599, initially: 403 },
	},
	expiredBody: {
		decides: "the body of a segment's URL that has expired",
		values: ['xml', 'json'],
	},
	progressEvents: {
		decides: 'job.progress at 25, 50 and 75 %: for sources above 500 MB, always, never',
		values: ['large', 'on', 'off'],
	},
	completedWebhook: {
		decides: "data of job.completed: the payload page's, or the overview's",
		values: ['full', 'short'],
	},
	failedWebhookCarriesMetadata: {
		decides: 'whether job.failed has the metadata',
		values: [false, true],
	},
	httpWebhooks: {
		decides: 'whether a create may have an http:// webhookUrl',
		values: [true, false],
	},
	disableScope: {
		decides: 'what three exhausted events disable: that URL, or all of the account',
		values: ['url', 'account'],
	},
	segmentsAfterRetention: {
		decides: 'segments of a job whose files are gone; "dead" has URLs that lead nowhere',
		values: ['empty', 'missing', 'dead'],
	},
	validationStatus: {
		decides: 'the status of a request that is not valid',
		values: [400, 422],
	},
	sizeCheck: {
		decides: "whether a create asks for the source's size, which a 413 needs",
		values: ['head', 'none'],
	},
} as const satisfies Record<string, Definition>;

type Table = typeof SWITCHES;
export type SwitchName = keyof Table;

/** The state of every switch. */
export type Switches = {
	-readonly [Name in SwitchName]: Table[Name] extends { values: ReadonlyArray<infer Value> }
		? Value
		: number;
};

export const SWITCH_NAMES = Object.keys(SWITCHES) as SwitchName[];

const definitionOf = (name: SwitchName): Definition => SWITCHES[name];

const initialOf = (name: SwitchName): string | number | boolean => {
	const definition = definitionOf(name);
	return 'values' in definition ? definition.values[0] : definition.initially;
};

/** What a switch can be, in words, and what it decides. */
export function explainSwitch(name: SwitchName): { values: string; decides: string } {
	const definition = definitionOf(name);
	const values =
		'values' in definition
			? definition.values.join(', ')
			: `${definition.initially}, or another from ${definition.from} to ${definition.to}`;
	return { values, decides: definition.decides };
}

/** The defaults for a sandbox whose time runs `timeScale` times as fast, with the given ones on top. */
export function initialSwitches(timeScale: number, given: Partial<Switches> = {}): Switches {
	const initial = Object.fromEntries(SWITCH_NAMES.map((name) => [name, initialOf(name)]));
	return { ...(initial as unknown as Switches), scaleRateLimit: timeScale !== 1, ...given };
}

/**
 * Reads a switch from text, as a command line or an HTTP request names it.
 *
 * @throws on a name that is none, and on a value that the switch does not have
 */
export function readSwitch(name: string, value: unknown): Partial<Switches> {
	if (!SWITCH_NAMES.includes(name as SwitchName)) {
		throw new Error(`No switch "${name}"; there are ${SWITCH_NAMES.join(', ')}`);
	}
	const definition = definitionOf(name as SwitchName);
	const found =
		'values' in definition
			? definition.values.find((one) => namesOf(one).includes(String(value)))
			: wholeNumber(value, definition);
	if (found === undefined) {
		const { values } = explainSwitch(name as SwitchName);
		throw new Error(`The switch "${name}" cannot be ${JSON.stringify(value)}; it can be ${values}`);
	}
	return { [name]: found };
}

/** How a value may be written. */
function namesOf(value: string | number | boolean): string[] {
	if (typeof value !== 'boolean') return [String(value)];
	return value ? ['true', 'on'] : ['false', 'off'];
}

function wholeNumber(value: unknown, { from, to }: { from: number; to: number }) {
	const number = Number(value);
	return Number.isInteger(number) && number >= from && number <= to ? number : undefined;
}

/** Sets one switch. @throws as {@link readSwitch} */
export function setSwitchByName(switches: Switches, name: string, value: unknown): void {
	Object.assign(switches, readSwitch(name, value));
}
