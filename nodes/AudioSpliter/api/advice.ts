import type { SourceKind } from './sourceAdvice';
import { explainSource } from './sourceAdvice';

/** What n8n calls a failure's cause from 2.41 on; older versions ignore it. Source: n8n-workflow errors/failure. */
export type FailureCause =
	| 'rate-limited'
	| 'quota-exhausted'
	| 'temporarily-unavailable'
	| 'credential-invalid'
	| 'configuration-invalid';

/** What an answer of the API says about a call that did not succeed. */
export interface ApiFailure {
	/** HTTP status; absent where no answer arrived or the failure is the job's own. */
	status?: number;
	/** The service's own code, such as `FILE_TOO_LARGE`. */
	code?: string;
	/** The words of whoever answered. */
	serviceMessage?: string;
	/** The answer is not the API's: a proxy, a firewall or another server gave it. */
	isIntermediary?: true;
	/** Code of a transport failure, such as `ECONNREFUSED` (see `transportCode`). */
	transport?: string;
	/** The source that was chosen, so that the advice is about that one. */
	source?: SourceKind;
}

export interface Explanation {
	/** What happened. */
	message: string;
	/** What to do about it. */
	description: string;
	cause?: FailureCause;
}

const uselessKey = (message: string): Explanation => ({
	message,
	description:
		'Open the AudioSpliter credential and paste a valid key from the AudioSpliter dashboard (API Keys).',
	cause: 'credential-invalid',
});
const LIMIT_ADVICE =
	"All workflows that use this API key share the plan's requests per minute. Run fewer jobs at once, poll less often, or upgrade the plan.";

/** Documented codes (API: Error Codes). Pairs that mean the same thing to a user share their advice. */
const BY_CODE: Record<string, Explanation> = {
	UNAUTHORIZED: uselessKey('The API key was refused'),
	TOKEN_EXPIRED: uselessKey('The API key has expired'),
	KEY_REVOKED: uselessKey('The API key has been revoked'),
	INSUFFICIENT_SCOPE: {
		message: 'The API key is not allowed to do this',
		description:
			'Give the key the scopes splits:read (get and list) and splits:write (create and delete) in the AudioSpliter dashboard, or use another key.',
		cause: 'credential-invalid',
	},
	INVALID_PARAMS: {
		message: 'AudioSpliter did not accept the parameters',
		description: "Check this node's parameters, especially values that come from expressions.",
		cause: 'configuration-invalid',
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
			'Check the job ID. A job can be looked up for 90 days unless it is deleted, and only with a key of the same account and environment (live or test).',
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
		message: "This month's minutes are used up",
		description:
			'The Free plan renews them on the 1st of the month at 00:00 UTC. Upgrade the plan to continue now.',
		cause: 'quota-exhausted',
	},
	PAYMENT_REQUIRED: {
		message: 'AudioSpliter requires payment',
		description: 'Pay the open invoices in the AudioSpliter dashboard (Billing).',
		cause: 'quota-exhausted',
	},
	FILE_TOO_LARGE: {
		message: 'The source file is too large for the plan',
		description:
			'Limits: Free 100 MB, Starter 500 MB, Pro 2 GB. Use a smaller file or upgrade the plan.',
	},
	RATE_LIMITED: {
		message: 'Too many requests with this API key',
		description: LIMIT_ADVICE,
		cause: 'rate-limited',
	},
};

const CONFLICT: Explanation = {
	message: "AudioSpliter cannot do this in the job's current state",
	description: 'Get the job to see its status, then try again.',
};

const BASE_URL_HINT = "the credential's base URL, which normally ends in /api/v1";

/** A node that creates a job asks for nothing that has an ID. */
const notFound = (source: SourceKind | undefined): Explanation => ({
	message: 'AudioSpliter could not find what was requested',
	description:
		source === undefined
			? `Check the job ID, if this node has one, and ${BASE_URL_HINT}.`
			: `Check ${BASE_URL_HINT}.`,
	cause: 'configuration-invalid',
});

/** What to do about an answer of something other than the API. */
const INTERMEDIARY_ADVICE: Record<number, string> = {
	404: `Check ${BASE_URL_HINT}. If it is right, ask your network administrator what answers in AudioSpliter's place.`,
	429: 'It limits the number of requests. Run fewer jobs at once, or poll less often.',
	407: 'The proxy requires a login. Ask the n8n administrator to add it to the proxy settings (HTTPS_PROXY=http://user:password@host:port).',
};

const fromIntermediary = (status: number): Explanation => ({
	message: 'Something between n8n and AudioSpliter answered, such as a proxy or a firewall',
	description:
		INTERMEDIARY_ADVICE[status] ??
		`Ask your network administrator whether a proxy or a firewall blocks requests to AudioSpliter, and check ${BASE_URL_HINT}.`,
	cause: status === 429 ? 'rate-limited' : 'configuration-invalid',
});

const REDIRECT: Explanation = {
	message: 'The answer was a redirect',
	description: `The node does not send the API key on to another address. Check ${BASE_URL_HINT}, and that it begins with https://. A proxy that asks for a login also redirects.`,
	cause: 'configuration-invalid',
};

const UNAVAILABLE: Explanation = {
	message: 'AudioSpliter is not available at the moment',
	description:
		'Try again in a few minutes. If it keeps happening, check the proxies and firewalls between n8n and AudioSpliter.',
	cause: 'temporarily-unavailable',
};

/** What a status means where its code is not known. */
const BY_STATUS: Record<number, string> = {
	400: 'INVALID_PARAMS',
	401: 'UNAUTHORIZED',
	402: 'PAYMENT_REQUIRED',
	403: 'INSUFFICIENT_SCOPE',
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
			"Check the credential's base URL. If a proxy in your network inspects TLS traffic, ask the n8n administrator to have n8n trust its certificate (NODE_EXTRA_CA_CERTS).",
		cause: 'configuration-invalid',
	},
	TLS: {
		message: 'Could not establish a TLS connection to AudioSpliter',
		description:
			"Check the scheme (https:// or http://) and the port of the credential's base URL.",
		cause: 'configuration-invalid',
	},
	BLOCKED: {
		message: 'n8n does not allow requests to this address (SSRF protection)',
		description:
			"Check the credential's base URL. If the address is right, ask the n8n administrator to allow it (N8N_SSRF_ALLOWED_HOSTNAMES, N8N_SSRF_ALLOWED_IP_RANGES).",
		cause: 'configuration-invalid',
	},
	TIMEOUT: {
		message: 'AudioSpliter did not answer in time',
		description:
			'Try again. If it keeps happening, check the network between n8n and AudioSpliter.',
		cause: 'temporarily-unavailable',
	},
	OTHER: {
		message: 'The connection to AudioSpliter was interrupted',
		description:
			'Try again. If it keeps happening, check the network between n8n and AudioSpliter.',
		cause: 'temporarily-unavailable',
	},
};

const TIMEOUT_CODES = new Set(['ETIMEDOUT', 'ECONNABORTED', 'ESOCKETTIMEDOUT', 'ERR_CANCELED']);

const transportAdvice = (code: string): Explanation =>
	TRANSPORT[code === 'EAI_AGAIN' ? 'ENOTFOUND' : TIMEOUT_CODES.has(code) ? 'TIMEOUT' : code] ??
	(TRANSPORT.OTHER as Explanation);

const codeAdvice = (code: string, source: SourceKind | undefined): Explanation | undefined => {
	if (code === 'NOT_FOUND') return notFound(source);
	return Object.hasOwn(BY_CODE, code) ? BY_CODE[code] : explainSource(code, source);
};

/** What a failure means and what to do about it, before the service's own words are added. */
export const adviceFor = (failure: ApiFailure): Explanation => {
	const { status, code, transport, isIntermediary, source } = failure;
	if (transport !== undefined) return transportAdvice(transport);
	const known = code === undefined ? undefined : codeAdvice(code, source);
	if (known !== undefined) return known;
	// No request failed: this is the reason that a job gives for its own failure.
	if (status === undefined) return BY_CODE.JOB_FAILED as Explanation;
	if (status >= 500) return UNAVAILABLE;
	if (status >= 300 && status < 400) return REDIRECT;
	if (isIntermediary === true) return fromIntermediary(status);
	if (status === 404) return notFound(source);
	if (status === 409) return CONFLICT;
	return (
		BY_CODE[BY_STATUS[status] ?? ''] ?? {
			message: 'AudioSpliter did not accept the request',
			description: 'Check the parameters of this node.',
		}
	);
};
