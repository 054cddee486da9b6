/**
 * Behaviours that AudioSpliter's documentation leaves open. Each is a switch, so that a client can be
 * shown to stand either way; the defaults are the likeliest readings.
 */
export interface Switches {
	/** A create beyond the plan's concurrent jobs: accepted and kept `queued`, or answered with 429. */
	overConcurrency: 'queue' | '429';
	/** List Jobs: `{ data, pagination }` or a bare array. */
	listShape: 'paginated' | 'array';
	/** Whether List Jobs looks at `page`; where not, every page is the first. */
	listHonoursPage: boolean;
	listItemsCarrySegments: boolean;
	listItemsCarryMetadata: boolean;
	listOrder: 'newest' | 'oldest';
	/** Get Job after Delete Job: 404, or 200 with the status `deleted`. */
	deletedJob: '404' | 'deleted';
	/** Whether a job that is still `queued` may be deleted; where not, 409. */
	deleteQueued: boolean;
	/** Whether a retry of a webhook carries a new X-AudioSpliter-Delivery. */
	deliveryIdPerAttempt: boolean;
	/** `pretty`: indented JSON, non-ASCII characters now raw and now escaped, as no re-serializer writes it. */
	signBody: 'compact' | 'pretty';
	/** Whether a retry's body is the first attempt's, or made anew with fresh times and URLs. */
	bodyOnRetry: 'same' | 'regenerated';
	/** Whether the job echoes `maxFileSize` in fileSize mode. */
	maxFileSizeEcho: boolean;
	/** Whether the create response echoes `webhookUrl`. */
	webhookUrlEcho: boolean;
	/** `outputFormat` while it is not known because the request left it out. */
	outputFormatWhenOmitted: 'omit' | 'null';
	/** `metadata` of a job created without. */
	metadataWhenOmitted: 'omit' | 'empty' | 'null';
	retryAfterFormat: 'seconds' | 'date';
	/** Where a 429 says how long to wait. */
	rateLimit429: 'headerAndBody' | 'headerOnly' | 'bodyOnly';
	/** Whether the one-minute windows of the rate limit are as scaled as the rest of time. */
	scaleRateLimit: boolean;
	/** What the CDN answers when a segment's URL has expired. */
	expiredStatus: number;
	expiredBody: 'xml' | 'json';
	/** `job.progress` webhooks at 25, 50 and 75 %: for sources above 500 MB, always, never. */
	progressEvents: 'large' | 'on' | 'off';
	/** `data` of `job.completed`: the payload page's, or the overview's (`status` and bare `segments`). */
	completedWebhook: 'full' | 'short';
	failedWebhookCarriesMetadata: boolean;
	/** Whether `http://` webhook URLs are accepted at creation. */
	httpWebhooks: boolean;
	/** What three exhausted events disable: that URL, or every webhook of the account. */
	disableScope: 'url' | 'account';
	/** `segments` of a completed job whose files are gone. */
	segmentsAfterRetention: 'empty' | 'missing' | 'dead';
	/** Status of a body that failed validation. */
	validationStatus: 400 | 422;
	/** Whether a create asks the source's server for the size (HEAD), which is what a 413 needs. */
	sizeCheck: 'head' | 'none';
}

const DEFAULTS: Switches = {
	overConcurrency: 'queue',
	listShape: 'paginated',
	listHonoursPage: true,
	listItemsCarrySegments: true,
	listItemsCarryMetadata: true,
	listOrder: 'newest',
	deletedJob: '404',
	deleteQueued: true,
	deliveryIdPerAttempt: false,
	signBody: 'compact',
	bodyOnRetry: 'same',
	maxFileSizeEcho: true,
	webhookUrlEcho: true,
	outputFormatWhenOmitted: 'omit',
	metadataWhenOmitted: 'omit',
	retryAfterFormat: 'seconds',
	rateLimit429: 'headerAndBody',
	scaleRateLimit: false,
	expiredStatus: 403,
	expiredBody: 'xml',
	progressEvents: 'large',
	completedWebhook: 'full',
	failedWebhookCarriesMetadata: false,
	httpWebhooks: true,
	disableScope: 'url',
	segmentsAfterRetention: 'empty',
	validationStatus: 400,
	sizeCheck: 'head',
};

export type SwitchName = keyof Switches;

export const SWITCH_NAMES = Object.keys(DEFAULTS) as SwitchName[];

/** The defaults for a sandbox whose time runs `timeScale` times as fast, with the given ones on top. */
export function initialSwitches(timeScale: number, given: Partial<Switches> = {}): Switches {
	return { ...DEFAULTS, scaleRateLimit: timeScale !== 1, ...given };
}

/** Sets one switch from text, as a command line or an HTTP request names it. Throws on an unknown name. */
export function setSwitchByName(switches: Switches, name: string, value: unknown): void {
	if (!SWITCH_NAMES.includes(name as SwitchName)) {
		throw new Error(`No switch "${name}"; there are ${SWITCH_NAMES.join(', ')}`);
	}
	const wanted = typeof DEFAULTS[name as SwitchName];
	const parsed =
		wanted === 'boolean' && typeof value === 'string'
			? { true: true, on: true, false: false, off: false }[value]
			: wanted === 'number'
				? Number(value)
				: value;
	if (typeof parsed !== wanted || Number.isNaN(parsed)) {
		throw new Error(`The switch "${name}" takes a ${wanted}, not ${JSON.stringify(value)}`);
	}
	Object.assign(switches, { [name]: parsed });
}
