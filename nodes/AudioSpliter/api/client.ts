import type {
	IDataObject,
	IHttpRequestOptions,
	IN8nHttpFullResponse,
	JsonObject,
} from 'n8n-workflow';
import { NodeApiError } from 'n8n-workflow';
import { isRecord } from '../job/values';
import type { WaitCancelledError } from '../n8n/clock';
import { sleepUntil, unlessCancelled } from '../n8n/clock';
import type { ApiContext } from '../n8n/context';
import { executionSignal, sourceOf, systemClock } from '../n8n/context';
import { keepMessage, markForEveryItem, refusal } from '../n8n/errors';
import type { Account } from './account';
import { CREDENTIAL_TYPE, readAccount } from './account';
import type { ApiFailure } from './advice';
import type { RequestBudget } from './budget';
import { budgetFor, waitForSlot } from './budget';
import {
	explain,
	isForAllCalls,
	isTransient,
	mayHaveBeenTaken,
	readFailure,
	transportCode,
	wasNotTaken,
} from './errors';
import { rateLimitedUntil, readRateLimit, readRetryAt } from './rateLimit';
import { learnServiceTime } from './serviceTime';

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
	/** A call that somebody waits for and that may fail: it gets one try and some seconds. */
	isBrief?: boolean;
	/** A create of a run that has other jobs to wait for meanwhile: what a 429 means is up to the run. */
	isOfBatch?: boolean;
}

/** What is known about a call that failed. */
interface KnownFailure {
	failure: ApiFailure;
	/** When the service allows the next try; milliseconds since 1970. */
	retryAt?: number;
	/** Set for an answer 429 that came although requests were left, or did not say how many. */
	hasBudget?: boolean;
	/** Whether an earlier try of the same call may have been carried out. */
	mayHaveActed?: boolean;
}

type Outcome = { ok: true; body: unknown } | ({ ok: false } & KnownFailure);

/** Kept beside the errors that this module throws: their fields belong to n8n. */
const failures = new WeakMap<object, KnownFailure>();

/** The API's failure behind an error, if it is one of this module's. */
export const failureOf = (error: unknown): KnownFailure | undefined =>
	isRecord(error) || error instanceof Error ? failures.get(error) : undefined;

/** Milliseconds. A create may take the service longer than a read. */
const TIMEOUT_MS = { GET: 30_000, DELETE: 30_000, POST: 60_000 };

/** Milliseconds that a brief call waits for its turn, and for its answer. */
const BRIEF_MS = 5_000;

/** Milliseconds that 429 answers may hold up one call in all: five windows of the rate limit. */
const PATIENCE_MS = 5 * 60_000;

/** Tries at a call that was interrupted or got a 5xx, the first one included, where repeating it is safe. */
const MAX_TRIES = 4;

const FIRST_PAUSE_MS = 1_000;

/** What to do after a create that was sent and has not been answered clearly. */
export const CREATED_ADVICE =
	"A job may have been created anyway. Look for it with 'Get Many' by its createdAt before you run this again: a second submission would be billed as well.";

/** Sends the request once, and takes in what the answer says about the budget. */
async function request(
	ctx: ApiContext,
	{ method, path, qs, body, isBrief }: ApiCall,
	{ baseUrl, budgetKey, withoutKey }: Account,
	budget: RequestBudget,
): Promise<Outcome> {
	const options: IHttpRequestOptions = {
		...{ method, url: `${baseUrl}${path}`, qs, body, json: true },
		timeout: isBrief === true ? BRIEF_MS : TIMEOUT_MS[method],
		returnFullResponse: true,
		ignoreHttpStatusErrors: true,
		// The key belongs to this host alone: a redirect is reported, never followed.
		disableFollowRedirect: true,
	};
	try {
		const response = (await ctx.helpers.httpRequestWithAuthentication.call(
			ctx,
			CREDENTIAL_TYPE,
			options,
		)) as IN8nHttpFullResponse;
		learnServiceTime(budgetKey, response.headers, Date.now());
		return readAnswer({ ...response, body: withoutKey(response.body) }, budget, method);
	} catch (error) {
		return { ok: false, failure: { transport: transportCode(error) } };
	}
}

function readAnswer(
	{ statusCode, headers, body }: IN8nHttpFullResponse,
	budget: RequestBudget,
	method: ApiCall['method'],
): Outcome {
	const now = Date.now();
	const isSuccess = statusCode >= 200 && statusCode < 300;
	const failure = readFailure(statusCode, body);
	// What answers in the API's place knows nothing of the limits.
	if (isSuccess || failure.isIntermediary !== true) budget.learn(readRateLimit(headers, now), now);
	if (isSuccess) return { ok: true, body };
	if (statusCode !== 429) return { ok: false, failure, retryAt: readRetryAt(headers, body, now) };
	const retryAt = rateLimitedUntil(headers, body, now);
	const hasBudget = readRateLimit(headers, now).remaining !== 0;
	// A create may be refused for the number of jobs, which is no reason to hold up the polls that wait for them.
	if (method !== 'POST' || !hasBudget) budget.block(retryAt);
	return { ok: false, failure, retryAt, hasBudget };
}

/** Sends the request as soon as the key's budget allows it; a turn that comes too late is answered like a 429. */
async function send(ctx: ApiContext, call: ApiCall, latest: number): Promise<Outcome> {
	const account = await readAccount(ctx, call.itemIndex);
	const budget = budgetFor(account.budgetKey, Date.now());
	const signal = executionSignal(ctx);
	const kind = call.isPoll === true ? 'poll' : 'other';
	const slot = await waitForSlot(budget, { kind, clock: systemClock, signal, latest });
	if (slot.kind === 'tooLate') return { ok: false, failure: { status: 429 }, retryAt: slot.at };
	let isSent = false;
	try {
		return await unlessCancelled(signal, async () => {
			isSent = true;
			return await request(ctx, call, account, budget);
		});
	} catch (error) {
		if (call.method !== 'POST' || !isSent) throw error as WaitCancelledError;
		const message = 'The execution was cancelled while a job was being submitted';
		throw refusal(ctx, message, CREATED_ADVICE, call.itemIndex);
	} finally {
		budget.end();
	}
}

/** The request budget that everything in this process shares for the credential's key. */
export const budgetOf = async (ctx: ApiContext): Promise<RequestBudget> =>
	budgetFor((await readAccount(ctx)).budgetKey, Date.now());

const mayRepeat = ({ isPoll, isBrief, isOfBatch, method }: ApiCall, failure: ApiFailure): boolean =>
	isPoll !== true &&
	isBrief !== true &&
	!(isOfBatch === true && failure.status === 429) &&
	isTransient(failure) &&
	// A create without a clear answer may have made a job, which costs minutes: it is reported, never sent again.
	(method !== 'POST' || wasNotTaken(failure));

/** The error for a failure, without the request's data, which holds the API key. */
export function apiError(
	ctx: ApiContext,
	call: Pick<ApiCall, 'method' | 'itemIndex'>,
	known: KnownFailure,
): NodeApiError {
	const { failure, retryAt } = known;
	const { message, description, cause } = explain({
		...failure,
		source: sourceOf(ctx.getNode()),
	});
	const details: JsonObject = {
		message,
		...(failure.code !== undefined && { code: failure.code }),
		...(failure.status !== undefined && { status: failure.status }),
	};
	const error = new NodeApiError(ctx.getNode(), details, {
		message,
		description: call.method === 'POST' && mayHaveBeenTaken(failure) ? CREATED_ADVICE : description,
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
	failures.set(error, known);
	return keepMessage(error, message);
}

/**
 * Calls the API. A 429 only delays a call. Reads and deletes are repeated when the connection was interrupted or the service
 * answered 5xx, all within five minutes; a create is repeated only where the service certainly did not take it.
 *
 * @returns the parsed body of the 2xx answer
 * @throws NodeApiError that says what happened and what to do
 */
export async function callApi(ctx: ApiContext, call: ApiCall): Promise<unknown> {
	const signal = executionSignal(ctx);
	const patienceEnds = Date.now() + (call.isBrief === true ? BRIEF_MS : PATIENCE_MS);
	let mayHaveActed = false;
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
			const error = apiError(ctx, call, { ...outcome, mayHaveActed });
			// To go on with other items would only hammer the service.
			throw isForAllCalls(outcome.failure) ? markForEveryItem(error) : error;
		}
		mayHaveActed ||= mayHaveBeenTaken(outcome.failure);
		await sleepUntil(systemClock, pauseEnds, signal);
	}
}
