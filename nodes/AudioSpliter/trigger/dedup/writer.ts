import type { Caller, Store } from './store';

/** Keys for the store to keep. */
export interface Write {
	keys: string[];
	/** Whether other processes write to the same row. */
	isShared: boolean;
	store: Store;
}

/** `known`: the keys that the store had before. `isRepeated`: it may have them from an earlier try that broke off. */
export type Written =
	{ kind: 'written'; known: Set<string>; isRepeated: boolean } | { kind: 'failed'; error: unknown };

interface Waiting extends Write {
	resolve(written: Written): void;
}

/** Events that the store remembers at least. */
const EVENTS = 10_000;

/** Keys of an event: what it is, its delivery's ID. */
const KEYS = 2;

/** The same where several processes write: its owner too, and what one redelivery adds that another process gets. */
const SHARED_KEYS = 4;

/** Writes that one call takes along. */
const MAX_BATCH = 500;

/**
 * Writes to one node's record, one call at a time; all writes that wait meanwhile go into the next call together.
 *
 * @param recentKeys what goes along with every call where several processes write
 */
export function createWriter(caller: Caller, recentKeys: () => string[]) {
	const waiting: Waiting[] = [];
	const leaving: Waiting[] = [];
	let isDraining = false;

	async function keep(batch: Waiting[], { store }: Waiting): Promise<Written> {
		const isShared = batch.some((write) => write.isShared);
		const keys = new Set(batch.flatMap((write) => write.keys));
		if (isShared) for (const key of recentKeys()) keys.add(key);
		const maxKeys = EVENTS * (isShared ? SHARED_KEYS : KEYS);
		const called = await caller.call(async () => await store.keep([...keys], maxKeys));
		if (called.kind === 'failed') return called;
		return { kind: 'written', known: called.value, isRepeated: called.isRepeated };
	}

	async function remove(batch: Waiting[], { store }: Waiting): Promise<Written> {
		const keys = batch.flatMap((write) => write.keys);
		const called = await caller.call(async () => await store.remove(keys));
		if (called.kind === 'failed') return called;
		return { kind: 'written', known: new Set(), isRepeated: called.isRepeated };
	}

	/** Makes calls until nothing waits. Every write is answered, whatever happens: a delivery would hang without. */
	async function drain(): Promise<void> {
		isDraining = true;
		let batch: Waiting[] = [];
		try {
			// Writes that are asked for in the same turn of the event loop come along.
			await Promise.resolve();
			while (leaving.length + waiting.length > 0) {
				await caller.rest();
				const call = leaving.length > 0 ? remove : keep;
				batch = leaving.length > 0 ? leaving.splice(0) : waiting.splice(0, MAX_BATCH);
				const [first] = batch;
				// Any of their stores will do: all write to the same row.
				const written = first && (await call(batch, first));
				if (written) for (const { resolve } of batch) resolve(written);
			}
		} catch (error) {
			const unanswered = [...batch, ...leaving.splice(0), ...waiting.splice(0)];
			for (const { resolve } of unanswered) resolve({ kind: 'failed', error });
		} finally {
			isDraining = false;
		}
	}

	const enqueue = async (queue: Waiting[], write: Write): Promise<Written> =>
		await new Promise((resolve) => {
			queue.push({ ...write, resolve });
			if (!isDraining) void drain();
		});

	return {
		isBusy: () => isDraining,
		write: async (write: Write) => await enqueue(waiting, write),
		/** Takes keys out again, before anything else is written. */
		remove: async (write: Write) => await enqueue(leaving, write),
	};
}

export type Writer = ReturnType<typeof createWriter>;
