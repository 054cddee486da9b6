import { isRecord, readJson, toNumber } from '../job/values';

/** What one response says about the API key's request budget; times are local, ms since 1970. */
export interface RateLimit {
	/** Requests per window (`X-RateLimit-Limit`). */
	limit?: number;
	/** Requests left in this window (`X-RateLimit-Remaining`). */
	remaining?: number;
	/** When the window ends (`X-RateLimit-Reset`), at most an hour ahead. */
	resetAt?: number;
}

// A hostile or garbled value must not put a workflow to sleep for years.
const LONGEST_PAUSE_MS = 3_600_000;

// What AudioSpliter's error-handling guide waits on a 429 that names no time.
const DEFAULT_PAUSE_MS = 30_000;

function headerText(headers: unknown, name: string): string | undefined {
	if (!isRecord(headers)) return undefined;
	for (const [key, value] of Object.entries(headers)) {
		if (key.toLowerCase() !== name) continue;
		const first: unknown = Array.isArray(value) ? value[0] : value;
		if (typeof first === 'number') return String(first);
		if (typeof first === 'string') return first.trim();
	}
	return undefined;
}

function wholeNumber(text: string | undefined): number | undefined {
	return text !== undefined && /^\d{1,15}$/.test(text) ? Number(text) : undefined;
}

/** The time of an HTTP date; text without a month's name is no HTTP date and not guessed at. */
function httpDate(text: string | undefined): number | undefined {
	if (text === undefined || !/[a-z]{3}/i.test(text)) return undefined;
	const time = Date.parse(text);
	return Number.isNaN(time) ? undefined : time;
}

/** A time on the server's clock as local time: its `Date` header tells how far the clocks differ. */
function toLocalTime(serverTime: number, headers: unknown, now: number): number {
	const serverNow = httpDate(headerText(headers, 'date')) ?? now;
	return capped(now + serverTime - serverNow, now);
}

function capped(time: number, now: number): number {
	return Math.min(Math.max(time, now), now + LONGEST_PAUSE_MS);
}

/**
 * Reads `X-RateLimit-*` (AudioSpliter documents them for every response). Names in any case; what
 * is missing or garbled is left out.
 * @param headers the response's headers as a plain object
 * @param now local time in ms since 1970
 */
export function readRateLimit(headers: unknown, now: number): RateLimit {
	const limit = wholeNumber(headerText(headers, 'x-ratelimit-limit'));
	const remaining = wholeNumber(headerText(headers, 'x-ratelimit-remaining'));
	const reset = wholeNumber(headerText(headers, 'x-ratelimit-reset'));
	return {
		...(limit === undefined || limit === 0 ? {} : { limit }),
		...(remaining === undefined ? {} : { remaining }),
		...(reset === undefined ? {} : { resetAt: toLocalTime(reset * 1000, headers, now) }),
	};
}

function retryAtFromHeader(headers: unknown, now: number): number | undefined {
	const text = headerText(headers, 'retry-after');
	if (text !== undefined && /^\d+(\.\d+)?$/.test(text))
		return capped(now + Number(text) * 1000, now);
	const date = httpDate(text);
	return date === undefined ? undefined : toLocalTime(date, headers, now);
}

function retryAtFromBody(body: unknown, now: number): number | undefined {
	const content = readJson(body);
	const error = isRecord(content) ? content.error : undefined;
	const seconds = isRecord(error) ? toNumber(error.retryAfter) : Number.NaN;
	return seconds >= 0 ? capped(now + seconds * 1000, now) : undefined;
}

/**
 * When a response allows the next try: `Retry-After` (seconds or HTTP date) or `error.retryAfter`
 * (seconds), whichever is later, at most an hour ahead.
 * @param headers the response's headers as a plain object
 * @param body the response's body, parsed or as text
 * @param now local time in ms since 1970
 * @returns local time in ms since 1970, or `undefined` when the response names none
 */
export function readRetryAt(headers: unknown, body: unknown, now: number): number | undefined {
	const times = [retryAtFromHeader(headers, now), retryAtFromBody(body, now)].filter(
		(time) => time !== undefined,
	);
	return times.length === 0 ? undefined : Math.max(...times);
}

/**
 * When to try again after a 429: as `readRetryAt`, else when the window ends, else in 30 s (what
 * AudioSpliter's error-handling guide does).
 */
export function rateLimitedUntil(headers: unknown, body: unknown, now: number): number {
	return (
		readRetryAt(headers, body, now) ?? readRateLimit(headers, now).resetAt ?? now + DEFAULT_PAUSE_MS
	);
}
