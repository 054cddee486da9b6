import { asText, isRecord, readJson } from '../job/values';
import { adviceFor } from './advice';
import type { ApiFailure, Explanation } from './advice';

/** One line, short enough for an error's title; a proxy's HTML page says nothing there. */
const presentable = (text: string | undefined): string | undefined => {
	const line = text?.replace(/\s+/g, ' ').trim();
	return line === undefined || line === '' || /^<|<html|<!doctype/i.test(line)
		? undefined
		: line.slice(0, 300);
};

/** Node.js's own code tells an administrator more than any words. The others are names of this package. */
const nodeCode = (transport: string | undefined): string | undefined =>
	transport !== undefined && /^(E|HPE_)[A-Z_]+$/.test(transport) ? transport : undefined;

/** Words that carry no meaning of their own in a sentence about a failure. */
const FILLERS = /^(audiospliter|could|cannot|does|that|this|with|from|been|were|have)$/;

/** Letters of a word's beginning that tell it apart from others, and not from its own forms. */
const STEM = 6;

/** What a sentence speaks of: the stems of its longer words, without codes such as JOB_FAILED. */
const stemsOf = (text: string): string[] =>
	(
		text
			.replace(/\b[A-Z]+(_[A-Z]+)+\b/g, '')
			.toLowerCase()
			.match(/[a-z]{4,}/g) ?? []
	)
		.filter((word) => !FILLERS.test(word))
		.map((word) => word.slice(0, STEM));

/** Our own words and the service's, unless one of them says again what the other says. */
function joinWords(own: string, said: string | undefined): string {
	if (said === undefined) return own;
	const [ownStems, saidStems] = [stemsOf(own), stemsOf(said)];
	if (saidStems.length > 0 && saidStems.every((stem) => ownStems.includes(stem))) return own;
	// A single word in common may be there by chance.
	if (ownStems.length > 1 && ownStems.every((stem) => saidStems.includes(stem))) return said;
	return `${own}: ${said}`;
}

/**
 * Says what happened (message) and what to do (description) for any answer or transport failure. The service's own
 * words and code are kept in the message, also for codes that are not documented; nothing is said twice.
 */
export function explain(failure: ApiFailure): Explanation {
	const advice = adviceFor(failure);
	const said = presentable(failure.serviceMessage);
	const code =
		failure.code ??
		(failure.status === undefined ? nodeCode(failure.transport) : `HTTP ${failure.status}`);
	const words = [joinWords(advice.message, said)];
	if (code !== undefined) words.push(`(${code})`);
	return { ...advice, message: words.join(' ') };
}

/**
 * Reads the documented envelope `{ error: { code, message, status, details } }` of an answer that is not 2xx. An answer
 * without it is not the API's, and is not reported as one: proxies, firewalls and other servers answer with pages, text or
 * JSON of their own. Only a 401 in JSON counts as a refused key even so, since a gateway in front of an API checks keys in
 * this way, while a proxy that wants a login says 407, or 401 with a page.
 *
 * @param body the parsed body if it was JSON, else its text
 */
export function readFailure(status: number, body: unknown): ApiFailure {
	const content = readJson(body);
	const error = isRecord(content) ? content.error : undefined;
	if (isRecord(error)) {
		return { status, code: asText(error.code), serviceMessage: asText(error.message) };
	}
	const serviceMessage = isRecord(content)
		? (asText(content.message) ?? asText(error))
		: asText(body);
	const isKeyRefused = status === 401 && isRecord(content);
	return { status, serviceMessage, ...(!isKeyRefused && { isIntermediary: true }) };
}

/** A failed job as a failure: it comes with a 200 and has the reason inside (API: Get a job). */
export const jobFailure = (error: unknown): ApiFailure =>
	isRecord(error)
		? { code: asText(error.code) ?? 'JOB_FAILED', serviceMessage: asText(error.message) }
		: { code: 'JOB_FAILED', serviceMessage: asText(error) };

/** Transport failures that last until somebody changes a setting. Nothing was sent. */
const NEEDS_SETTING = ['CERTIFICATE', 'TLS', 'BLOCKED'];

/** The file arrived, and n8n could not store it. */
export const NOT_STORED = 'NOT_STORED';

/** The file has no bytes, and none were announced. */
export const EMPTY_FILE = 'EMPTY_FILE';

/** The link to a file is none that could be called. */
export const NO_LINK = 'NO_LINK';

const LASTING = new Set([...NEEDS_SETTING, NOT_STORED, NO_LINK]);
const NEVER_CONNECTED = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', ...NEEDS_SETTING]);

/**
 * Whether every other call would fail in the same way: a refused key, a missing permission or a used-up quota is the
 * account's, whatever was asked for.
 */
export const isForAllCalls = ({ status, code, isIntermediary }: ApiFailure): boolean =>
	isIntermediary !== true && (status === 401 || status === 402 || code === 'INSUFFICIENT_SCOPE');

/** Whether the failure passes by itself, so that a wait goes on: 429, 5xx and interrupted connections. */
export const isTransient = ({ status, transport }: ApiFailure): boolean =>
	transport !== undefined
		? !LASTING.has(transport)
		: status === 429 || (status !== undefined && status >= 500);

/** Whether the service certainly did not take the request: it said 429, or there was no connection at all. */
export const wasNotTaken = ({ status, transport }: ApiFailure): boolean =>
	status === 429 || (transport !== undefined && NEVER_CONNECTED.has(transport));

/** Whether a request that changes something may have been carried out, although no clear answer came. */
export const mayHaveBeenTaken = (failure: ApiFailure): boolean =>
	isTransient(failure) && !wasNotTaken(failure);

/**
 * OpenSSL's reasons for a server that does not speak TLS, or no version of it that Node.js speaks. Any other reason may
 * pass: a load balancer that is being reloaded breaks handshakes with an alert, too.
 */
const SPEAKS_NO_TLS =
	/wrong[ _]version[ _]number|unsupported[ _]protocol|http[ _]request|packet[ _]length[ _]too[ _]long|protocol[ _]version/i;

/** The messages of an error and of what caused it. */
function messagesOf(error: unknown, depth = 0): string {
	if (!isRecord(error) && !(error instanceof Error)) return '';
	const { message, cause } = error as Record<string, unknown>;
	const own = asText(message) ?? '';
	return depth < 4 ? `${own} ${messagesOf(cause, depth + 1)}` : own;
}

/**
 * The Node.js code of a transport failure, wherever the wrappers of n8n and axios left it; `CERTIFICATE` for a certificate
 * that was not accepted, `TLS` for a server that does not speak it, `BLOCKED` where n8n itself forbids the address.
 */
export function transportCode(error: unknown, depth = 0): string {
	if (!isRecord(error) && !(error instanceof Error)) return 'UNKNOWN';
	const { code, httpCode, cause, message, name } = error as Record<string, unknown>;
	// n8n's SsrfBlockedIpError and SsrfBlockedHostnameError (@n8n/backend-network), whose names axios keeps.
	if (asText(name)?.startsWith('SsrfBlocked') === true) return 'BLOCKED';
	// n8n 2.0 wraps the error in one of its own and keeps the code as the wrapper's `httpCode`.
	const text = asText(code) ?? asText(httpCode);
	// Such as CERT_HAS_EXPIRED, SELF_SIGNED_CERT_IN_CHAIN, UNABLE_TO_VERIFY_LEAF_SIGNATURE.
	if (text !== undefined && /CERT|LEAF_SIGNATURE/.test(text)) return 'CERTIFICATE';
	if (text !== undefined && /^(EPROTO|ERR_SSL_\w+)$/.test(text)) {
		return SPEAKS_NO_TLS.test(`${text} ${messagesOf(error)}`) ? 'TLS' : text;
	}
	if (text !== undefined && /^(E|HPE_)[A-Z_]+$/.test(text)) return text;
	const inMessage =
		/\b(E(?:CONN[A-Z]+|NOTFOUND|AI_AGAIN|TIMEDOUT|PIPE|HOSTUNREACH|NETUNREACH))\b/.exec(
			asText(message) ?? '',
		)?.[1];
	if (inMessage !== undefined) return inMessage;
	if (/time(d)?[ -]?out/i.test(asText(message) ?? '')) return 'ETIMEDOUT';
	return depth < 4 && cause !== undefined ? transportCode(cause, depth + 1) : 'UNKNOWN';
}
