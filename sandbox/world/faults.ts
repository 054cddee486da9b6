/** Faults of API requests (any request, or the ones that `match`). */
const API_FAULTS = {
	'rate-limit': 'answers 429',
	'server-error': 'answers 500',
	unavailable: 'answers 503',
	'html-error': 'answers 502 with a page of HTML',
	error: 'answers 400 (another status and code with the controls)',
	'connection-reset': 'breaks the connection off',
	'slow-response': 'answers after 3 seconds',
	'time-out': 'never answers',
	redirect: 'redirects to another host',
} as const;

/** Faults of Create Split Job that leave a job behind. */
const CREATE_FAULTS = {
	'create-succeeds-but-connection-drops': 'creates the job and breaks off',
	'create-succeeds-but-500': 'creates the job and answers 500',
	'create-succeeds-but-times-out': 'creates the job and never answers',
} as const;

/** Faults of segment downloads. */
const DOWNLOAD_FAULTS = {
	'download-truncated': 'ends the connection in the middle of the file',
	'download-reset-midway': 'breaks off in the middle of the file',
	'download-expired': 'answers as if the URL had expired',
	'download-redirect': 'redirects to another host',
	'download-server-error': 'answers 500',
	'download-rate-limit': 'answers 429 with Retry-After',
	'download-empty': 'answers 200 with an empty file',
	'download-slow': 'begins after 3 seconds',
	'download-stalls': 'stops in the middle of the file, and keeps the connection',
	'download-time-out': 'never answers',
} as const;

/** Faults of the next job created. */
const JOB_FAULTS = {
	'job-fails': 'ends the job as failed',
	'job-stuck': 'lets the job stay at a part of its progress',
	'job-without-progress': 'leaves the progress out of Get Job',
} as const;

/** Every fault, and what it does. */
export const FAULTS = {
	...API_FAULTS,
	...CREATE_FAULTS,
	...DOWNLOAD_FAULTS,
	...JOB_FAULTS,
} as const;

export type FaultName = keyof typeof FAULTS;
export type FaultKind = 'api' | 'create' | 'download' | 'job';

export const FAULT_NAMES = Object.keys(FAULTS) as FaultName[];

const KINDS: Record<FaultKind, readonly string[]> = {
	api: Object.keys(API_FAULTS),
	create: Object.keys(CREATE_FAULTS),
	download: Object.keys(DOWNLOAD_FAULTS),
	job: Object.keys(JOB_FAULTS),
};

/** Which requests a fault is for; all of the given must hold. */
export interface FaultMatch {
	method?: string;
	/** A part of the path and query. */
	path?: string;
	/** Zero-based index of the segment, for download faults. */
	segmentIndex?: number;
}

export interface FaultOptions {
	/** The next so many matching requests (1), or `always`. */
	count?: number | 'always';
	/** So many matching requests pass before it begins (0). */
	after?: number;
	match?: FaultMatch;
	/** HTTP status, for `error`. */
	status?: number;
	/** The service's code, for `error` and `job-fails`. */
	code?: string;
	message?: string;
	details?: Record<string, unknown>;
	/** Delay for `slow-response`, `download-slow`. */
	delayMs?: number;
	/** For `rate-limit`, `unavailable` and `download-rate-limit`. */
	retryAfterSeconds?: number;
	/** Percent at which `job-stuck` stops. */
	progress?: number;
}

export interface Fault extends FaultOptions {
	name: FaultName;
	/** Matching requests left. */
	left: number;
	/** Matching requests that still pass. */
	passing: number;
}

export interface FaultTarget {
	method: string;
	path: string;
	segmentIndex?: number;
}

export interface Faults {
	add(name: string, options?: FaultOptions): void;
	clear(): void;
	/** The first fault of a kind for a request, counted as used; undefined where there is none. */
	take(kind: FaultKind, target: FaultTarget): Fault | undefined;
	list(): Fault[];
}

/** Makes an empty set of faults. `add` throws on an unknown name. */
export function createFaults(): Faults {
	let faults: Fault[] = [];
	return {
		add(name, options = {}) {
			if (!FAULT_NAMES.includes(name as FaultName)) {
				throw new Error(`No fault "${name}"; there are ${FAULT_NAMES.join(', ')}`);
			}
			const { count = 1, after = 0 } = options;
			faults.push({
				...options,
				name: name as FaultName,
				left: count === 'always' ? Number.POSITIVE_INFINITY : count,
				passing: after,
			});
		},
		clear() {
			faults = [];
		},
		take(kind, target) {
			const matching = faults.filter(
				({ name, match }) => KINDS[kind].includes(name) && matches(match, target),
			);
			const fault = matching.find(({ passing }) => passing <= 0);
			for (const later of matching) later.passing -= 1;
			if (fault === undefined) return undefined;
			fault.left -= 1;
			if (fault.left <= 0) faults = faults.filter((other) => other !== fault);
			return fault;
		},
		list: () => faults.map((fault) => ({ ...fault })),
	};
}

function matches(match: FaultMatch = {}, target: FaultTarget): boolean {
	return (
		(match.method === undefined || match.method.toUpperCase() === target.method) &&
		(match.path === undefined || target.path.includes(match.path)) &&
		(match.segmentIndex === undefined || match.segmentIndex === target.segmentIndex)
	);
}
