import { createHmac, timingSafeEqual } from 'node:crypto';

/** The webhook signature as documented: HMAC-SHA256 of the body's bytes, keyed with the whole `whsec_…` text, in hex. */
export function signBody(body: string | Buffer, signingSecret: string): string {
	return createHmac('sha256', signingSecret).update(body).digest('hex');
}

/**
 * A webhook's body as text. `pretty` is JSON that no re-serializer writes again: indented, and with every
 * other non-ASCII character escaped.
 */
export function serialize(value: unknown, style: 'compact' | 'pretty'): string {
	if (style === 'compact') return JSON.stringify(value);
	let escape = true;
	const escaped = (unit: string) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;
	return JSON.stringify(value, null, 2).replace(/[\u0080-\u{10ffff}]/gu, (character) => {
		escape = !escape;
		// One beyond the basic plane has two halves, which only go together.
		return escape ? character : character.split('').map(escaped).join('');
	});
}

/** Signs a path of the CDN together with the time it expires (epoch ms). */
export function signUrl(path: string, expires: number, secret: string): string {
	return createHmac('sha256', secret).update(`${path}?expires=${expires}`).digest('hex');
}

/** Whether a URL's signature is the one for its path and time. */
export function urlIsSigned(
	path: string,
	expires: number,
	signature: string,
	secret: string,
): boolean {
	const expected = Buffer.from(signUrl(path, expires, secret));
	const given = Buffer.from(signature);
	return given.length === expected.length && timingSafeEqual(given, expected);
}
