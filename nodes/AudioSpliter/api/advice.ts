/** What n8n 2.41 and newer call a failure's cause; older versions ignore it. Source: n8n-workflow errors/failure. */
export type FailureCause =
	| 'rate-limited'
	| 'quota-exhausted'
	| 'temporarily-unavailable'
	| 'credential-invalid'
	| 'configuration-invalid';

/** What an answer of the API says about a call that did not succeed. */
export interface ApiFailure {
	/** HTTP status; absent when no answer arrived or when the failure is the job's own. */
	status?: number;
	/** The service's own code, such as `FILE_TOO_LARGE`. */
	code?: string;
	/** The service's own words. */
	serviceMessage?: string;
	/** Code of a transport failure, such as `ECONNREFUSED` (see `transportCode`). */
	transport?: string;
}

export interface Explanation {
	/** What happened. */
	message: string;
	/** What to do about it. */
	description: string;
	cause?: FailureCause;
}

const KEY_ADVICE =
	'Open the AudioSpliter credential and paste a valid key from the AudioSpliter dashboard (API Keys).';
const LIMIT_ADVICE =
	"Every workflow that uses this API key shares the plan's requests per minute. Run fewer jobs at once, poll less often, or upgrade the plan.";

/** Documented codes (API: Error Codes). Pairs that mean the same thing to a user share their advice. */
const BY_CODE: Record<string, Explanation> = {
	UNAUTHORIZED: {
		message: 'The API key was refused',
		description: KEY_ADVICE,
		cause: 'credential-invalid',
	},
	TOKEN_EXPIRED: {
		message: 'The access has expired',
		description: KEY_ADVICE,
		cause: 'credential-invalid',
	},
	KEY_REVOKED: {
		message: 'The API key has been revoked',
		description: KEY_ADVICE,
		cause: 'credential-invalid',
	},
	INSUFFICIENT_SCOPE: {
		message: 'The API key is not allowed to do this',
		description:
			'Give the key the scopes splits:read (get and list) and splits:write (create and delete) in the AudioSpliter dashboard, or use another key.',
		cause: 'credential-invalid',
	},
	INVALID_PARAMS: {
		message: 'AudioSpliter did not accept the parameters',
		description: 'Check the values of this node, above all those that come from expressions.',
		cause: 'configuration-invalid',
	},
	INVALID_FORMAT: {
		message: 'The audio format is not supported',
		description: 'Use a source in MP3, WAV, FLAC, OGG or AAC, or convert it first.',
	},
	UNSUPPORTED_FORMAT: {
		message: 'The audio format is not supported',
		description: 'Use a source in MP3, WAV, FLAC, OGG or AAC, or convert it first.',
	},
	INVALID_URL: {
		message: 'AudioSpliter could not reach the source URL',
		description:
			"Use a direct link to the audio file that works without login for at least an hour: share pages of cloud drives don't. For files inside n8n, set 'Source' to 'Binary File'.",
	},
	DOWNLOAD_FAILED: {
		message: 'AudioSpliter could not download the source',
		description:
			"Use a direct link to the audio file that works without login for at least an hour: share pages of cloud drives don't. With 'Source' set to 'Binary File', this n8n must be reachable by https, and the execution must still be stored when AudioSpliter fetches the file: let this node wait for the completion.",
	},
	DURATION_TOO_SHORT: {
		message: 'The segment duration is too short',
		description: "Set 'Segment Duration' to 1 second or more.",
	},
	DURATION_TOO_LONG: {
		message: 'The segment duration is longer than the source',
		description: "Set 'Segment Duration' to less than the length of the source.",
	},
	JOB_NOT_FOUND: {
		message: 'The job was not found',
		description:
			'Check the job ID. Jobs can be looked up for 90 days, unless they were deleted, and only with a key of the same account and environment (live or test).',
		cause: 'configuration-invalid',
	},
	JOB_ALREADY_PROCESSING: {
		message: 'The job is being processed and cannot be changed now',
		description:
			"Wait until it has finished, for example with 'Wait for Completion', then try again.",
	},
	JOB_FAILED: {
		message: 'The job failed',
		description: 'Check that the source is a complete audio file, then create the job again.',
	},
	DOWNLOAD_EXPIRED: {
		message: 'The download link has expired',
		description:
			'Get the job again for fresh links. If that does not help, AudioSpliter has deleted the files: it keeps them for 24 hours (Free), 7 days (Starter) or 30 days (Pro).',
	},
	QUOTA_EXCEEDED: {
		message: 'The minutes of this month are used up',
		description:
			'The Free plan starts anew on the 1st of the month, 00:00 UTC. Upgrade the plan to go on now.',
		cause: 'quota-exhausted',
	},
	PAYMENT_REQUIRED: {
		message: 'AudioSpliter asks for a payment',
		description: 'Settle the open invoices in the AudioSpliter dashboard (Billing).',
		cause: 'quota-exhausted',
	},
	FILE_TOO_LARGE: {
		message: 'The source file is too large for the plan',
		description:
			'Limits: Free 100 MB, Starter 500 MB, Pro 2 GB. Use a smaller file or upgrade the plan.',
	},
	CORRUPT_FILE: {
		message: 'The source could not be decoded',
		description: 'Check that the link leads to the complete audio file itself and that it plays.',
	},
	RATE_LIMITED: {
		message: 'Too many requests with this API key',
		description: LIMIT_ADVICE,
		cause: 'rate-limited',
	},
	NOT_FOUND: {
		message: 'AudioSpliter did not find what was asked for',
		description: "Check the IDs in this node and the credential's base URL.",
		cause: 'configuration-invalid',
	},
	PLAN_NOT_FOUND: {
		message: 'The plan does not exist',
		description: 'Choose another plan in the AudioSpliter dashboard (Billing).',
		cause: 'configuration-invalid',
	},
	ALREADY_SUBSCRIBED: {
		message: 'The account has a subscription already',
		description: 'Change the plan in the AudioSpliter dashboard (Billing).',
		cause: 'configuration-invalid',
	},
	ACTIVE_SUBSCRIPTION: {
		message: 'The account has an active subscription',
		description: 'Cancel the plan in the AudioSpliter dashboard (Billing) first.',
		cause: 'configuration-invalid',
	},
};

const CONFLICT: Explanation = {
	message: 'AudioSpliter cannot do this in the present state',
	description: 'Get the job to see its state, then try again.',
};

const UNAVAILABLE: Explanation = {
	message: 'AudioSpliter is not available at the moment',
	description: 'Try again in a few minutes.',
	cause: 'temporarily-unavailable',
};

/** What a status means when its code tells nothing. */
const BY_STATUS: Record<number, string> = {
	400: 'INVALID_PARAMS',
	401: 'UNAUTHORIZED',
	402: 'PAYMENT_REQUIRED',
	403: 'INSUFFICIENT_SCOPE',
	404: 'NOT_FOUND',
	413: 'FILE_TOO_LARGE',
	422: 'INVALID_PARAMS',
	429: 'RATE_LIMITED',
};

const TRANSPORT: Record<string, Explanation> = {
	ECONNREFUSED: {
		message: 'AudioSpliter refused the connection',
		description: "Check the credential's base URL, and that the server behind it is running.",
		cause: 'temporarily-unavailable',
	},
	ENOTFOUND: {
		message: "The host of the credential's base URL was not found",
		description: "Check the credential's base URL and this machine's DNS and network.",
		cause: 'temporarily-unavailable',
	},
	CERTIFICATE: {
		message: "The certificate of AudioSpliter's server was not accepted",
		description:
			"Check the credential's base URL. If a proxy of your network comes between, ask the n8n administrator to make its certificate known (NODE_EXTRA_CA_CERTS).",
		cause: 'configuration-invalid',
	},
	TLS: {
		message: 'No encrypted connection to AudioSpliter came about',
		description:
			"Check the credential's base URL: whether it begins with https:// or http://, and its port.",
		cause: 'configuration-invalid',
	},
	BLOCKED: {
		message: 'n8n does not allow requests to this address (SSRF protection)',
		description:
			"Check the credential's base URL. If the address is the one that is meant, ask the n8n administrator to allow it (N8N_SSRF_ALLOWED_HOSTNAMES, N8N_SSRF_ALLOWED_IP_RANGES).",
		cause: 'configuration-invalid',
	},
	TIMEOUT: {
		message: 'AudioSpliter did not answer in time',
		description:
			'Try again. If it keeps happening, check the network between n8n and AudioSpliter.',
		cause: 'temporarily-unavailable',
	},
	OTHER: {
		message: 'The connection to AudioSpliter broke',
		description:
			'Try again. If it keeps happening, check the network between n8n and AudioSpliter.',
		cause: 'temporarily-unavailable',
	},
};

const TIMEOUT_CODES = new Set(['ETIMEDOUT', 'ECONNABORTED', 'ESOCKETTIMEDOUT', 'ERR_CANCELED']);

const transportAdvice = (code: string): Explanation =>
	TRANSPORT[code === 'EAI_AGAIN' ? 'ENOTFOUND' : TIMEOUT_CODES.has(code) ? 'TIMEOUT' : code] ??
	(TRANSPORT.OTHER as Explanation);

/** What a failure means and what to do about it, before the service's own words are added. */
export const adviceFor = ({ status, code, transport }: ApiFailure): Explanation => {
	if (transport !== undefined) return transportAdvice(transport);
	if (code !== undefined && Object.hasOwn(BY_CODE, code)) return BY_CODE[code] as Explanation;
	// No answer of the API to a request: the reason that a job itself gives for its failure.
	if (status === undefined) return BY_CODE.JOB_FAILED as Explanation;
	if (status >= 500) return UNAVAILABLE;
	if (status === 409) return CONFLICT;
	if (status >= 300 && status < 400) {
		return {
			message: 'AudioSpliter answered with a redirect',
			description:
				"The API key is not sent on to another address. Check the credential's base URL (https, and the path /api/v1).",
			cause: 'configuration-invalid',
		};
	}
	return (
		BY_CODE[BY_STATUS[status] ?? ''] ?? {
			message: 'AudioSpliter did not accept the request',
			description: 'Check the parameters of this node.',
		}
	);
};
