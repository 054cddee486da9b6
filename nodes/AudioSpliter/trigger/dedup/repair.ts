import type { Clock } from '../../n8n/clock';
import type { Caller, Store } from './store';
import type { Writer } from './writer';

/** Milliseconds in which another process may still overwrite a record with a row that it read before. */
const RECENT = 60_000;

const MAX_RECENT = 10_000;

/** Milliseconds of quiet after which what was recorded recently is recorded once more. */
const REPAIR_AFTER = [1_500, 15_000];

/** What other processes may still overwrite: it goes along with every call. */
export function createRecentKeys(now: () => number) {
	const recent = new Map<string, number>();
	return {
		add(keys: string[]): void {
			for (const key of keys) recent.set(key, now());
		},
		list(): string[] {
			let excess = recent.size - MAX_RECENT;
			for (const [key, since] of recent) {
				if (excess <= 0 && now() - since < RECENT) break;
				recent.delete(key);
				excess -= 1;
			}
			return [...recent.keys()];
		},
		clear: () => recent.clear(),
	};
}

export type RecentKeys = ReturnType<typeof createRecentKeys>;

/** Puts back what other processes may have overwritten, once the calls, which do the same, have ceased. */
export function createRepair({ sleep }: Clock, caller: Caller, writer: Writer, recent: RecentKeys) {
	/** The latest alone, so that no older execution is kept alive by it. */
	let store: Store | undefined;
	let isRunning = false;

	async function isQuietFor(ms: number): Promise<boolean> {
		const before = caller.count();
		await sleep(ms);
		return caller.count() === before;
	}

	/** The recent keys go along with any shared write, also with one that has no keys of its own. */
	async function writeAgain(): Promise<void> {
		if (store === undefined) return;
		const written = await writer.write({ keys: [], isShared: true, store });
		if (written.kind === 'failed') store.reportRepairFailure(written.error);
	}

	async function run(): Promise<void> {
		isRunning = true;
		try {
			let repairs = 0;
			while (repairs < REPAIR_AFTER.length) {
				const isQuiet = await isQuietFor(REPAIR_AFTER[repairs] ?? 0);
				if (isQuiet) await writeAgain();
				repairs = isQuiet ? repairs + 1 : 0;
			}
		} catch (error) {
			store?.reportRepairFailure(error);
		} finally {
			recent.clear();
			store = undefined;
			isRunning = false;
		}
	}

	return {
		isRunning: () => isRunning,
		/** Sees to it that keys which were recorded just now stay. */
		watch(keys: string[], latest: Store): void {
			recent.add(keys);
			store = latest;
			if (!isRunning) void run();
		},
	};
}
