import type { Clock } from '../../n8n/clock';
import type { Caller, Store } from './store';
import type { Writer } from './writer';

/** Milliseconds in which another process may still overwrite a record with a row that it read before. */
const RECENT = 60_000;

const MAX_RECENT = 10_000;

/** Milliseconds of quiet after which what was recorded recently is recorded once more. */
const REPAIR_AFTER = [1_500, 15_000];

/** What other processes may still overwrite: it goes along with every call. */
export class RecentKeys {
	private readonly recent = new Map<string, number>();

	constructor(private readonly now: () => number) {}

	add(keys: string[]): void {
		for (const key of keys) this.recent.set(key, this.now());
	}

	list(): string[] {
		let excess = this.recent.size - MAX_RECENT;
		for (const [key, since] of this.recent) {
			if (excess <= 0 && this.now() - since < RECENT) break;
			this.recent.delete(key);
			excess -= 1;
		}
		return [...this.recent.keys()];
	}

	clear(): void {
		this.recent.clear();
	}
}

/** What a repair works with. */
interface RepairTools {
	clock: Clock;
	caller: Caller;
	writer: Writer;
	recent: RecentKeys;
}

/** Puts back what other processes may have overwritten, once the calls, which do the same, have ceased. */
export class Repair {
	/** The latest alone, so that no older execution is kept alive by it. */
	private store: Store | undefined;

	private isUnderWay = false;

	constructor(private readonly tools: RepairTools) {}

	get isRunning(): boolean {
		return this.isUnderWay;
	}

	/** Sees to it that keys which were recorded just now stay. */
	watch(keys: string[], latest: Store): void {
		this.tools.recent.add(keys);
		this.store = latest;
		if (!this.isUnderWay) void this.run();
	}

	private async run(): Promise<void> {
		this.isUnderWay = true;
		try {
			let repairs = 0;
			while (repairs < REPAIR_AFTER.length) {
				const isQuiet = await this.isQuietFor(REPAIR_AFTER[repairs] ?? 0);
				if (isQuiet) await this.writeAgain();
				repairs = isQuiet ? repairs + 1 : 0;
			}
		} catch (error) {
			this.store?.reportRepairFailure(error);
		} finally {
			this.tools.recent.clear();
			this.store = undefined;
			this.isUnderWay = false;
		}
	}

	private async isQuietFor(ms: number): Promise<boolean> {
		const { caller, clock } = this.tools;
		const before = caller.count;
		await clock.sleep(ms);
		return caller.count === before;
	}

	/** The recent keys go along with any shared write, also with one that has no keys of its own. */
	private async writeAgain(): Promise<void> {
		const { store } = this;
		if (store === undefined) return;
		const written = await this.tools.writer.write({ keys: [], isShared: true, store });
		if (written.kind === 'failed') store.reportRepairFailure(written.error);
	}
}
