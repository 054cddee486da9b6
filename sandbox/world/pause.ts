import { setTimeout as sleep } from 'node:timers/promises';

/** Waits so many milliseconds, or until the signal is aborted: that ends the wait and is no error. */
export const pause = async (signal: AbortSignal, ms: number): Promise<void> => {
	if (ms <= 0) return;
	await sleep(ms, undefined, { signal }).catch(() => undefined);
};
