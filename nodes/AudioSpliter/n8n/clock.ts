/** Time as the waiting code sees it, so that tests and the simulation can run it without any. */
export interface Clock {
	/** Milliseconds since 1970. */
	now(): number;
	/** Resolves after so many milliseconds; n8n's own `sleep` fits. */
	sleep(ms: number): Promise<void>;
}

/** Thrown by a wait whose execution was cancelled. */
export class WaitCancelledError extends Error {
	constructor() {
		super('The execution was cancelled while waiting for AudioSpliter');
		this.name = 'WaitCancelledError';
	}
}

// What a wait depends on, the request budget for example, may change while it sleeps: it looks again after each slice.
const SLICE_MS = 500;

/** @throws {WaitCancelledError} when the signal is aborted */
export function throwIfCancelled(signal: AbortSignal | undefined): void {
	if (signal?.aborted) throw new WaitCancelledError();
}

/**
 * Runs a call, but stops waiting for it as soon as the signal is aborted, since a request that is
 * under way may take far longer than the second in which a cancelled wait must end.
 * @throws {WaitCancelledError} when the signal is aborted first
 */
export async function unlessCancelled<T>(
	signal: AbortSignal | undefined,
	call: () => Promise<T>,
): Promise<T> {
	throwIfCancelled(signal);
	if (signal === undefined) return await call();
	let onAbort = (): void => undefined;
	const cancelled = new Promise<never>((_resolve, reject) => {
		onAbort = () => reject(new WaitCancelledError());
		signal.addEventListener('abort', onAbort, { once: true });
	});
	try {
		return await Promise.race([call(), cancelled]);
	} finally {
		signal.removeEventListener('abort', onAbort);
	}
}

/**
 * Sleeps until `until` (ms since 1970), at most half a second: callers loop and look again at what may have changed
 * meanwhile.
 * @throws {WaitCancelledError} at once when the signal is aborted: n8n stores an execution right after it aborts it, and
 * only a node that has ended by then keeps its input for a retry
 */
export async function sleepSlice(
	clock: Clock,
	until: number,
	signal: AbortSignal | undefined,
): Promise<void> {
	const ms = Math.min(SLICE_MS, until - clock.now());
	if (ms > 0) await unlessCancelled(signal, async () => await clock.sleep(ms));
	throwIfCancelled(signal);
}

/**
 * Sleeps until then (ms since 1970), whatever changes meanwhile.
 * @throws {WaitCancelledError} at once when the signal is aborted
 */
export async function sleepUntil(
	clock: Clock,
	until: number,
	signal: AbortSignal | undefined,
): Promise<void> {
	while (clock.now() < until) await sleepSlice(clock, until, signal);
}
