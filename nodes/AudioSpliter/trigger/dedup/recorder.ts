/**
 * The part of a store that outlives the process: says which of the keys it has, and keeps them all from then on. n8n's
 * store does this by reading one row and writing it back whole, so two calls at once may undo each other.
 */
export type Store = (keys: string[], maxKeys: number) => Promise<Set<string>>;

export interface Claim {
	/** What makes the event the same as another. */
	keys: string[];
	/**
	 * Set where other processes write to the same row (queue mode): names this execution's attempt, so that it can tell
	 * its own record from another's.
	 */
	owner?: string;
	store: Store;
}

/**
 * `first`: recorded, and by nobody before. `own`: recorded by an earlier run of this execution. `known`: somebody else
 * recorded it. `unclear`: an earlier call broke off, and the record found now may be its work. `failed`: the store could
 * not be reached.
 */
export type Verdict =
	{ outcome: 'first' | 'own' | 'known' | 'unclear' } | { outcome: 'failed'; error: unknown };

interface Waiting extends Claim {
	/** Whether an earlier call has made this record, so that it is no surprise to find it. */
	isWritten: boolean;
	resolve(verdict: Verdict | { outcome: 'written' }): void;
}

export interface RecorderOptions {
	/** Milliseconds. */
	sleep(ms: number): Promise<void>;
	/** Milliseconds since 1970. */
	now(): number;
	/** Called when a repair in the background could not be made. */
	onRepairFailure(error: unknown): void;
}

/** Events that the store remembers at least. */
const EVENTS = 10_000;

/** Keys of an event: what it is, its delivery's ID. */
const KEYS = 2;

/** The same where several processes write: its owner too, and what one redelivery adds that another process gets. */
const SHARED_KEYS = 4;

/** Claims that one call takes along. */
const MAX_BATCH = 500;

/**
 * Times as long as a call takes, and milliseconds at most, for which the store is left alone after it: n8n writes the
 * whole row anew, so where events come fast, more of them share a call. An event that comes alone does not wait. Each
 * execution that waits holds an expression isolate of n8n meanwhile: rests of 300 ms cost more than they save.
 */
const REST = 5;

const MAX_REST = 100;

/** Milliseconds before each repetition of a call that failed: some ten seconds in all. */
const RETRY_PAUSES = [100, 400, 1_000, 2_500, 6_000];

/**
 * Milliseconds after which a record is looked at again where several processes write. Much longer than a call takes, so
 * that of processes that wrote at once, the one whose owner key is still there has won (Fischer's algorithm).
 */
const CONFIRM_AFTER = 1000;

const MAX_CONFIRMATIONS = 10;

/** Milliseconds in which another process may still overwrite a record with a row that it read before. */
const RECENT = 60_000;

const MAX_RECENT = 10_000;

/** Milliseconds of quiet after which what was recorded recently is recorded once more. */
const REPAIR_AFTER = [1_500, 15_000];

const keysOf = ({ keys, owner }: Claim): string[] =>
	owner === undefined ? keys : [...keys, owner];

/**
 * Records events of one node in the store, one call at a time; all claims that wait meanwhile go into the next call
 * together. Where other processes write to the same row, each record is confirmed, and what they overwrite is put back.
 */
export function createRecorder({ sleep, now, onRepairFailure }: RecorderOptions) {
	const waiting: Waiting[] = [];
	const recent = new Map<string, number>();
	let calls = 0;
	/** Milliseconds that calls take of late, the slower ones counting for more. */
	let slowness = 0;
	/** When the last call ended. */
	let lastCall = -Infinity;
	let draining = false;
	let repairing = false;
	let recording = 0;

	/** What other processes may still overwrite: it goes along with every call. */
	const recentKeys = (): string[] => {
		const excess = recent.size - MAX_RECENT;
		let position = 0;
		for (const [key, since] of recent) {
			if (position++ >= excess && now() - since < RECENT) break;
			recent.delete(key);
		}
		return [...recent.keys()];
	};

	async function callStore(store: Store, keys: string[], maxKeys: number) {
		let lastError: unknown;
		for (const pause of [0, ...RETRY_PAUSES]) {
			const repeated = pause > 0;
			if (repeated) await sleep(pause);
			const begin = now();
			try {
				const known = await store(keys, maxKeys);
				slowness = Math.max(now() - begin, slowness * 0.8);
				return { known, repeated };
			} catch (error) {
				lastError = error;
			} finally {
				lastCall = now();
			}
		}
		return { error: lastError };
	}

	async function letStoreRest(): Promise<void> {
		const rest = Math.min(REST * slowness, MAX_REST);
		// At most the whole rest, also where the clock was set back meanwhile.
		const left = Math.min(rest, rest - (now() - lastCall));
		if (left > 0) await sleep(left);
	}

	async function commit(batch: [Waiting, ...Waiting[]]): Promise<void> {
		const shared = batch.some((claim) => claim.owner !== undefined);
		const keys = new Set(batch.flatMap(keysOf));
		if (shared) for (const key of recentKeys()) keys.add(key);
		// Any of their stores will do: all write to the same row.
		const [{ store }] = batch;
		const answer = await callStore(store, [...keys], EVENTS * (shared ? SHARED_KEYS : KEYS));
		calls += 1;
		for (const { keys, owner, isWritten, resolve } of batch) {
			if ('error' in answer) {
				resolve({ outcome: 'failed', error: answer.error });
				continue;
			}
			const known = keys.some((key) => answer.known.has(key));
			if (owner !== undefined) {
				const own = answer.known.has(owner);
				// Found by the repetition of a call that broke off, it says nothing of who was first.
				const found = isWritten ? 'first' : answer.repeated ? 'unclear' : 'own';
				resolve({ outcome: !known ? 'written' : own ? found : 'known' });
			} else {
				resolve({ outcome: !known ? 'first' : answer.repeated ? 'unclear' : 'known' });
			}
		}
	}

	const enqueue = async (
		claim: Claim,
		isWritten = false,
	): Promise<Verdict | { outcome: 'written' }> =>
		await new Promise((resolve) => {
			waiting.push({ ...claim, isWritten, resolve });
			if (!draining) void drain();
		});

	async function drain(): Promise<void> {
		draining = true;
		// Claims that are made in the same turn of the event loop come along.
		await Promise.resolve();
		while (waiting.length > 0) {
			await letStoreRest();
			const [first, ...others] = waiting.splice(0, MAX_BATCH);
			if (first !== undefined) await commit([first, ...others]);
		}
		draining = false;
	}

	/** Puts back what other processes may have overwritten, once the calls, which do the same, have ceased. */
	async function repair(claim: Claim): Promise<void> {
		repairing = true;
		for (let quiet = 0; quiet < REPAIR_AFTER.length;) {
			const before = calls;
			await sleep(REPAIR_AFTER[quiet] ?? 0);
			if (calls !== before) {
				quiet = 0;
				continue;
			}
			const verdict = await enqueue({ ...claim, keys: [] });
			if (verdict.outcome === 'failed') onRepairFailure(verdict.error);
			quiet += 1;
		}
		recent.clear();
		repairing = false;
	}

	/** Asks again until the record has stayed in the store, with this owner, for long enough. */
	async function confirm(claim: Claim): Promise<Verdict> {
		for (let round = 0; round < MAX_CONFIRMATIONS; round++) {
			await sleep(Math.max(CONFIRM_AFTER, 5 * slowness));
			const verdict = await enqueue(claim, true);
			if (verdict.outcome === 'failed') break;
			if (verdict.outcome !== 'written') return verdict;
		}
		// The record was made; only the proof that it stayed is missing.
		return { outcome: 'first' };
	}

	async function decide(claim: Claim): Promise<Verdict> {
		const verdict = await enqueue(claim);
		if (verdict.outcome !== 'written') return verdict;
		const confirmed = await confirm(claim);
		if (confirmed.outcome === 'first') {
			for (const key of keysOf(claim)) recent.set(key, now());
			if (!repairing) void repair(claim);
		}
		return confirmed;
	}

	return {
		/** Nothing is under way, so that this recorder may be dropped. */
		isIdle: (): boolean => recording === 0 && !draining && !repairing,

		/** Records the claim. Resolves in every case; the verdict says what it came to. */
		async record(claim: Claim): Promise<Verdict> {
			recording += 1;
			const verdict = await decide(claim);
			recording -= 1;
			return verdict;
		},
	};
}

export type Recorder = ReturnType<typeof createRecorder>;

const recorders = new Map<string, Recorder>();

/**
 * The recorder of a node. Only one may write to a node's row at a time.
 *
 * @param scope names the workflow and the node
 */
export function recorderOf(scope: string, options: RecorderOptions): Recorder {
	const known = recorders.get(scope);
	if (known !== undefined) return known;
	for (const [other, recorder] of recorders) if (recorder.isIdle()) recorders.delete(other);
	const recorder = createRecorder(options);
	recorders.set(scope, recorder);
	return recorder;
}
