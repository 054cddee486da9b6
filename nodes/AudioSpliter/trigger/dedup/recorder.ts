import type { Clock } from '../../n8n/clock';
import type { Claim } from './claim';
import { allKeysOf, judge, recordOf } from './claim';
import { createDoubts } from './doubts';
import { pendingKey } from './keys';
import type { Releases } from './releases';
import { createReleases } from './releases';
import { RecentKeys, Repair } from './repair';
import type { Settling } from './settling';
import { createSettling } from './settling';
import { Caller } from './store';
import type { Write } from './writer';
import { Writer } from './writer';

export type { Claim } from './claim';

/**
 * `first`: recorded, and by nobody before. `own`: recorded by an earlier run of this execution. `known`: somebody else
 * recorded it. `unclear`: a record is there that may be the work of a call that broke off. `failed`: the store could not
 * be reached. `withdrawn`: the execution has to end, and no record was left.
 */
export type Verdict =
	| { kind: 'first' | 'own' | 'known' | 'withdrawn' }
	| { kind: 'unclear' }
	| { kind: 'failed'; error: unknown };

/** Those of some claims whose events were emitted, and those whose events somebody has recorded and not settled. */
export type Found =
	{ kind: 'found'; settled: Claim[]; unsettled: Claim[] } | { kind: 'failed'; error: unknown };

/**
 * Milliseconds after which a record is looked at again where several processes write. Much longer than a call takes, so
 * that of processes that wrote at once, the one whose owner key is still there has won (Fischer's algorithm).
 */
const CONFIRM_AFTER = 1000;

const MAX_CONFIRMATIONS = 10;

/** Milliseconds after which a record that is not settled is taken for one whose execution was lost, at least. */
const LOST_AFTER = 20_000;

/** Times that an event is taken over at most. */
const MAX_TAKEOVERS = 5;

/** Keys and executions that are doubted at most, of one node. */
const MAX_DOUBTS = 20_000;

const toWrite = (claim: Claim): Write => ({
	keys: allKeysOf(claim),
	isShared: claim.isShared,
	store: claim.store,
});

/**
 * Records events of one node. Where other processes write to the same record, each of its entries is confirmed, and what
 * they overwrite is put back.
 */
export class Recorder {
	private readonly caller: Caller;

	private readonly writer: Writer;

	private readonly repair: Repair;

	private readonly settling: Settling;

	private readonly releases: Releases;

	private readonly doubts = createDoubts(MAX_DOUBTS);

	private recording = 0;

	constructor(
		private readonly clock: Clock,
		random: () => number,
	) {
		const caller = new Caller(clock);
		const recent = new RecentKeys(() => clock.now());
		const writer = new Writer(caller, () => recent.list());
		this.caller = caller;
		this.writer = writer;
		this.repair = new Repair({ clock, caller, writer, recent });
		this.settling = createSettling(clock, writer, random);
		this.releases = createReleases(clock, async (claim) => await this.settle(claim));
	}

	/** Whether nothing is under way. */
	isIdle(): boolean {
		const { recording, writer, repair, settling, releases } = this;
		const isSettled = settling.isEmpty() && releases.isEmpty();
		return recording === 0 && !writer.isBusy && !repair.isRunning && isSettled;
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

	/**
	 * Waits until an execution may emit the events of provisional claims. Their record counts shortly after.
	 *
	 * @returns whether it may; not where it has to end
	 */
	async release(claims: Claim[]): Promise<boolean> {
		return await this.releases.release(claims);
	}

	/** The event of a provisional claim has been emitted: its record counts from now on. */
	async settle({ keys, isShared, store }: Claim): Promise<void> {
		await this.settling.add({ keys: [pendingKey(keys)], isShared, store });
	}

	/** Which of the claims stand for events that were emitted. Leaves no record of the others. */
	async findSettled(claims: Claim[]): Promise<Found> {
		const [first] = claims;
		if (first === undefined) return { kind: 'found', settled: [], unsettled: [] };
		const { isShared, store } = first;
		const keysOf = ({ keys }: Claim) => [...keys, pendingKey(keys)];
		const written = await this.writer.write({ keys: claims.flatMap(keysOf), isShared, store });
		if (written.kind === 'failed') return written;
		const has = (key: string) => written.known.has(key);
		const recorded = claims.filter(({ keys }) => keys.some(has));
		const settled = recorded.filter(({ keys }) => !has(pendingKey(keys)));
		const unsettled = recorded.filter((claim) => !settled.includes(claim));
		const added = claims.flatMap(keysOf).filter((key) => !has(key));
		const removed = await this.writer.remove({ keys: added, isShared, store });
		// Else they would look unsettled from now on, also where another process puts back what it had read. The others may: they
		// were not emitted.
		if (removed.kind === 'failed' || isShared) for (const claim of settled) void this.settle(claim);
		return { kind: 'found', settled, unsettled };
	}

	private async decide(claim: Claim): Promise<Verdict> {
		const verdict = this.weigh(claim, await this.claimKeys(claim));
		const emits = verdict.kind === 'first' || verdict.kind === 'own';
		// Nothing can be emitted any more, and a record would keep a redelivery from being.
		if (emits && claim.signal?.aborted === true) return await this.withdraw(claim);
		if (verdict.kind === 'first' && claim.isShared) {
			this.repair.watch(recordOf(claim), claim.store);
		}
		// This call has made it look unsettled.
		if (verdict.kind === 'known' && claim.isProvisional === true) void this.settle(claim);
		return verdict;
	}

	private async claimKeys(claim: Claim): Promise<Verdict> {
		const written = await this.writer.write(toWrite(claim));
		if (written.kind === 'failed') return written;
		const said = judge(claim, written);
		// Only this process writes here, and it remembers all that it is at work on: whoever recorded the event is gone.
		if (said === 'unsettled')
			return claim.isShared ? await this.takeOver(claim) : { kind: 'first' };
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
			if (said !== 'written' && said !== 'unsettled') return { kind: 'first' };
		}
		// The record was made; only the proof that it stayed is missing.
		return { kind: 'first' };
	}

	/**
	 * Waits for the one who recorded the event to settle it. Where that does not happen it was lost on the way, and one of
	 * those who wait takes it over.
	 */
	private async takeOver(claim: Claim): Promise<Verdict> {
		const { keys: claimed, isShared, store } = claim;
		const pending = pendingKey(claimed);
		for (let turn = 1; turn <= MAX_TAKEOVERS; turn++) {
			await this.clock.sleep(Math.max(LOST_AFTER, 20 * this.caller.slowness));
			const written = await this.writer.write({ keys: [pending], isShared, store });
			if (written.kind === 'failed') return written;
			if (!written.known.has(pending)) return { kind: 'known' };
			const keys = [`takeover:${turn}:${claimed[0]}`];
			const { kind } = await this.claimKeys({ ...claim, keys, isProvisional: false });
			if (kind !== 'known') return { kind: kind === 'own' ? 'own' : 'first' };
		}
		return { kind: 'known' };
	}

	/** Weighs the verdict against calls that failed earlier, this execution's or another's. */
	private weigh({ keys, execution, isProvisional }: Claim, verdict: Verdict): Verdict {
		const { doubts } = this;
		const names = [...keys, `execution:${execution}`];
		if (verdict.kind === 'failed') doubts.add(names);
		if (isProvisional === true) return verdict;
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

/**
 * A recorder of one node's events.
 *
 * @param random a number in [0, 1)
 */
export const createRecorder = (clock: Clock, random: () => number = Math.random): Recorder =>
	new Recorder(clock, random);

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
