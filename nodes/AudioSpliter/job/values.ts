/** Readers for values that came over the network or out of an expression and may be anything. */

export const isRecord = (value: unknown): value is Record<string, unknown> =>
	typeof value === 'object' && value !== null && !Array.isArray(value);

/** What a body says that n8n may have parsed already; undefined for text that is no JSON. */
export function readJson(body: unknown): unknown {
	if (typeof body !== 'string') return body;
	try {
		return JSON.parse(body);
	} catch {
		return undefined;
	}
}

/** The string if it is one with something in it. */
export const asText = (value: unknown): string | undefined =>
	typeof value === 'string' && value !== '' ? value : undefined;

/** The number if it is a finite one. */
export const asNumber = (value: unknown): number | undefined =>
	typeof value === 'number' && Number.isFinite(value) ? value : undefined;

/**
 * The text of any value, as `String` gives it. Where an object has a field `toString`, which is no function in data, `String`
 * throws: that is written as JSON.
 */
export function textOf(value: unknown): string {
	try {
		return String(value);
	} catch {
		return JSON.stringify(value);
	}
}

/**
 * The number that a parameter stands for, also where an expression gives it as text; NaN for what is none (an empty
 * text, which `Number` takes for 0, a list, a date).
 */
export const toNumber = (value: unknown): number => {
	const isText = typeof value === 'string' && value.trim() !== '';
	const number = isText || typeof value === 'number' ? Number(value) : Number.NaN;
	return Number.isFinite(number) ? number : Number.NaN;
};
