import type { Clock } from '../../n8n/clock';
import { createDoubts } from './doubts';
import { pendingKey } from './keys';
import { createRecentKeys, createRepair } from './repair';
import { createSettling } from './settling';
import type { Store } from './store';
import { createCaller } from './store';
import { createWriter } from './writer';

/** An execution's wish to be the one that emits an event. */
export interface Claim {
	/** What makes the event the same as another. */
	keys: string[];
	/** ID of the execution. */
	execution: string;
	/** Whether other processes write to the same record (queue mode). */
	isShared: boolean;
	/**
	 * Whether the record counts only once it is settled: an event that was lost before then is taken up again, by whoever
	 * meets it.
	 */
	isProvisional?: boolean;
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

/** Tells an execution's own record from another's, where several processes write. */
const ownerOf = ({ execution, keys }: Claim): string => `owner:${execution}:${keys[0]}`;

/** What stays in the record for good. */
const recordOf = (claim: Claim): string[] =>
	claim.isShared ? [...claim.keys, ownerOf(claim)] : claim.keys;

const allKeysOf = (claim: Claim): string[] =>
	claim.isProvisional === true ? [...recordOf(claim), pendingKey(claim.keys)] : recordOf(claim);

/**
 * What the store's answer says of a claim. `written`: nobody had recorded it before this call. `unsettled`: somebody had, and
 * it is not known to have been emitted.
 */
function judge(
	claim: Claim,
	{ known, isRepeated }: { known: Set<string>; isRepeated: boolean },
): 'written' | 'own' | 'known' | 'unclear' | 'unsettled' {
	if (!claim.keys.some((key) => known.has(key))) return 'written';
	const isOwn = claim.isShared && known.has(ownerOf(claim));
	// Both were recorded in one call, so a try that broke off has left both or none of them.
	if (claim.isProvisional === true && !isOwn) {
		return known.has(pendingKey(claim.keys)) ? 'unsettled' : 'known';
	}
	if (claim.isShared && !isOwn) return 'known';
	// The try that broke off may have made the record, so it says nothing of who was first.
	if (isRepeated) return 'unclear';
	return isOwn ? 'own' : 'known';
}

/**
 * Records events of one node. Where other processes write to the same record, each of its entries is confirmed, and what
 * they overwrite is put back.
 */
export function createRecorder(clock: Clock) {
	const caller = createCaller(clock);
	const recent = createRecentKeys(clock.now);
	const writer = createWriter(caller, recent.list);
	const repair = createRepair(clock, caller, writer, recent);
	const settling = createSettling(clock, writer);
	const doubts = createDoubts(MAX_DOUBTS);
	let recording = 0;

	const write = async (claim: Claim) =>
		await writer.write({ keys: allKeysOf(claim), isShared: claim.isShared, store: claim.store });

	const settle = ({ keys, isShared, store }: Claim) =>
		settling.add({ keys: [pendingKey(keys)], isShared, store });

	/** Asks again until the record has stayed in the store, with this owner, for long enough. */
	async function confirm(claim: Claim): Promise<Verdict> {
		for (let round = 0; round < MAX_CONFIRMATIONS; round++) {
			await clock.sleep(Math.max(CONFIRM_AFTER, 5 * caller.slowness()));
			const written = await write(claim);
			if (written.kind === 'failed') break;
			const said = judge(claim, written);
			if (said === 'known') return { kind: 'known' };
			if (said !== 'written' && said !== 'unsettled') return { kind: 'first' };
		}
		// The record was made; only the proof that it stayed is missing.
		return { kind: 'first' };
	}

	async function claimKeys(claim: Claim): Promise<Verdict> {
		const written = await write(claim);
		if (written.kind === 'failed') return written;
		const said = judge(claim, written);
		// Only one process writes here, and it is at work on nothing that it does not remember: who recorded it is gone.
		if (said === 'unsettled') return claim.isShared ? await takeOver(claim) : { kind: 'first' };
		if (said !== 'written') return { kind: said };
		return claim.isShared ? await confirm(claim) : { kind: 'first' };
	}

	/**
	 * Waits for the one who recorded the event to settle it. Where that does not happen it was lost on the way, and one of
	 * those who wait takes it over.
	 */
	async function takeOver(claim: Claim): Promise<Verdict> {
		const pending = pendingKey(claim.keys);
		for (let turn = 1; turn <= MAX_TAKEOVERS; turn++) {
			await clock.sleep(Math.max(LOST_AFTER, 20 * caller.slowness()));
			const { isShared, store } = claim;
			const written = await writer.write({ keys: [pending], isShared, store });
			if (written.kind === 'failed') return written;
			if (!written.known.has(pending)) return { kind: 'known' };
			const keys = [`takeover:${turn}:${claim.keys[0]}`];
			const { kind } = await claimKeys({ ...claim, keys, isProvisional: false });
			if (kind !== 'known') return { kind: kind === 'own' ? 'own' : 'first' };
		}
		return { kind: 'known' };
	}

	/** Weighs the verdict against calls that failed earlier, this execution's or another's. */
	function weigh({ keys, execution, isProvisional }: Claim, verdict: Verdict): Verdict {
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

	async function withdraw(claim: Claim): Promise<Verdict> {
		const { isShared, store } = claim;
		const removed = await writer.remove({ keys: allKeysOf(claim), isShared, store });
		if (removed.kind === 'failed') doubts.add(claim.keys);
		return { kind: 'withdrawn' };
	}

	async function decide(claim: Claim): Promise<Verdict> {
		const verdict = weigh(claim, await claimKeys(claim));
		const emits = verdict.kind === 'first' || verdict.kind === 'own';
		// Nothing can be emitted any more, and a record would keep a redelivery from being.
		if (emits && claim.signal?.aborted === true) return await withdraw(claim);
		if (verdict.kind === 'first' && claim.isShared) repair.watch(recordOf(claim), claim.store);
		// This call has made it look unsettled.
		if (verdict.kind === 'known' && claim.isProvisional === true) settle(claim);
		return verdict;
	}

	/** Which of the claims stand for events that were emitted. Leaves no record of the others. */
	async function findSettled(claims: Claim[]): Promise<Found> {
		const [first] = claims;
		if (first === undefined) return { kind: 'found', settled: [], unsettled: [] };
		const { isShared, store } = first;
		const keysOf = ({ keys }: Claim) => [...keys, pendingKey(keys)];
		const written = await writer.write({ keys: claims.flatMap(keysOf), isShared, store });
		if (written.kind === 'failed') return written;
		const has = (key: string) => written.known.has(key);
		const recorded = claims.filter(({ keys }) => keys.some(has));
		const settled = recorded.filter(({ keys }) => !has(pendingKey(keys)));
		const unsettled = recorded.filter((claim) => !settled.includes(claim));
		const added = claims.flatMap(keysOf).filter((key) => !has(key));
		const removed = await writer.remove({ keys: added, isShared, store });
		// Else they would look unsettled from now on. The others may: they were not emitted.
		if (removed.kind === 'failed') for (const claim of settled) settle(claim);
		return { kind: 'found', settled, unsettled };
	}

	return {
		/** Whether nothing is under way. */
		isIdle: (): boolean =>
			recording === 0 && !writer.isBusy() && !repair.isRunning() && settling.isEmpty(),

		hasDoubts: (): boolean => !doubts.isEmpty(),

		/** Records the claim, unless its execution has to end before that is done. The verdict says what it came to. */
		async record(claim: Claim): Promise<Verdict> {
			recording += 1;
			try {
				return await decide(claim);
			} finally {
				recording -= 1;
			}
		},

		/** The event of a provisional claim has been emitted: its record counts from now on. */
		settle,

		findSettled,
	};
}

export type Recorder = ReturnType<typeof createRecorder>;

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
