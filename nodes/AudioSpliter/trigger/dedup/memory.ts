/** What an attempt at an event came to. `first`: nobody emitted it before, so its result counts. */
export type Attempt<Result> = { kind: 'first'; result: Result } | { kind: 'known' };

/** Events that are handled: by key the execution that emitted one, empty where another process or a user's retry did. */
function createHandled(capacity: number) {
	const handled = new Map<string, string>();
	return {
		has: (keys: string[]): boolean => keys.some((key) => handled.has(key)),
		isBy: (keys: string[], execution: string): boolean =>
			keys.some((key) => handled.has(key) && handled.get(key) === execution),
		add(keys: string[], emittedBy: string): void {
			for (const key of keys) {
				handled.delete(key);
				handled.set(key, emittedBy);
			}
			for (const oldest of handled.keys()) {
				if (handled.size <= capacity) break;
				handled.delete(oldest);
			}
		},
	};
}

/** Work under way, by key. Another's end is waited for, whatever it is. */
function createPending() {
	const pending = new Map<string, Promise<void>>();
	return {
		find: (keys: string[]): Promise<void> | undefined =>
			keys.map((key) => pending.get(key)).find((running) => running !== undefined),
		async run<Result>(keys: string[], work: () => Promise<Result>): Promise<Result> {
			// Not at once, so that work which throws at once is registered, too.
			const running = Promise.resolve()
				.then(work)
				.finally(() => {
					for (const key of keys) pending.delete(key);
				});
			const over = running.then(
				() => undefined,
				() => undefined,
			);
			for (const key of keys) pending.set(key, over);
			return await running;
		},
	};
}

/**
 * What this process knows about events: which are being worked on, and which are recorded for good. It saves work and
 * keeps overlapping deliveries in order; what decides across restarts and processes is the store.
 *
 * @param capacity keys that are remembered as handled, over all nodes
 */
export function createMemory(capacity: number) {
	const handled = createHandled(capacity);
	const pending = createPending();

	return {
		isHandled: handled.has,

		/** Whether an attempt at the event is under way. */
		isUnderWay: (keys: string[]): boolean => pending.find(keys) !== undefined,

		remember: (keys: string[]): void => handled.add(keys, ''),

		/** Whether this execution is the one that emitted the event: n8n's Retry On Fail runs a node again within it. */
		isEmittedBy: handled.isBy,

		/**
		 * Runs an attempt at an event unless one of its keys is handled. Waits for attempts that share a key first: where one
		 * of them succeeds there is nothing to do, where it fails this one takes over.
		 *
		 * @param execution its ID
		 * @throws what the attempt throws; then nothing is remembered
		 */
		async once<Result>(
			keys: string[],
			execution: string,
			attempt: () => Promise<Attempt<Result>>,
		): Promise<Attempt<Result>> {
			for (;;) {
				if (handled.has(keys)) return { kind: 'known' };
				const other = pending.find(keys);
				if (other === undefined) break;
				await other;
			}
			// Between the look above and here nothing else can run, so nobody else holds one of the keys.
			return await pending.run(keys, async () => {
				const outcome = await attempt();
				handled.add(keys, outcome.kind === 'first' ? execution : '');
				return outcome;
			});
		},

		/**
		 * Runs one attempt at all those of several events that are not handled, once no other attempt at any of them is under
		 * way.
		 *
		 * @param events the keys of each
		 * @param attempt gets the positions of those that are left, and says which of them its result holds
		 * @throws what the attempt throws; then nothing is remembered
		 */
		async together<Result>(
			events: string[][],
			execution: string,
			attempt: (left: number[]) => Promise<{ result: Result; emitted: number[] }>,
		): Promise<Result> {
			for (;;) {
				const other = pending.find(events.flat());
				if (other === undefined) break;
				await other;
			}
			const left = [...events.keys()].filter((position) => !handled.has(events[position] ?? []));
			const keysOf = (positions: number[]) => positions.map((position) => events[position] ?? []);
			return await pending.run(keysOf(left).flat(), async () => {
				const { result, emitted } = await attempt(left);
				for (const keys of keysOf(left)) handled.add(keys, '');
				for (const keys of keysOf(emitted)) handled.add(keys, execution);
				return result;
			});
		},
	};
}

/** Two keys for each of the last 10,000 events. */
const memory = createMemory(20_000);

/**
 * What this process knows about the events of a node.
 *
 * @param scope names the workflow and the node
 */
export function memoryOf(scope: string) {
	const inScope = (keys: string[]) => keys.map((key) => `${scope} ${key}`);
	return {
		isHandled: (keys: string[]) => memory.isHandled(inScope(keys)),
		isUnderWay: (keys: string[]) => memory.isUnderWay(inScope(keys)),
		remember: (keys: string[]) => memory.remember(inScope(keys)),
		isEmittedBy: (keys: string[], execution: string) =>
			memory.isEmittedBy(inScope(keys), execution),
		once: async <Result>(
			keys: string[],
			execution: string,
			attempt: () => Promise<Attempt<Result>>,
		) => await memory.once(inScope(keys), execution, attempt),
		together: async <Result>(
			events: string[][],
			execution: string,
			attempt: (left: number[]) => Promise<{ result: Result; emitted: number[] }>,
		) => await memory.together(events.map(inScope), execution, attempt),
	};
}
