import type { Clock } from '../../n8n/clock';
import { createDoubts } from './doubts';
import { RecentKeys, Repair } from './repair';
import type { Store } from './store';
import { Caller } from './store';
import type { Write } from './writer';
import { Writer } from './writer';

/** An execution's wish to be the one that emits an event. */
export interface Claim {
	/** What makes the event the same as another. */
	keys: string[];
	/** ID of the execution. */
	execution: string;
	/** Whether other processes write to the same record (queue mode). */
	isShared: boolean;
	store: Store;
	/** Aborted when the execution has to end: what it records then must not count. */
	signal?: AbortSignal;
}

/**
 * `first`: recorded, and by nobody before. `own`: recorded by an earlier run of this execution. `known`: somebody else
 * recorded it. `unclear`: a record is there that may be the work of a call that broke off. `failed`: the store could not
 * be reached. `withdrawn`: the execution has to end, and no record was left.
 */
export type Verdict =
	| { kind: 'first' | 'own' | 'known' | 'withdrawn' }
	| { kind: 'unclear' }
	| { kind: 'failed'; error: unknown };

/**
 * Milliseconds after which a record is looked at again where several processes write. Much longer than a call takes, so
 * that of processes that wrote at once, the one whose owner key is still there has won (Fischer's algorithm).
 */
const CONFIRM_AFTER = 1000;

const MAX_CONFIRMATIONS = 10;

/** Keys and executions that are doubted at most, of one node. */
const MAX_DOUBTS = 20_000;

/** Tells an execution's own record from another's, where several processes write. */
const ownerOf = ({ execution, keys }: Claim): string => `owner:${execution}:${keys[0]}`;

const recordOf = (claim: Claim): string[] =>
	claim.isShared ? [...claim.keys, ownerOf(claim)] : claim.keys;

const toWrite = (claim: Claim): Write => ({
	keys: recordOf(claim),
	isShared: claim.isShared,
	store: claim.store,
});

/** What the store's answer says of a claim. `written`: nobody had recorded it before this call. */
function judge(
	claim: Claim,
	{ known, isRepeated }: { known: Set<string>; isRepeated: boolean },
): 'written' | 'own' | 'known' | 'unclear' {
	if (!claim.keys.some((key) => known.has(key))) return 'written';
	const isOwn = claim.isShared && known.has(ownerOf(claim));
	if (claim.isShared && !isOwn) return 'known';
	// The try that broke off may have made the record, so it says nothing of who was first.
	if (isRepeated) return 'unclear';
	return isOwn ? 'own' : 'known';
}

/**
 * Records events of one node. Where other processes write to the same record, each of its entries is confirmed, and what
 * they overwrite is put back.
 */
export class Recorder {
	private readonly caller: Caller;

	private readonly writer: Writer;

	private readonly repair: Repair;

	private readonly doubts = createDoubts(MAX_DOUBTS);

	private recording = 0;

	constructor(private readonly clock: Clock) {
		const caller = new Caller(clock);
		const recent = new RecentKeys(() => clock.now());
		const writer = new Writer(caller, () => recent.list());
		this.caller = caller;
		this.writer = writer;
		this.repair = new Repair({ clock, caller, writer, recent });
	}

	/** Whether nothing is under way. */
	isIdle(): boolean {
		return this.recording === 0 && !this.writer.isBusy && !this.repair.isRunning;
	}

	hasDoubts(): boolean {
		return !this.doubts.isEmpty();
	}

	/** Records the claim, unless its execution has to end before that is done. The verdict says what it came to. */
	async record(claim: Claim): Promise<Verdict> {
		this.recording += 1;
		try {
			return await this.decide(claim);
		} finally {
			this.recording -= 1;
		}
	}

	private async decide(claim: Claim): Promise<Verdict> {
		const verdict = this.weigh(claim, await this.claimKeys(claim));
		const emits = verdict.kind === 'first' || verdict.kind === 'own';
		// Nothing can be emitted any more, and a record would keep a redelivery from being.
		if (emits && claim.signal?.aborted === true) return await this.withdraw(claim);
		if (verdict.kind === 'first' && claim.isShared) {
			this.repair.watch(recordOf(claim), claim.store);
		}
		return verdict;
	}

	private async claimKeys(claim: Claim): Promise<Verdict> {
		const written = await this.writer.write(toWrite(claim));
		if (written.kind === 'failed') return written;
		const said = judge(claim, written);
		if (said !== 'written') return { kind: said };
		return claim.isShared ? await this.confirm(claim) : { kind: 'first' };
	}

	/** Asks again until the record has stayed in the store, with this owner, for long enough. */
	private async confirm(claim: Claim): Promise<Verdict> {
		for (let round = 0; round < MAX_CONFIRMATIONS; round++) {
			await this.clock.sleep(Math.max(CONFIRM_AFTER, 5 * this.caller.slowness));
			const written = await this.writer.write(toWrite(claim));
			if (written.kind === 'failed') break;
			const said = judge(claim, written);
			if (said === 'known') return { kind: 'known' };
			if (said !== 'written') return { kind: 'first' };
		}
		// The record was made; only the proof that it stayed is missing.
		return { kind: 'first' };
	}

	/** Weighs the verdict against calls that failed earlier, this execution's or another's. */
	private weigh({ keys, execution }: Claim, verdict: Verdict): Verdict {
		const { doubts } = this;
		const names = [...keys, `execution:${execution}`];
		if (verdict.kind === 'failed') doubts.add(names);
		const isFound = verdict.kind === 'known' || verdict.kind === 'own';
		if (verdict.kind !== 'unclear' && !(isFound && doubts.concern(names))) return verdict;
		// One execution reports the doubt. Run again by Retry On Fail, it reports the same; other executions go by the record.
		doubts.settle(keys);
		doubts.add([`execution:${execution}`]);
		return { kind: 'unclear' };
	}

	private async withdraw(claim: Claim): Promise<Verdict> {
		const removed = await this.writer.remove(toWrite(claim));
		if (removed.kind === 'failed') this.doubts.add(claim.keys);
		return { kind: 'withdrawn' };
	}
}

/** A recorder of one node's events. */
export const createRecorder = (clock: Clock): Recorder => new Recorder(clock);

const recorders = new Map<string, Recorder>();

/**
 * The recorder of a node. Only one may write to a node's record at a time.
 *
 * @param scope names the workflow and the node
 */
export function recorderOf(scope: string, clock: Clock): Recorder {
	const known = recorders.get(scope);
	if (known !== undefined) return known;
	for (const [other, recorder] of recorders) {
		if (recorder.isIdle() && !recorder.hasDoubts()) recorders.delete(other);
	}
	const recorder = createRecorder(clock);
	recorders.set(scope, recorder);
	return recorder;
}
