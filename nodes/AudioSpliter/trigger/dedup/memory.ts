/** What an attempt at an event came to. `first`: nobody emitted it before, so its result counts. */
export interface Attempt<Result> {
	first: boolean;
	result: Result;
}

/**
 * What this process knows about events: which are being worked on, and which are recorded for good. It saves work and
 * keeps overlapping deliveries in order; what decides across restarts and processes is the store.
 *
 * @param capacity keys that are remembered as handled, over all nodes
 */
export function createMemory(capacity: number) {
	/** By key: the execution that emitted the event, empty where another process or a user's retry did. */
	const handled = new Map<string, string>();
	const doubtful = new Set<string>();
	const pending = new Map<string, Promise<void>>();

	const remember = (keys: string[], emittedBy = ''): void => {
		for (const key of keys) {
			handled.delete(key);
			handled.set(key, emittedBy);
		}
		for (const oldest of handled.keys()) {
			if (handled.size <= capacity) break;
			handled.delete(oldest);
		}
	};

	const isHandled = (keys: string[]): boolean => keys.some((key) => handled.has(key));

	const firstPending = (keys: string[]): Promise<void> | undefined =>
		keys.map((key) => pending.get(key)).find((running) => running !== undefined);

	return {
		isHandled,
		remember,

		/** Whether this execution is the one that emitted the event: n8n's Retry On Fail runs a node again within it. */
		isEmittedBy: (keys: string[], execution: string): boolean =>
			keys.some((key) => handled.has(key) && handled.get(key) === execution),

		/** Notes events, or executions, of which an attempt may have left a record although nothing was emitted. */
		doubt(names: string[]): void {
			for (const name of names) doubtful.add(name);
			for (const oldest of doubtful) {
				if (doubtful.size <= capacity) break;
				doubtful.delete(oldest);
			}
		},
		isDoubtful: (names: string[]): boolean => names.some((name) => doubtful.has(name)),

		/** The doubt was told of: what comes next is taken for what the record says. */
		settle(names: string[]): void {
			for (const name of names) doubtful.delete(name);
		},

		/**
		 * Runs an attempt at an event unless one of its keys is handled. Waits for attempts that share a key first: where one
		 * of them succeeds there is nothing to do, where it fails this one takes over.
		 *
		 * @param execution its ID
		 * @returns the result, or undefined if the event was emitted before
		 * @throws what the attempt throws; then nothing is remembered
		 */
		async once<Result>(
			keys: string[],
			execution: string,
			attempt: () => Promise<Attempt<Result>>,
		): Promise<Result | undefined> {
			for (
				let running = firstPending(keys);
				running !== undefined && !isHandled(keys);
				running = firstPending(keys)
			) {
				await running;
			}
			if (isHandled(keys)) return undefined;

			// Between the check above and here nothing else can run, so nobody else holds one of the keys.
			const outcome = Promise.resolve()
				.then(attempt)
				.then((settled) => {
					remember(keys, settled.first ? execution : undefined);
					return settled;
				})
				.finally(() => {
					for (const key of keys) pending.delete(key);
				});
			const over = outcome.then(
				() => undefined,
				() => undefined,
			);
			for (const key of keys) pending.set(key, over);
			const { first, result } = await outcome;
			return first ? result : undefined;
		},
	};
}

/** Two keys for each of the last 10,000 events. */
export const memory = createMemory(20_000);
