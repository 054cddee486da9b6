import type { RequestBudget } from '../../api/budget';
import { sleepSlice, throwIfCancelled, unlessCancelled, type Clock } from '../../n8n/clock';
import {
	endPolled,
	noteFailure,
	noteJob,
	toPolled,
	type Polled,
	type PolledJob,
	type WaitingJob,
	type WaitOutcome,
} from './polledJob';
import { nextLookAt, SHORTEST_INTERVAL_MS, type ScheduleOptions } from './schedule';

/**
 * What an error means for the wait.
 * `transient`: it goes on, at `retryAt` (milliseconds since 1970) if the service named a time; `job`: it ends
 * for this job; `all`: it ends for every job (a refused API key is refused for all of them).
 */
export type ErrorMeaning =
	{ kind: 'transient'; retryAt?: number } | { kind: 'job' } | { kind: 'all' };

export interface WaitRequest<J extends PolledJob> {
	jobs: ReadonlyArray<WaitingJob<J>>;
	/** Asks for one job. It is to take its slot from the budget itself (`waitForSlot`). */
	getJob: (id: string) => Promise<J>;
	/** `maxWait` counts from the call; milliseconds. */
	options: ScheduleOptions & { maxWait: number };
	clock: Clock;
	/** In [0, 1), as `Math.random`. */
	random: () => number;
	budget: Pick<RequestBudget, 'nextSlot'>;
	meaningOf: (error: unknown) => ErrorMeaning;
	signal?: AbortSignal;
	/** Called after every look that brought a job. */
	onUpdate?: (id: string, job: J) => void;
}

/** A wait under way. Times are in milliseconds since 1970. */
interface Wait<J extends PolledJob> {
	request: WaitRequest<J>;
	startedAt: number;
	deadline: number;
	/** By ID, in the order of the request. */
	jobs: Map<string, Polled<J>>;
	/** The service has asked for no call before this. */
	pausedUntil: number;
	/** The looks that have not been answered. They never reject. */
	underWay: Set<Promise<void>>;
}

// The last looks of many jobs are all due at the deadline: they get this long, together.
const LAST_LOOKS_MS = 5_000;

// Looks take turns, so that each finds out first what the answer before it says of the budget. An answer that takes longer
// than this may not come at all, and must not hold up the looks at other jobs.
const SLOW_ANSWER_MS = 500;

const unfinished = <J extends PolledJob>({ jobs }: Wait<J>): Array<Polled<J>> =>
	[...jobs.values()].filter(({ outcome }) => outcome === undefined);

function scheduleLook<J extends PolledJob>(wait: Wait<J>, polled: Polled<J>): void {
	const { startedAt, deadline, request } = wait;
	const { options, random } = request;
	polled.dueAt = nextLookAt({ ...polled, startedAt, deadline, options, random }) ?? Infinity;
}

function beginWait<J extends PolledJob>(request: WaitRequest<J>): Wait<J> {
	const startedAt = request.clock.now();
	const { maxWait } = request.options;
	const wait: Wait<J> = {
		request,
		startedAt,
		deadline: startedAt + (maxWait > 0 ? maxWait : 0),
		jobs: new Map(),
		pausedUntil: 0,
		underWay: new Set(),
	};
	for (const job of request.jobs) {
		if (wait.jobs.has(job.id)) continue;
		const polled = toPolled(job);
		scheduleLook(wait, polled);
		wait.jobs.set(job.id, polled);
	}
	return wait;
}

function takeJob<J extends PolledJob>(wait: Wait<J>, polled: Polled<J>, job: J, at: number): void {
	noteJob(polled, job, at);
	wait.request.onUpdate?.(polled.id, job);
	if (polled.outcome === undefined) scheduleLook(wait, polled);
}

/** Puts off the next look at a job after an error that passes: each time for twice as long. */
function backOff<J extends PolledJob>(wait: Wait<J>, polled: Polled<J>, error: unknown): void {
	const { clock, options } = wait.request;
	const shortest = Math.max(options.pollInterval, SHORTEST_INTERVAL_MS);
	const longest = Math.max(options.maxPollInterval, shortest);
	const pause = Math.min(shortest * 2 ** polled.failures, longest);
	noteFailure(polled, error);
	const now = clock.now();
	const isLast = now + SHORTEST_INTERVAL_MS > wait.deadline;
	polled.dueAt = isLast ? Infinity : Math.min(now + pause, wait.deadline);
}

function takeError<J extends PolledJob>(wait: Wait<J>, polled: Polled<J>, error: unknown): void {
	const meaning = wait.request.meaningOf(error);
	if (meaning.kind === 'transient') {
		wait.pausedUntil = Math.max(wait.pausedUntil, meaning.retryAt ?? 0);
		backOff(wait, polled, error);
		return;
	}
	const ended = meaning.kind === 'all' ? unfinished(wait) : [polled];
	for (const one of ended) endPolled(one, { kind: 'error', error });
}

/** Asks for one job. Whatever comes of it is kept in the wait: this never rejects. */
async function look<J extends PolledJob>(wait: Wait<J>, polled: Polled<J>): Promise<void> {
	const { clock, getJob, signal } = wait.request;
	const askedAt = clock.now();
	polled.isUnderWay = true;
	try {
		const job = await unlessCancelled(signal, async () => await getJob(polled.id));
		// The service looked at the job about halfway between the question and the answer.
		if (polled.outcome === undefined) takeJob(wait, polled, job, (askedAt + clock.now()) / 2);
	} catch (error) {
		const isOver = polled.outcome !== undefined || signal?.aborted === true;
		if (!isOver) takeError(wait, polled, error);
	} finally {
		polled.isUnderWay = false;
	}
}

function beginLook<J extends PolledJob>(wait: Wait<J>, polled: Polled<J>): void {
	const looking = look(wait, polled).finally(() => wait.underWay.delete(looking));
	wait.underWay.add(looking);
}

/** The job that is due first, of those that no look is under way at. */
const firstDue = <J extends PolledJob>(wait: Wait<J>): Polled<J> | undefined =>
	unfinished(wait)
		.filter(({ isUnderWay }) => !isUnderWay)
		.reduce<Polled<J> | undefined>(
			(first, polled) => (first === undefined || polled.dueAt < first.dueAt ? polled : first),
			undefined,
		);

/** Sleeps a little, at most until then (milliseconds since 1970), or until an answer comes. */
async function rest<J extends PolledJob>(wait: Wait<J>, until: number): Promise<void> {
	const { clock, signal } = wait.request;
	await Promise.race([sleepSlice(clock, until, signal), ...wait.underWay]);
}

/** Whether the time is over, and with it the few seconds that the last looks get. */
function isOver<J extends PolledJob>(wait: Wait<J>, now: number, nextLook: number): boolean {
	if (now < wait.deadline) return false;
	return now >= wait.deadline + LAST_LOOKS_MS || (nextLook > now && wait.underWay.size === 0);
}

/**
 * Waits for many jobs together: one loop that always asks for the job due next, within the API key's
 * budget. Errors that pass by themselves delay a look and never end a wait before `maxWait`. An answer that does not come
 * holds up no look at another job.
 * @returns one outcome per job, in the order of `jobs`; a job listed twice is asked for once
 * @throws {WaitCancelledError} within a second of the signal's abort
 */
export async function waitForJobs<J extends PolledJob>(
	request: WaitRequest<J>,
): Promise<Array<WaitOutcome<J>>> {
	const { clock, budget, signal } = request;
	const wait = beginWait(request);
	while (unfinished(wait).length > 0) {
		throwIfCancelled(signal);
		const now = clock.now();
		const next = firstDue(wait);
		const nextLook = Math.max(
			next?.dueAt ?? Infinity,
			wait.pausedUntil,
			budget.nextSlot('poll', now),
		);
		if (isOver(wait, now, nextLook)) {
			for (const late of unfinished(wait)) {
				endPolled(late, { kind: 'timedOut', error: late.lastError });
			}
		} else if (next !== undefined && nextLook <= now) {
			beginLook(wait, next);
			await rest(wait, now + SLOW_ANSWER_MS);
		} else {
			const end = now < wait.deadline ? wait.deadline : wait.deadline + LAST_LOOKS_MS;
			await rest(wait, Math.min(nextLook, end));
		}
	}
	return request.jobs.flatMap(({ id }) => wait.jobs.get(id)?.outcome ?? []);
}
