import type { Clock } from '../../n8n/clock';
import type { Write, Writer } from './writer';

/** Milliseconds before the store is tried again where it fails. Until then a restart repeats what was emitted. */
const AGAIN_AFTER = 10_000;

/**
 * Milliseconds between two removals of a key where several processes write, give or take half, and for how long they go on: a
 * process that had read the row before puts back what another has taken out. Each removal makes that less likely, unless the
 * processes keep step.
 */
const REPEAT_EVERY = 10_000;

const REPEAT_FOR = 30_000;

/** Keys that wait at most. */
const CAPACITY = 20_000;

/** Keys that one call takes out: n8n goes through the whole row for each, and does nothing else meanwhile. */
const MAX_BATCH = 500;

/**
 * Takes pending keys out of the record, in the background: the events they stand for have been emitted, and a restart must
 * not emit them again.
 *
 * @param random a number in [0, 1), as `Math.random` gives
 */
export function createSettling({ now, sleep }: Clock, writer: Writer, random: () => number) {
	const waiting = new Map<string, Write>();
	/** Ends once nothing waits any more. */
	let running: Promise<void> | undefined;
	/** What is taken out again, and until when. */
	const repeated = new Map<string, { write: Write; until: number }>();

	async function removeWaiting(): Promise<boolean> {
		const batch = [...waiting].slice(0, MAX_BATCH);
		const keys = batch.map(([key]) => key);
		for (const key of keys) waiting.delete(key);
		const [first] = batch;
		if (first === undefined) return true;
		const { isShared, store } = first[1];
		const removed = await writer.remove({ keys, isShared, store });
		if (removed.kind !== 'failed') return true;
		for (const [key, write] of batch) waiting.set(key, write);
		return false;
	}

	async function removeAll(): Promise<void> {
		// Events that left their node together are settled in one call: if n8n ends before it, they come twice.
		await Promise.resolve();
		while (waiting.size > 0) if (!(await removeWaiting())) await sleep(AGAIN_AFTER);
	}

	async function run(): Promise<void> {
		running ??= removeAll().finally(() => {
			running = undefined;
		});
		await running;
	}

	async function enqueue(write: Write): Promise<void> {
		for (const key of write.keys) if (waiting.size < CAPACITY) waiting.set(key, write);
		await run();
	}

	async function repeat(): Promise<void> {
		while (repeated.size > 0) {
			await sleep(REPEAT_EVERY * (0.5 + random()));
			for (const [key, { write, until }] of repeated) {
				waiting.set(key, write);
				if (now() >= until) repeated.delete(key);
			}
			void run();
		}
	}

	function watch(write: Write): void {
		const isFirst = repeated.size === 0;
		for (const key of write.keys) repeated.set(key, { write, until: now() + REPEAT_FOR });
		if (isFirst) void repeat();
	}

	return {
		isEmpty: () => waiting.size === 0 && repeated.size === 0 && running === undefined,
		/** Resolves once the keys are out. */
		async add(write: Write): Promise<void> {
			if (write.isShared) watch(write);
			await enqueue(write);
		},
	};
}

export type Settling = ReturnType<typeof createSettling>;
