import type { VirtualClock } from '../../../../../bench/virtualClock';
import type { Store } from '../../../../../nodes/AudioSpliter/trigger/dedup/store';

export interface SharedRowOptions {
	time: Pick<VirtualClock, 'sleep'>;
	random: () => number;
	/** Milliseconds that a call takes at most before it reads, and again between its read and its write. */
	slowness: number;
	/** Part of the calls that fail before they write, and of those that fail after. */
	failBefore?: number;
	failAfter?: number;
}

/** n8n's store: one row, read, changed and written back whole, so that calls at once overwrite each other. */
export const sharedRow = (options: SharedRowOptions) => {
	const { time, random, slowness, failBefore = 0, failAfter = 0 } = options;
	let row: string[] = [];
	let running = 0;
	const seen = { calls: 0, removals: 0, atOnce: 0, lost: 0, maxKeys: new Set<number>() };
	const keep: Store['keep'] = async (keys, maxKeys) => {
		seen.calls += 1;
		running += 1;
		seen.atOnce = Math.max(seen.atOnce, running);
		seen.maxKeys.add(maxKeys);
		try {
			await time.sleep(random() * slowness);
			if (random() < failBefore) throw new Error('SQLITE_BUSY: database is locked');
			const read = row;
			await time.sleep(random() * slowness);
			const had = new Set(read);
			const written = [...read, ...keys.filter((key) => !had.has(key))].slice(-maxKeys);
			const kept = new Set(written);
			seen.lost += row.filter((key) => !kept.has(key)).length;
			row = written;
			if (random() < failAfter) throw new Error('Connection terminated unexpectedly');
			return new Set(keys.filter((key) => had.has(key)));
		} finally {
			running -= 1;
		}
	};
	/** Reads and writes back, too. */
	const remove: Store['remove'] = async (keys) => {
		seen.removals += 1;
		running += 1;
		seen.atOnce = Math.max(seen.atOnce, running);
		const gone = new Set(keys);
		const read = row;
		await time.sleep(random() * slowness);
		row = read.filter((key) => !gone.has(key));
		running -= 1;
	};
	const repairFailures: unknown[] = [];
	const store: Store = {
		keep,
		remove,
		reportRepairFailure: (error) => repairFailures.push(error),
	};
	return {
		store,
		seen,
		/** What was reported of repairs that failed. */
		repairFailures,
		keys: () => row,
		/** What a process does that read the row a while ago. */
		overwrite: (keys: string[]) => {
			row = keys;
		},
	};
};
