import type { RequestBudget } from '../../api/budget';
import { hasFailed, isFinished } from '../../job/job';
import type { Clock } from '../../n8n/clock';
import { expectedLookAt } from './expectation';
import { newListUse, type ListUse } from './listUse';
import {
	endPolled,
	isQueued,
	lengthOf,
	noteFailure,
	noteJob,
	toPolled,
	type Polled,
	type PolledJob,
	type WaitingJob,
	type WaitOutcome,
} from './polledJob';
import { nextLookAt, SHORTEST_INTERVAL_MS, type ScheduleOptions } from './schedule';
import type { Submissions } from './submissions';

/**
 * What an error means for the wait.
 * `transient`: it goes on, at `retryAt` (milliseconds since 1970) if the service named a time; `job`: it ends
 * for this job; `all`: it ends for every job (a refused API key is refused for all of them).
 */
export type ErrorMeaning =
	{ kind: 'transient'; retryAt?: number } | { kind: 'job' } | { kind: 'all' };

/** A job as a list or a create brings it. */
export type Named<J> = J & { id: string };

export interface WaitRequest<J extends PolledJob> {
	jobs: ReadonlyArray<WaitingJob<J>>;
	/** Jobs that are still to be submitted, and waited for as well. */
	submissions?: Submissions<Named<J>>;
	/** Whether the wait ends when the last job is `finished` (the default), or as soon as all are `submitted`. */
	until?: 'finished' | 'submitted';
	/** Whether the end of one job leaves no sense in submitting others. */
	endsSubmissions?: (outcome: WaitOutcome<J>) => boolean;
	/** Asks for one job. It is to take its slot from the budget itself (`waitForSlot`). */
	getJob: (id: string) => Promise<J>;
	/** Asks for the newest jobs of the account, in one call, as a poll. Left out: every job is asked for by itself. */
	listJobs?: () => Promise<Array<Named<J>>>;
	/** `maxWait` counts from a job's submission, else from the call; milliseconds. */
	options: ScheduleOptions & { maxWait: number };
	clock: Clock;
	/** In [0, 1), as `Math.random`. */
	random: () => number;
	budget: Pick<RequestBudget, 'nextSlot' | 'pollPace'>;
	meaningOf: (error: unknown) => ErrorMeaning;
	signal?: AbortSignal;
	/** Called after every look that brought a job. */
	onUpdate?: (id: string, job: J) => void;
}

/** A wait under way. Times are in milliseconds since 1970. */
export interface Wait<J extends PolledJob> {
	request: WaitRequest<J>;
	startedAt: number;
	/** All that were ever waited for, by ID, in the order of the request and of their submission. */
	jobs: Map<string, Polled<J>>;
	/** Those that have not ended, in the same order. */
	open: Map<string, Polled<J>>;
	list: ListUse;
	/** Milliseconds that jobs of the run took, the latest last: others of it may take about as long. */
	lengths: number[];
	/** Whether a job of the run has shown progress. */
	showsProgress: boolean;
	/** The service has asked for no call before this. */
	pausedUntil: number;
	/** The calls that have not been answered. They never reject. */
	underWay: Set<Promise<void>>;
}

/** The last looks of jobs that are due together at their deadline get this long, in milliseconds. */
export const LAST_LOOKS_MS = 5_000;

const REMEMBERED_LENGTHS = 10;
const FIRST_LENGTHS = 3;
const LAST_JOBS = 5;

// Requests are few where they last for less than two looks in each first interval.
const FEW_REQUESTS = 0.5;

/**
 * Whether jobs wait for places, and requests are so few that one which tells of two jobs is worth more than one which also
 * brings a job that has ended.
 */
export const hasFewRequests = <J extends PolledJob>({ request }: Wait<J>): boolean =>
	request.submissions?.isLimited === true &&
	request.budget.pollPace() > FEW_REQUESTS * request.options.pollInterval;

/** When to look at a job next, from what is known of it and of the others of its run. */
export function scheduleLook<J extends PolledJob>(wait: Wait<J>, polled: Polled<J>): void {
	const { options, random, submissions, budget } = wait.request;
	const pace = budget.pollPace();
	const input = { ...polled, options, pace, random };
	const plain = nextLookAt(input);
	polled.dueAt = plain ?? Infinity;
	if (submissions === undefined || plain === undefined) return;
	// A service that takes any number of jobs has them stand in its queue for a time that says nothing about their length.
	if (isQueued(polled) && !submissions.isLimited) return;
	const run = {
		lengths: wait.lengths,
		isLimited: submissions.isLimited,
		showsProgress: wait.showsProgress,
		sharesLooks: hasFewRequests(wait) && !wait.list.isOff,
		unfinished: wait.open.size,
		pollPace: pace,
	};
	polled.dueAt = expectedLookAt(input, run, plain);
}

/** Takes a job into the wait; one that is in it already is left as it is. */
export function admit<J extends PolledJob>(wait: Wait<J>, job: WaitingJob<J>): void {
	if (wait.jobs.has(job.id)) return;
	const { maxWait } = wait.request.options;
	const startedAt = Math.max(wait.startedAt, job.submittedAt ?? 0);
	const deadline = (job.submittedAt ?? startedAt) + (maxWait > 0 ? maxWait : 0);
	const polled = toPolled(job, { startedAt, deadline });
	// A job that has ended is asked for because its links have, which the list need not have.
	polled.needsProof = job.job !== undefined && isFinished(job.job);
	scheduleLook(wait, polled);
	wait.jobs.set(job.id, polled);
	wait.open.set(job.id, polled);
}

export function beginWait<J extends PolledJob>(request: WaitRequest<J>): Wait<J> {
	const wait: Wait<J> = {
		request,
		startedAt: request.clock.now(),
		jobs: new Map(),
		open: new Map(),
		list: newListUse(request.listJobs !== undefined),
		lengths: [],
		showsProgress: false,
		pausedUntil: 0,
		underWay: new Set(),
	};
	for (const job of request.jobs) admit(wait, job);
	return wait;
}

/**
 * Has the next looks follow what a job's end has taught: where it is new that jobs of the run end at all, and at the end
 * of the run, where the delay of the last ones is the run's.
 */
function rescheduleOthers<J extends PolledJob>(wait: Wait<J>): void {
	const { lengths, open } = wait;
	if (lengths.length > FIRST_LENGTHS && open.size > LAST_JOBS) return;
	for (const polled of open.values()) {
		const isSettled = polled.isUnderWay || polled.needsProof || polled.failures > 0;
		if (!isSettled && polled.observations.length > 0) scheduleLook(wait, polled);
	}
}

/** Takes a job that has ended out of the open ones. */
function close<J extends PolledJob>(wait: Wait<J>, polled: Polled<J>): void {
	const { open, lengths, request } = wait;
	const { id, outcome } = polled;
	if (outcome === undefined) return;
	open.delete(id);
	// A recording that fails does so early.
	const isWhole = outcome.kind === 'finished' && !hasFailed(outcome);
	if (isWhole && polled.submittedAt !== undefined) {
		lengths.push(lengthOf(polled, polled.submittedAt));
		if (lengths.length > REMEMBERED_LENGTHS) lengths.shift();
		rescheduleOthers(wait);
	}
	// Many jobs may end long before the last one does.
	polled.observations = [];
	if (request.endsSubmissions?.(outcome) === true) request.submissions?.stop();
}

/** Takes in what a look has brought. @param at when the service gave it; milliseconds since 1970 */
export function takeJob<J extends PolledJob>(
	wait: Wait<J>,
	polled: Polled<J>,
	job: J,
	at: number,
): void {
	noteJob(polled, job, at);
	wait.showsProgress ||= typeof job.progress === 'number' && job.progress > 0;
	wait.request.onUpdate?.(polled.id, job);
	if (polled.outcome === undefined) scheduleLook(wait, polled);
	else close(wait, polled);
}

/** Puts off the next look at a job after an error that passes: each time for twice as long. */
function backOff<J extends PolledJob>(wait: Wait<J>, polled: Polled<J>, error: unknown): void {
	const { clock, options } = wait.request;
	const shortest = Math.max(options.pollInterval, SHORTEST_INTERVAL_MS);
	const longest = Math.max(options.maxPollInterval, shortest);
	const pause = Math.min(shortest * 2 ** polled.failures, longest);
	noteFailure(polled, error);
	const now = clock.now();
	const isLast = now + SHORTEST_INTERVAL_MS > polled.deadline;
	polled.dueAt = isLast ? Infinity : Math.min(now + pause, polled.deadline);
}

/** Takes in that a look has failed. @param polled the job that was asked for; left out: several */
export function takeError<J extends PolledJob>(
	wait: Wait<J>,
	error: unknown,
	polled?: Polled<J>,
): ErrorMeaning['kind'] {
	const meaning = wait.request.meaningOf(error);
	if (meaning.kind === 'transient') {
		wait.pausedUntil = Math.max(wait.pausedUntil, meaning.retryAt ?? 0);
		if (polled !== undefined) backOff(wait, polled, error);
		return meaning.kind;
	}
	if (meaning.kind === 'all') wait.request.submissions?.stop(error);
	const ended = meaning.kind === 'all' ? [...wait.open.values()] : [polled];
	for (const one of ended) {
		if (one === undefined) continue;
		endPolled(one, { kind: 'error', error });
		close(wait, one);
	}
	return meaning.kind;
}

/**
 * Ends the wait for jobs whose time is over, once their last looks are answered or have had their few seconds.
 *
 * @param nextSlotAt when the next look may be made
 */
export function endLate<J extends PolledJob>(wait: Wait<J>, now: number, nextSlotAt: number): void {
	for (const polled of wait.open.values()) {
		if (now < polled.deadline) continue;
		const isLeft = polled.isUnderWay || Math.max(polled.dueAt, nextSlotAt) <= now;
		if (isLeft && now < polled.deadline + LAST_LOOKS_MS) continue;
		endPolled(polled, { kind: 'timedOut', error: polled.lastError });
		close(wait, polled);
	}
}
