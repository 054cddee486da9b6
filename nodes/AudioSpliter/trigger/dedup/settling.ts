import type { Clock } from '../../n8n/clock';
import type { Write, Writer } from './writer';

/** Milliseconds before the store is tried again where it fails. Until then a restart repeats what was emitted. */
const AGAIN_AFTER = 10_000;

/** Milliseconds after which it is done once more where several processes write, since one may undo what another did. */
const REPEAT_AFTER = 15_000;

/** Keys that wait at most. */
const CAPACITY = 20_000;

/**
 * Takes pending keys out of the record, in the background: the events they stand for have been emitted, and a restart must
 * not emit them again.
 */
export function createSettling({ sleep }: Clock, writer: Writer) {
	let waiting = new Map<string, Write>();
	let isRunning = false;

	async function removeWaiting(): Promise<boolean> {
		const batch = waiting;
		waiting = new Map();
		const [first] = batch.values();
		if (first === undefined) return true;
		const { isShared, store } = first;
		const removed = await writer.remove({ keys: [...batch.keys()], isShared, store });
		if (removed.kind === 'failed') waiting = new Map([...batch, ...waiting]);
		return removed.kind !== 'failed';
	}

	async function run(): Promise<void> {
		isRunning = true;
		try {
			while (waiting.size > 0) if (!(await removeWaiting())) await sleep(AGAIN_AFTER);
		} finally {
			isRunning = false;
		}
	}

	function enqueue(write: Write): void {
		for (const key of write.keys) if (waiting.size < CAPACITY) waiting.set(key, write);
		if (!isRunning) void run();
	}

	return {
		isEmpty: () => waiting.size === 0 && !isRunning,
		add(write: Write): void {
			enqueue(write);
			if (write.isShared) void sleep(REPEAT_AFTER).then(() => enqueue(write));
		},
	};
}

export type Settling = ReturnType<typeof createSettling>;
