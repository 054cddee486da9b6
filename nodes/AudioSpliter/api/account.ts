import { createHash } from 'crypto';
import { isRecord, textOf } from '../job/values';
import type { ApiContext } from '../n8n/context';
import { refusal } from '../n8n/errors';

export const CREDENTIAL_TYPE = 'audioSpliterApi';

/** The account that a node's credential stands for. */
export interface Account {
	/** Without a slash at its end. */
	baseUrl: string;
	/** Budgets are kept per key; the key itself is kept nowhere. */
	budgetKey: string;
	/** Takes the key out of an answer, since the service may quote what it was sent. */
	withoutKey<T>(answer: T): T;
}

/** Anything shorter is no key of the service, and could be part of any word. */
const SHORTEST_KEY = 8;

/** A copy of parsed JSON in which the key is blotted out wherever a text contains it. */
export function withoutKey<T>(key: string, content: T): T {
	if (key.length < SHORTEST_KEY) return content;
	const clean = (value: unknown): unknown => {
		if (typeof value === 'string') return value.replaceAll(key, '[API key]');
		if (Array.isArray(value)) return value.map(clean);
		if (!isRecord(value)) return value;
		return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, clean(one)]));
	};
	return clean(content) as T;
}

/** The base URL as it is used: people paste it with blanks around it and slashes at its end. */
export const cleanBaseUrl = (baseUrl: unknown): string =>
	textOf(baseUrl ?? '')
		.trim()
		.replace(/\/+$/, '');

/** Whether the cleaned base URL can be called at all. */
export const isWebAddress = (baseUrl: string): boolean =>
	/^https?:\/\/[^/\s]+/i.test(baseUrl) && URL.canParse(baseUrl);

/** Whether an HTTP header can carry the key. One that a dashboard shows masked (`as_live_…`) has a character it cannot. */
export const isPlainKey = (apiKey: string): boolean => !/[^\x20-\x7e]/.test(apiKey);

/**
 * Reads the node's credential.
 *
 * @throws NodeOperationError for a base URL or a key that cannot work, so that it does not look like a broken connection
 */
export async function readAccount(ctx: ApiContext, itemIndex?: number): Promise<Account> {
	const credential = await ctx.getCredentials<{ baseUrl?: string; apiKey?: string }>(
		CREDENTIAL_TYPE,
	);
	const baseUrl = cleanBaseUrl(credential.baseUrl);
	if (!isWebAddress(baseUrl)) {
		throw refusal(
			ctx,
			"The credential's base URL is not a web address",
			'It must begin with https:// (default: https://api.audiospliter.com/api/v1).',
			itemIndex,
		);
	}
	const key = textOf(credential.apiKey ?? '').trim();
	if (!isPlainKey(key)) {
		throw refusal(
			ctx,
			"The credential's API key contains a character that no key has",
			'Copy the whole key again from the AudioSpliter dashboard (API Keys). A truncated key does not work.',
			itemIndex,
		);
	}
	const budgetKey = createHash('sha256').update(`${baseUrl}\n${key}`).digest('hex');
	return { baseUrl, budgetKey, withoutKey: (answer) => withoutKey(key, answer) };
}

/** The base URL of the API that this node talks to, without a slash at its end. */
export const readBaseUrl = async (ctx: ApiContext): Promise<string> =>
	(await readAccount(ctx)).baseUrl;
