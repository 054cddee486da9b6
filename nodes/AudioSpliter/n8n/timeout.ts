import type { IExecuteFunctions } from 'n8n-workflow';
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

/** When the execution began, in milliseconds since 1970. An execution that is retried keeps the time of its first run. */
function startOf(ctx: IExecuteFunctions, timeout: number): number {
	const now = Date.now();
	const begun =
		ctx.getMode() === 'retry' ? now : (ctx.getExecutionContext?.()?.establishedAt ?? now);
	return begun <= now && now - begun <= timeout ? begun : now;
}

/** A run that ends a moment before its workflow's time-out. */
export interface Timeout {
	/** Whether that moment has come. */
	isOver(): boolean;
	/** The workflow's setting. */
	seconds: number;
}

/**
 * Lets the run end before the time-out in its workflow's settings, where there is one: what n8n stops at a time-out is
 * *canceled*, which the editor cannot retry, and what ends with an error before can be retried there. The time-out of the whole
 * n8n is not known to a node: an execution that this ends keeps its input only since all waits end at once.
 *
 * @returns undefined where no time-out is known, or one that leaves Retry On Fail no time for its pauses: stopped in such a
 * pause, n8n would lose the input
 */
export function endBeforeTimeout(ctx: IExecuteFunctions): Timeout | undefined {
	const seconds = Number(ctx.getWorkflowSettings().executionTimeout ?? 0);
	const timeout = seconds * 1_000;
	if (!(timeout > 0 && timeout <= LONGEST_MS)) return undefined;
	const pauses = retryPauses(ctx);
	if (pauses > 0 && pauses + MARGIN_MS > timeout / 2) return undefined;
	const ends = startOf(ctx, timeout) + timeout - pauses - Math.min(MARGIN_MS, timeout / 2);
	const signal = AbortSignal.timeout(Math.max(0, ends - Date.now()));
	endWith(ctx, signal);
	return { isOver: () => signal.aborted, seconds };
}
