import type { Clock } from '../../n8n/clock';

/**
 * The part of the deduplication that outlives the process: n8n's record of a node. n8n reads one row and writes it back
 * whole, so two calls at once may undo each other.
 */
export interface Store {
	/** Says which of the keys it has, and keeps them all from then on: the newest `maxKeys` of all that it was given. */
	keep(keys: string[], maxKeys: number): Promise<Set<string>>;
	/** Lets go of keys. */
	remove(keys: string[]): Promise<void>;
	/** Takes note that recent events could not be recorded once more. Nothing is lost by that alone. */
	reportRepairFailure(error: unknown): void;
}

/** What a call of the store came to. `isRepeated`: an earlier try broke off, and may have done its work all the same. */
export type Called<T> =
	{ kind: 'done'; value: T; isRepeated: boolean } | { kind: 'failed'; error: unknown };

/** Milliseconds before each repetition of a call that failed: some ten seconds in all. */
const RETRY_PAUSES = [100, 400, 1_000, 2_500, 6_000];

/**
 * After a call the store is left alone for so many times as long as a call usually takes, and for `MAX_REST` ms at most: n8n
 * writes the whole row anew, so where events come fast, more of them share a call. An event that comes alone does not wait. Each
 * execution that waits holds an expression isolate of n8n meanwhile: rests of 300 ms cost more than they save.
 */
const REST = 5;

const MAX_REST = 100;

/** The last calls, whose median is what a call usually takes: a single slow one must not hold up later events. */
const RECENT_CALLS = 5;

/** Calls a store with patience, and learns how long that takes. */
export class Caller {
	private tries = 0;

	private recentSlowness = 0;

	/** Milliseconds that each of the last calls took. */
	private durations: number[] = [];

	private restsFrom = -Infinity;

	constructor(private readonly clock: Clock) {}

	/** Tries so far. */
	get count(): number {
		return this.tries;
	}

	/** Milliseconds that calls take of late, the slower ones counting for more. */
	get slowness(): number {
		return this.recentSlowness;
	}

	/** Makes a call, and repeats it where it fails: what it asks for must be the same when it is asked twice. */
	async call<T>(run: () => Promise<T>): Promise<Called<T>> {
		let lastError: unknown;
		for (const pause of [0, ...RETRY_PAUSES]) {
			const isRepeated = pause > 0;
			if (isRepeated) await this.clock.sleep(pause);
			try {
				return { kind: 'done', value: await this.measure(run), isRepeated };
			} catch (error) {
				lastError = error;
			}
		}
		return { kind: 'failed', error: lastError };
	}

	/** The store is to be left alone for a moment from now on. */
	beginRest(): void {
		this.restsFrom = this.clock.now();
	}

	/** Milliseconds for which it is to be left alone yet. */
	restLeft(): number {
		const rest = Math.min(REST * this.usualDuration(), MAX_REST);
		// At most the whole rest, also where the clock was set back meanwhile.
		return Math.min(rest, rest - (this.clock.now() - this.restsFrom));
	}

	/** Waits until the rest is over. */
	async rest(): Promise<void> {
		const left = this.restLeft();
		if (left > 0) await this.clock.sleep(left);
		// Timers may end a little early.
		this.restsFrom = -Infinity;
	}

	/** Milliseconds. */
	private usualDuration(): number {
		const sorted = [...this.durations].sort((one, other) => one - other);
		return sorted[Math.floor(sorted.length / 2)] ?? 0;
	}

	private async measure<T>(run: () => Promise<T>): Promise<T> {
		const begin = this.clock.now();
		try {
			const value = await run();
			const duration = this.clock.now() - begin;
			this.recentSlowness = Math.max(duration, this.recentSlowness * 0.8);
			this.durations = [...this.durations, duration].slice(-RECENT_CALLS);
			return value;
		} finally {
			this.tries += 1;
		}
	}
}
