import type { Called, Caller, Store } from './store';

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

/** Writes to one node's record, one call at a time; all writes that wait meanwhile go into the next call together. */
export class Writer {
	private readonly waiting: Waiting[] = [];

	private readonly leaving: Waiting[] = [];

	private isDraining = false;

	private isResting = false;

	/** @param recentKeys what goes along with every call where several processes write */
	constructor(
		private readonly caller: Caller,
		private readonly recentKeys: () => string[],
	) {}

	get isBusy(): boolean {
		return this.isDraining || this.isResting;
	}

	async write(write: Write): Promise<Written> {
		return await this.enqueue(this.waiting, write);
	}

	/** Takes keys out again, before anything else is written. */
	async remove(write: Write): Promise<Written> {
		return await this.enqueue(this.leaving, write);
	}

	private async enqueue(queue: Waiting[], write: Write): Promise<Written> {
		return await new Promise((resolve) => {
			queue.push({ ...write, resolve });
			if (!this.isDraining) void this.drain();
		});
	}

	/**
	 * Makes calls until nothing waits, or only what a rest holds back. Every write is answered, whatever happens: a delivery
	 * would hang without.
	 */
	private async drain(): Promise<void> {
		const { waiting, leaving } = this;
		this.isDraining = true;
		let batch: Waiting[] = [];
		try {
			// Writes that are asked for in the same turn of the event loop come along.
			await Promise.resolve();
			while (leaving.length > 0 || (waiting.length > 0 && this.caller.restLeft() <= 0)) {
				// Keys leave without a rest: others wait for it, and a kill of n8n would have their events emitted again.
				const isRemoval = leaving.length > 0;
				batch = isRemoval ? leaving.splice(0) : waiting.splice(0, MAX_BATCH);
				const written = await (isRemoval ? this.takeOut(batch) : this.keep(batch));
				for (const { resolve } of batch) resolve(written);
			}
		} catch (error) {
			const unanswered = [...batch, ...leaving.splice(0), ...waiting.splice(0)];
			for (const { resolve } of unanswered) resolve({ kind: 'failed', error });
		} finally {
			this.isDraining = false;
		}
		if (waiting.length > 0 && !this.isResting) void this.drainAfterRest();
	}

	private async drainAfterRest(): Promise<void> {
		this.isResting = true;
		await this.caller.rest();
		this.isResting = false;
		if (!this.isDraining) await this.drain();
	}

	private async keep(batch: Waiting[]): Promise<Written> {
		const isShared = batch.some((write) => write.isShared);
		const keys = new Set(batch.flatMap((write) => write.keys));
		if (isShared) for (const key of this.recentKeys()) keys.add(key);
		const maxKeys = EVENTS * (isShared ? SHARED_KEYS : KEYS);
		const called = await this.call(batch, async (store) => await store.keep([...keys], maxKeys));
		this.caller.beginRest();
		if (called.kind === 'failed') return called;
		return { kind: 'written', known: called.value, isRepeated: called.isRepeated };
	}

	private async takeOut(batch: Waiting[]): Promise<Written> {
		const keys = batch.flatMap((write) => write.keys);
		const called = await this.call(batch, async (store) => await store.remove(keys));
		if (called.kind === 'failed') return called;
		return { kind: 'written', known: new Set(), isRepeated: called.isRepeated };
	}

	/** Any of their stores will do: all write to the same row. */
	private async call<T>([first]: Waiting[], run: (store: Store) => Promise<T>): Promise<Called<T>> {
		const { store } = first as Waiting;
		return await this.caller.call(async () => await run(store));
	}
}
