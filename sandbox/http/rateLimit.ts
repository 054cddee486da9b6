/** A key's state after a request was counted. Times are epoch ms. */
export interface RateState {
	limit: number;
	remaining: number;
	/** End of the window. */
	resetAt: number;
	exceeded: boolean;
}

export interface RateLimiter {
	/** Counts one request of a key at a time. */
	count(key: string, limit: number, windowMs: number, now: number): RateState;
}

/**
 * Fixed windows aligned to the clock, one counter per API key. Windows of less than a second (a scaled
 * clock) are still announced in whole Unix seconds, so that a client then waits longer than it must.
 */
export function createRateLimiter(): RateLimiter {
	const counters = new Map<string, { window: number; used: number }>();
	return {
		count(key, limit, windowMs, now) {
			const window = Math.floor(now / windowMs);
			let counter = counters.get(key);
			if (counter?.window !== window) {
				counter = { window, used: 0 };
				counters.set(key, counter);
			}
			counter.used += 1;
			return {
				limit,
				remaining: Math.max(0, limit - counter.used),
				resetAt: (window + 1) * windowMs,
				exceeded: counter.used > limit,
			};
		},
	};
}
