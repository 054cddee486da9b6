import { unlessCancelled } from '../../n8n/clock';
import { isFinished } from '../../job/job';
import { asNumber } from '../../job/values';
import { isQueued, type Polled, type PolledJob } from './polledJob';
import { SHORTEST_INTERVAL_MS } from './schedule';
import { hasFewRequests, takeError, takeJob, type Named, type Wait } from './wait';

/** What to ask for next, and when (milliseconds since 1970). */
export type NextLook<J extends PolledJob> =
	| { kind: 'job'; at: number; polled: Polled<J> }
	| { kind: 'list'; at: number }
	| { kind: 'none'; at: number };

// The list is asked for where it takes the place of so many looks. A job that has ended costs a look of its own as well, so
// that two are not enough.
const LIST_FROM = 3;

// Where jobs wait for places, and requests are few, the next job can go out on the list's word.
const LIST_FROM_FEW = 2;

// A look at the list also serves jobs that have no more than this share of their pause left.
const EARLY_SHARE = 0.5;

// Jobs are worked on in the order of their submission, as far as anybody knows: with so many in the queue before it a job is
// looked at by itself only now and then, as it gets older.
const QUEUE_FRONT = 5;
const BEHIND_SHARE = 0.25;

// A list may lag behind by any time. What it says is compared with Get Job: for one job after some looks at the list, and for
// every job once in a while.
const PROOF_MS = 120_000;
const PROOF_SHARE = 0.5;
const CONTROL_EVERY = 4;
const CONTROL_WITHIN_MS = 5_000;
const CONTROL_PERCENT = 15;
const CONTRADICTIONS = 3;

// A list that fails is left alone, each time for twice as long.
const LIST_REST_MS = 30_000;
const COUNTED_FAILURES = 8;

const lookedAt = <J extends PolledJob>({ observations, startedAt }: Polled<J>): number =>
	observations.at(-1)?.at ?? startedAt;

/** When a job is due that has others in the queue before it. */
function dueBehind<J extends PolledJob>(polled: Polled<J>): number {
	const latest = lookedAt(polled);
	const at = Math.max(
		polled.dueAt,
		latest + BEHIND_SHARE * (latest - (polled.submittedAt ?? latest)),
	);
	return polled.dueAt === Infinity
		? Infinity
		: Math.max(polled.dueAt, Math.min(at, polled.deadline));
}

/** Whether Get Job has to say how a job is, and not the list. */
const isForGetJob = <J extends PolledJob>(polled: Polled<J>, now: number): boolean =>
	polled.needsProof ||
	polled.isUnlisted ||
	now >= polled.deadline ||
	now - polled.provedAt > Math.max(PROOF_MS, PROOF_SHARE * (now - polled.startedAt));

/** The jobs that no look is under way at, and when each is due. */
function dueJobs<J extends PolledJob>(wait: Wait<J>): Array<{ polled: Polled<J>; at: number }> {
	let queued = 0;
	const due: Array<{ polled: Polled<J>; at: number }> = [];
	for (const polled of wait.open.values()) {
		const isBehind = queued >= QUEUE_FRONT;
		if (isQueued(polled)) queued += 1;
		if (polled.isUnderWay) continue;
		due.push({ polled, at: isBehind && isQueued(polled) ? dueBehind(polled) : polled.dueAt });
	}
	return due;
}

/** The look to make next: at the job that is due first, or at the list where that tells of several. */
export function nextLook<J extends PolledJob>(wait: Wait<J>, now: number): NextLook<J> {
	const due = dueJobs(wait);
	let first: { polled: Polled<J>; at: number } | undefined;
	for (const one of due) if (first === undefined || one.at < first.at) first = one;
	if (first === undefined) return { kind: 'none', at: Infinity };
	const { polled, at } = first;
	const when = Math.max(now, at);
	const { list } = wait;
	const canList = !list.isOff && !list.isUnderWay && when >= list.restsUntil;
	if (!canList || isForGetJob(polled, when)) return { kind: 'job', at, polled };
	const listable = due.filter((one) => {
		const early = EARLY_SHARE * (one.at - lookedAt(one.polled));
		return one.at - early <= when && !isForGetJob(one.polled, when);
	});
	const least = hasFewRequests(wait) ? LIST_FROM_FEW : LIST_FROM;
	return listable.length >= least ? { kind: 'list', at } : { kind: 'job', at, polled };
}

/** How far a job is, for comparison only. */
function percentOf(job: PolledJob): number {
	if (isFinished(job)) return 100;
	// The least progress that tells a job that is worked on from a queued one.
	return isQueued({ job }) ? -CONTROL_PERCENT - 1 : (asNumber(job.progress) ?? 0);
}

/** Notes whether the list was right of a job. Progress may come in steps, or a job may have ended meanwhile: once is no proof. */
function judgeList({ list }: Pick<Wait<PolledJob>, 'list'>, isRight: boolean): void {
	list.contradictions = isRight ? 0 : list.contradictions + 1;
	if (list.contradictions >= CONTRADICTIONS) list.isOff = true;
}

/** Compares what Get Job says with what the list has just said of the same job. */
function checkList<J extends PolledJob>({ list, request }: Wait<J>, id: string, job: J): void {
	const { control } = list;
	if (control?.id !== id) return;
	list.control = undefined;
	if (request.clock.now() - control.at > CONTROL_WITHIN_MS) return;
	judgeList({ list }, Math.abs(percentOf(job) - control.percent) <= CONTROL_PERCENT);
}

/** Asks for one job. Whatever comes of it is kept in the wait: this never rejects. */
export async function lookAtJob<J extends PolledJob>(
	wait: Wait<J>,
	polled: Polled<J>,
): Promise<void> {
	const { clock, getJob, signal } = wait.request;
	const askedAt = clock.now();
	polled.isUnderWay = true;
	try {
		const job = await unlessCancelled(signal, async () => await getJob(polled.id));
		// The service looked at the job about halfway between the question and the answer.
		const at = (askedAt + clock.now()) / 2;
		if (polled.outcome !== undefined) return;
		polled.provedAt = at;
		polled.needsProof = false;
		if (!isFinished(job)) polled.listedFinishedAt = undefined;
		checkList(wait, polled.id, job);
		takeJob(wait, polled, job, at);
	} catch (error) {
		const isOver = polled.outcome !== undefined || signal?.aborted === true;
		if (!isOver) takeError(wait, error, polled);
	} finally {
		polled.isUnderWay = false;
	}
}

/** Has Get Job confirm what the list says of a job, not sooner than the service wants to be asked again. */
function demandProof<J extends PolledJob>(wait: Wait<J>, polled: Polled<J>): void {
	// A second demand would put off the first.
	if (polled.needsProof) return;
	const soon = wait.request.clock.now() + SHORTEST_INTERVAL_MS;
	polled.needsProof = true;
	polled.dueAt = Math.min(Math.max(polled.deadline, lookedAt(polled)), soon);
}

/**
 * Chooses a job by which to find out whether the list is right: one that is worked on, if the list has any. A look every now
 * and then is enough, as long as nothing is wrong.
 */
function chooseControl<J extends PolledJob>(
	wait: Wait<J>,
	listed: ReadonlyMap<string, Named<J>>,
): void {
	const { list, request, open } = wait;
	list.looks += 1;
	list.failures = 0;
	const isTurn = hasFewRequests(wait) ? list.looks === 1 : list.looks % CONTROL_EVERY === 1;
	if (!isTurn && list.contradictions === 0) return;
	const candidates = [...open.values()].flatMap((polled) => {
		const row = listed.get(polled.id);
		return row === undefined || polled.isUnderWay ? [] : [{ polled, row }];
	});
	const chosen =
		candidates.find(({ row }) => !isFinished(row) && !isQueued({ job: row })) ?? candidates[0];
	if (chosen === undefined) return;
	const { polled, row } = chosen;
	list.control = { id: polled.id, at: request.clock.now(), percent: percentOf(row) };
	demandProof(wait, polled);
}

/** Finds out whether the list still has jobs as unfinished that Get Job has shown to be finished some time ago. */
function checkEnded<J extends PolledJob>(
	wait: Wait<J>,
	listed: ReadonlyMap<string, Named<J>>,
	at: number,
): void {
	for (const [id, row] of listed) {
		const outcome = wait.jobs.get(id)?.outcome;
		if (outcome?.kind !== 'finished' || isFinished(row)) continue;
		if (at - (outcome.seenAt ?? at) > CONTROL_WITHIN_MS) wait.list.isOff = true;
	}
}

function takeList<J extends PolledJob>(wait: Wait<J>, rows: Array<Named<J>>, at: number): void {
	const listed = new Map(rows.map((row) => [row.id, row]));
	checkEnded(wait, listed, at);
	for (const polled of wait.open.values()) {
		const row = listed.get(polled.id);
		polled.isUnlisted = row === undefined;
		// Times of one job only grow: a look that was answered meanwhile knows more.
		if (row === undefined || polled.isUnderWay || at < lookedAt(polled)) continue;
		if (isFinished(row)) {
			polled.listedFinishedAt ??= at;
			demandProof(wait, polled);
		} else if (!polled.needsProof) takeJob(wait, polled, row, at);
	}
	chooseControl(wait, listed);
}

/** Takes in that the list could not be had. Get Job may do all the same, and decides whether the wait can go on. */
function takeListError<J extends PolledJob>(wait: Wait<J>, error: unknown): void {
	const { list, request } = wait;
	const meaning = request.meaningOf(error).kind;
	if (meaning === 'job') list.isOff = true;
	else takeError(wait, error);
	list.failures = Math.min(list.failures + 1, COUNTED_FAILURES);
	list.restsUntil = request.clock.now() + LIST_REST_MS * 2 ** (list.failures - 1);
}

/** Asks for the list. Whatever comes of it is kept in the wait: this never rejects. */
export async function lookAtList<J extends PolledJob>(
	wait: Wait<J>,
	listJobs: () => Promise<Array<Named<J>>>,
): Promise<void> {
	const { clock, signal } = wait.request;
	const { list } = wait;
	const askedAt = clock.now();
	list.isUnderWay = true;
	try {
		const rows = await unlessCancelled(signal, listJobs);
		takeList(wait, rows, (askedAt + clock.now()) / 2);
	} catch (error) {
		if (signal?.aborted !== true) takeListError(wait, error);
	} finally {
		list.isUnderWay = false;
	}
}
