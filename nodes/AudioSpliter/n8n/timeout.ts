import type { IExecuteData, IExecuteFunctions } from 'n8n-workflow';
import { endWith } from './context';

/** Milliseconds that a run leaves of its workflow's time-out, for n8n to store what it ended with. */
const MARGIN_MS = 1_000;

/** The longest time that a timer takes, in milliseconds: some 25 days. */
const LONGEST_MS = 2 ** 31 - 1;

/** Milliseconds for which n8n pauses between the tries of a node with Retry On Fail (n8n-core: `getRetryParams`). */
function retryPauses(ctx: IExecuteFunctions): number {
	const { retryOnFail, maxTries, waitBetweenTries } = ctx.getNode();
	if (retryOnFail !== true) return 0;
	const tries = Math.min(5, Math.max(2, maxTries || 3));
	return (tries - 1) * Math.min(5_000, Math.max(0, waitBetweenTries || 1_000));
}

/** When a node was first run with its input, in milliseconds since 1970. n8n keeps one such object through all tries. */
const begunAt = new WeakMap<IExecuteData, number>();

/**
 * When n8n began to count, but for the moment before a workflow's first node. What n8n says of an execution's begin is older:
 * time in the queue counts in it, and a retry keeps the time of the execution that it repeats.
 */
function startOf(ctx: IExecuteFunctions): number {
	const input = ctx.getExecuteData();
	const start = begunAt.get(input) ?? Date.now();
	begunAt.set(input, start);
	return start;
}

/** A run that ends a moment before its workflow's time-out. */
export interface Timeout {
	/** Whether that moment has come. */
	isOver(): boolean;
	/** The workflow's setting. */
	seconds: number;
}

/**
 * Lets the run of a workflow's first node end before the time-out in its workflow's settings, where there is one: what n8n
 * stops at a time-out is *canceled*, which the editor cannot retry, and what ends with an error before can be retried there.
 * The time-out of the whole n8n is not known to a node: an execution that this ends keeps its input only since all waits end
 * at once.
 *
 * With Retry On Fail all tries share the time, and n8n's pauses between them have to fit in as well: stopped in one of them,
 * n8n stores the execution without its input, since it puts that back only after the last try.
 *
 * @returns undefined where no time-out is known, or one that is over before the pauses are
 */
export function endBeforeTimeout(ctx: IExecuteFunctions): Timeout | undefined {
	const seconds = Number(ctx.getWorkflowSettings().executionTimeout ?? 0);
	const timeout = seconds * 1_000;
	if (!(timeout > 0 && timeout <= LONGEST_MS)) return undefined;
	const available = timeout - retryPauses(ctx);
	if (available <= 0) return undefined;
	const ends = startOf(ctx) + available - Math.min(MARGIN_MS, available / 2);
	const signal = AbortSignal.timeout(Math.max(0, ends - Date.now()));
	endWith(ctx, signal);
	return { isOver: () => signal.aborted, seconds };
}
