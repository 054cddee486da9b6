import type {
	IDataObject,
	IHttpRequestOptions,
	IN8nHttpFullResponse,
	JsonObject,
} from 'n8n-workflow';
import { NodeApiError, NodeOperationError } from 'n8n-workflow';
import { createHash } from 'crypto';
import { isRecord } from '../job/values';
import { sleepUntil } from '../n8n/clock';
import type { ApiContext } from '../n8n/context';
import { executionSignal, systemClock } from '../n8n/context';
import { keepMessage, markForEveryItem } from '../n8n/errors';
import type { ApiFailure } from './advice';
import type { RequestBudget } from './budget';
import { budgetFor, callWithinBudget } from './budget';
import { explain, isTransient, readFailure, transportCode, wasNotTaken } from './errors';
import { rateLimitedUntil, readRateLimit, readRetryAt } from './rateLimit';

export const CREDENTIAL_TYPE = 'audioSpliterApi';

export interface ApiCall {
	method: 'GET' | 'POST' | 'DELETE';
	/** After the base URL, already encoded. */
	path: string;
	qs?: IDataObject;
	body?: IDataObject;
	/** Set on every error, so that n8n can show the item that it belongs to. */
	itemIndex?: number;
	/** A poll has a schedule of its own: it is never repeated here, and leaves room in the budget for other calls. */
	isPoll?: boolean;
}

type Outcome = { ok: true; body: unknown } | { ok: false; failure: ApiFailure; retryAt?: number };

/** What is known about an error that this module threw, kept beside it: its fields belong to n8n. */
const failures = new WeakMap<object, { failure: ApiFailure; retryAt?: number }>();

/** The API's failure behind an error, if it is one of this module's. `retryAt` is in milliseconds since 1970. */
export const failureOf = (error: unknown): { failure: ApiFailure; retryAt?: number } | undefined =>
	isRecord(error) || error instanceof Error ? failures.get(error) : undefined;

/** Milliseconds. A create may take the service longer than a read. */
const TIMEOUT_MS = { GET: 30_000, DELETE: 30_000, POST: 60_000 };

/** How long one call may be held up by 429 answers in all, in milliseconds: five windows of the rate limit. */
const PATIENCE_MS = 5 * 60_000;

/** Tries at a call that broke or got a 5xx, the first one included, where repeating it is safe. */
const MAX_TRIES = 4;

const FIRST_PAUSE_MS = 1_000;

interface Account {
	baseUrl: string;
	/** Budgets are kept per key; the key itself is kept nowhere. */
	budgetKey: string;
	/** Takes the key out of what the service answers, which may quote what it was sent. */
	withoutKey<T>(answer: T): T;
}

/** Shorter ones are no key of the service, and could be part of any word. */
const SHORTEST_KEY = 8;

/** A copy of parsed JSON in which the key is blotted out wherever a text has it. */
function without<T>(key: string, content: T): T {
	if (key.length < SHORTEST_KEY) return content;
	const clean = (value: unknown): unknown => {
		if (typeof value === 'string') return value.replaceAll(key, '[API key]');
		if (Array.isArray(value)) return value.map(clean);
		if (!isRecord(value)) return value;
		return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, clean(one)]));
	};
	return clean(content) as T;
}

async function readAccount(ctx: ApiContext, itemIndex?: number): Promise<Account> {
	const { baseUrl, apiKey } = await ctx.getCredentials<{ baseUrl?: string; apiKey?: string }>(
		CREDENTIAL_TYPE,
	);
	const trimmed = String(baseUrl ?? '')
		.trim()
		.replace(/\/+$/, '');
	if (!/^https?:\/\/[^/\s]+/i.test(trimmed) || !URL.canParse(trimmed)) {
		throw new NodeOperationError(ctx.getNode(), "The credential's base URL is not a web address", {
			description: 'It must begin with https:// (default: https://api.audiospliter.com/api/v1).',
			itemIndex,
		});
	}
	// An HTTP header cannot carry them; the connection would look broken. A key that is shown masked (as_live_…) has one.
	if (/[^\x20-\x7e]/.test(String(apiKey ?? '').trim())) {
		throw new NodeOperationError(
			ctx.getNode(),
			"The credential's API key has a character that no key has",
			{
				description:
					'Copy the whole key anew from the AudioSpliter dashboard (API Keys). A key that is shown shortened cannot be used.',
				itemIndex,
			},
		);
	}
	const budgetKey = createHash('sha256').update(`${trimmed}\n${apiKey}`).digest('hex');
	const key = String(apiKey ?? '').trim();
	return { baseUrl: trimmed, budgetKey, withoutKey: (answer) => without(key, answer) };
}

/** The base URL of the API that this node talks to, without a slash at its end. */
export const readBaseUrl = async (ctx: ApiContext): Promise<string> =>
	(await readAccount(ctx)).baseUrl;

async function send(ctx: ApiContext, call: ApiCall, patienceEnds: number): Promise<Outcome> {
	const { baseUrl, budgetKey, withoutKey } = await readAccount(ctx, call.itemIndex);
	const options: IHttpRequestOptions = {
		method: call.method,
		url: `${baseUrl}${call.path}`,
		qs: call.qs,
		body: call.body,
		json: true,
		timeout: TIMEOUT_MS[call.method],
		returnFullResponse: true,
		ignoreHttpStatusErrors: true,
		// The key belongs to this host alone: a redirect is reported, never followed.
		disableFollowRedirect: true,
	};
	const budget = budgetFor(budgetKey, Date.now());
	const request = async (): Promise<Outcome> => {
		try {
			const response = (await ctx.helpers.httpRequestWithAuthentication.call(
				ctx,
				CREDENTIAL_TYPE,
				options,
			)) as IN8nHttpFullResponse;
			const { statusCode, headers } = response;
			const body = withoutKey(response.body);
			const now = Date.now();
			budget.learn(readRateLimit(headers, now), now);
			if (statusCode >= 200 && statusCode < 300) return { ok: true, body };
			const failure = readFailure(statusCode, body);
			if (statusCode !== 429) {
				return { ok: false, failure, retryAt: readRetryAt(headers, body, now) };
			}
			const retryAt = rateLimitedUntil(headers, body, now);
			budget.block(retryAt);
			return { ok: false, failure, retryAt };
		} catch (error) {
			return { ok: false, failure: { transport: transportCode(error) } };
		}
	};
	const kind = call.isPoll === true ? 'poll' : 'other';
	return await callWithinBudget(budget, kind, systemClock, executionSignal(ctx), request, {
		ends: patienceEnds,
		giveUp: (slotAt) => ({ ok: false, failure: { status: 429 }, retryAt: slotAt }),
	});
}

/** The request budget that everything in this process shares for the credential's key. */
export const budgetOf = async (ctx: ApiContext): Promise<RequestBudget> =>
	budgetFor((await readAccount(ctx)).budgetKey, Date.now());

const mayRepeat = (call: ApiCall, failure: ApiFailure): boolean =>
	call.isPoll !== true && isTransient(failure) && (call.method !== 'POST' || wasNotTaken(failure));

/** A create without a clear answer may have made a job, which costs minutes: it is reported, never repeated. */
const mayHaveCreated = (call: ApiCall, failure: ApiFailure): boolean =>
	call.method === 'POST' && isTransient(failure) && !wasNotTaken(failure);

/** What to do after a create that was sent and has not been answered clearly. */
export const CREATED_ADVICE =
	"A job may exist all the same. Look for it with 'Get Many', by its createdAt, before you run this again: a second submission would be billed as well.";

/** The error for a failure, without the request's data, which holds the API key. */
export function apiError(
	ctx: ApiContext,
	call: Pick<ApiCall, 'method' | 'itemIndex'>,
	{ failure, retryAt }: { failure: ApiFailure; retryAt?: number },
): NodeApiError {
	const { message, description, cause } = explain(failure);
	const details: JsonObject = {
		message,
		...(failure.code !== undefined && { code: failure.code }),
		...(failure.status !== undefined && { status: failure.status }),
	};
	const error = new NodeApiError(ctx.getNode(), details, {
		message,
		description: mayHaveCreated(call as ApiCall, failure) ? CREATED_ADVICE : description,
		httpCode: failure.status === undefined ? undefined : String(failure.status),
		itemIndex: call.itemIndex,
		...(cause !== undefined && {
			failure:
				cause === 'credential-invalid' || cause === 'configuration-invalid'
					? { cause }
					: {
							cause,
							...(retryAt !== undefined && { retryAfterMs: Math.max(0, retryAt - Date.now()) }),
						},
		}),
	});
	failures.set(error, { failure, retryAt });
	// A refused key is refused for every item: going on would only hammer the service.
	if (failure.status === 401) markForEveryItem(error);
	return keepMessage(error, message);
}

/**
 * Calls the API. 429 answers only delay a call; reads and deletes are repeated when the connection broke or the service
 * answered 5xx, all within five minutes; a create is repeated only where it certainly was not taken.
 *
 * @returns the parsed body of the 2xx answer
 * @throws NodeApiError that says what happened and what to do
 */
export async function callApi(ctx: ApiContext, call: ApiCall): Promise<unknown> {
	const signal = executionSignal(ctx);
	const patienceEnds = Date.now() + PATIENCE_MS;
	for (let tries = 1; ; tries++) {
		const outcome = await send(ctx, call, patienceEnds);
		if (outcome.ok) return outcome.body;
		const now = Date.now();
		const limited = outcome.failure.status === 429;
		const pauseEnds = Math.max(
			outcome.retryAt ?? 0,
			now + FIRST_PAUSE_MS * 2 ** Math.min(tries - 1, 5),
		);
		const giveUp = pauseEnds > patienceEnds || (!limited && tries >= MAX_TRIES);
		if (!mayRepeat(call, outcome.failure) || giveUp || signal?.aborted === true) {
			throw apiError(ctx, call, outcome);
		}
		await sleepUntil(systemClock, pauseEnds, signal);
	}
}
