import { createHmac } from 'node:crypto';
import type { Built } from './build';
import type { Draft } from './drafts';

/**
 * What the request must be answered. `not reached`: it does not come to the trigger, or not whole, so that n8n answers
 * what it likes (500 to a method such as PROPFIND, for one).
 */
export type Expected = 'emit' | 'ignored' | 400 | 401 | 413 | 422 | 'not reached';

/** The trigger's documented limit. */
const MAX_DEPTH = 100;

/** Written anew from the contract, without a line of the trigger's own code. */
export const isSigned = ({ body, signatures }: Built, secret: string): boolean => {
	const [signature, ...more] = signatures;
	if (!Buffer.isBuffer(body) || signature === undefined || more.length > 0) return false;
	return signature.trim().toLowerCase() === createHmac('sha256', secret).update(body).digest('hex');
};

/** A key named `__proto__` counts for nothing: the trigger takes it out, with what is in it. */
const contentsOf = (value: object): unknown[] =>
	Object.entries(value).flatMap(([key, content]) => (key === '__proto__' ? [] : [content]));

const depthOf = (value: unknown): number => {
	let depth = 0;
	let level = [value];
	while (level.some((one) => typeof one === 'object' && one !== null)) {
		depth += 1;
		level = level.flatMap((one) =>
			typeof one === 'object' && one !== null ? contentsOf(one) : [],
		);
	}
	return depth;
};

const parsed = (body: Buffer): unknown => {
	try {
		return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body)) as unknown;
	} catch {
		return undefined;
	}
};

const isName = (value: unknown): boolean => typeof value === 'string' && value !== '';

/** Whether the request reaches the trigger as a whole. */
export const reaches = ({ method, suffix, framing, signature }: Draft): boolean =>
	method === 'POST' &&
	// n8n takes off one slash at the end.
	(suffix === '' || suffix === '/' || suffix.startsWith('?')) &&
	framing !== 'cut' &&
	// Node's HTTP server refuses these itself.
	!['zero byte', 'line break', 'brackets'].includes(signature);

export const expectedOf = (
	draft: Draft,
	built: Built,
	secret: string,
	subscribed: string[],
): Expected => {
	if (!reaches(draft)) return 'not reached';
	const { body } = built;
	if (body === 'too large') return 413;
	if (body === 'no body') return 400;
	if (!isSigned(built, secret)) return 401;
	const value = parsed(body);
	if (value === undefined) return 422;
	if (typeof value !== 'object' || value === null || Array.isArray(value)) return 400;
	const { event, jobId } = value as Record<string, unknown>;
	if (depthOf(value) > MAX_DEPTH || !isName(event) || !isName(jobId)) return 400;
	return subscribed.includes(String(event)) ? 'emit' : 'ignored';
};
