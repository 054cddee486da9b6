import {
	rateLimitedUntil,
	readRateLimit,
	readRetryAt,
} from '../../../../nodes/AudioSpliter/api/rateLimit';
import { createRandom } from '../../../../bench/random';

const NOW = Date.UTC(2026, 4, 2, 8, 0, 0);
const HOUR = 3_600_000;
const seconds = (ms: number) => String(ms / 1000);

describe('readRateLimit', () => {
	it('reads the documented headers, whatever their case', () => {
		const reset = seconds(NOW + 17_000);
		const expected = { limit: 60, remaining: 12, resetAt: NOW + 17_000 };
		expect(
			readRateLimit(
				{ 'x-ratelimit-limit': '60', 'x-ratelimit-remaining': '12', 'x-ratelimit-reset': reset },
				NOW,
			),
		).toEqual(expected);
		expect(
			readRateLimit(
				{ 'X-RateLimit-Limit': 60, 'X-RATELIMIT-REMAINING': ['12'], 'X-RateLimit-Reset': reset },
				NOW,
			),
		).toEqual(expected);
	});

	it.each([undefined, null, 'text', 42, [], {}])('takes %p for no headers', (headers) => {
		expect(readRateLimit(headers, NOW)).toEqual({});
	});

	it('leaves out what is garbled', () => {
		const headers = {
			'x-ratelimit-limit': 'many',
			'x-ratelimit-remaining': '-3',
			'x-ratelimit-reset': '1e99',
		};
		expect(readRateLimit(headers, NOW)).toEqual({});
		expect(readRateLimit({ 'x-ratelimit-limit': '0', 'x-ratelimit-remaining': '' }, NOW)).toEqual(
			{},
		);
	});

	it("uses the server's clock where it differs from the local one", () => {
		const serverNow = NOW - 5 * 60_000;
		const headers = {
			date: new Date(serverNow).toUTCString(),
			'x-ratelimit-reset': seconds(serverNow + 20_000),
		};
		expect(readRateLimit(headers, NOW).resetAt).toBe(NOW + 20_000);
	});

	it('never sees a window end in the past or in more than an hour', () => {
		expect(readRateLimit({ 'x-ratelimit-reset': '1' }, NOW).resetAt).toBe(NOW);
		expect(readRateLimit({ 'x-ratelimit-reset': '99999999999' }, NOW).resetAt).toBe(NOW + HOUR);
	});
});

describe('readRetryAt', () => {
	it.each([
		['seconds', { 'Retry-After': '17' }, 17_000],
		['a fraction', { 'retry-after': '0.5' }, 500],
		['a number', { 'RETRY-AFTER': 17 }, 17_000],
		['an HTTP date', { 'retry-after': 'Sat, 02 May 2026 08:00:17 GMT' }, 17_000],
		['a date in the past', { 'retry-after': 'Sat, 02 May 2026 07:00:00 GMT' }, 0],
		['years', { 'retry-after': '999999999' }, HOUR],
		['a far date', { 'retry-after': 'Sat, 02 May 2099 08:00:00 GMT' }, HOUR],
	])('takes %s', (_name, headers, delay) => {
		expect(readRetryAt(headers, undefined, NOW)).toBe(NOW + delay);
	});

	it('counts an HTTP date from the Date header', () => {
		const headers = {
			date: 'Sat, 02 May 2026 09:00:00 GMT',
			'retry-after': 'Sat, 02 May 2026 09:00:17 GMT',
		};
		expect(readRetryAt(headers, undefined, NOW)).toBe(NOW + 17_000);
	});

	it.each([
		['the header', '30', 10, 30_000],
		['the body', '10', 30, 30_000],
		['the body as text', '10', '30', 30_000],
		['the only one that makes sense', 'soon', 12, 12_000],
		['the header beside a garbled body', '12', -1, 12_000],
	])('takes %s when it is later', (_name, header, retryAfter, delay) => {
		const body = { error: { code: 'RATE_LIMITED', retryAfter } };
		const headers = { 'retry-after': header };
		expect(readRetryAt(headers, body, NOW)).toBe(NOW + delay);
		expect(readRetryAt(headers, JSON.stringify(body), NOW)).toBe(NOW + delay);
	});

	it.each([
		[{}, undefined],
		[{ 'retry-after': '-5' }, '<html>'],
		[{ 'retry-after': '2026' + '-' }, { error: 'text' }],
		[{ 'retry-after': '' }, { error: { retryAfter: '' } }],
		[undefined, { error: { retryAfter: NaN } }],
	])('finds nothing in %p and %p', (headers, body) => {
		expect(readRetryAt(headers, body, NOW)).toBeUndefined();
	});

	it('stays within an hour for any text', () => {
		const random = createRandom(1);
		const letters = '0123456789.,:+-eE GMTMay/"{}';
		for (let run = 0; run < 3_000; run += 1) {
			const text = Array.from(
				{ length: Math.floor(random() * 14) },
				() => letters[Math.floor(random() * letters.length)],
			).join('');
			const at = readRetryAt(
				{ 'retry-after': text, date: text },
				{ error: { retryAfter: text } },
				NOW,
			);
			if (at === undefined) continue;
			expect(at).toBeGreaterThanOrEqual(NOW);
			expect(at).toBeLessThanOrEqual(NOW + HOUR);
		}
	});
});

describe('rateLimitedUntil', () => {
	const reset = { 'x-ratelimit-reset': seconds(NOW + 40_000) };

	it('prefers Retry-After, then the end of the window, then 30 s', () => {
		expect(rateLimitedUntil({ ...reset, 'retry-after': '3' }, undefined, NOW)).toBe(NOW + 3_000);
		expect(rateLimitedUntil(reset, undefined, NOW)).toBe(NOW + 40_000);
		expect(rateLimitedUntil({}, undefined, NOW)).toBe(NOW + 30_000);
	});
});
