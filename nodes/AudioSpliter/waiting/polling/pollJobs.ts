import type { RequestBudget } from '../../api/budget';
import { sleepSlice, throwIfCancelled, unlessCancelled, type Clock } from '../../n8n/clock';
import { isFinished } from '../../job/job';
import type { Observation } from './progress';
import { nextLookAt, SHORTEST_INTERVAL_MS, type ScheduleOptions } from './schedule';

/** What of a job matters to waiting. */
export interface PolledJob {
	status: string;
	progress?: unknown;
}

export interface WaitingJob<J extends PolledJob> {
	id: string;
	/** When this process submitted it; ms since 1970. Left out for others' jobs: looked at once. */
	submittedAt?: number;
	/** The job as last seen, for the outcome if no look ever succeeds. */
	job?: J;
}

/**
 * What an error means for the wait.
 * `transient`: it goes on, at `retryAt` (ms since 1970) if the service named a time; `job`: it ends
 * for this job; `all`: it ends for every job (a refused API key is refused for all of them).
 */
export type ErrorMeaning =
	{ kind: 'transient'; retryAt?: number } | { kind: 'job' } | { kind: 'all' };

export interface WaitOutcome<J extends PolledJob> {
	id: string;
	outcome: 'finished' | 'timedOut' | 'error';
	/** The job as last seen. */
	job?: J;
	/** When that was, if it was asked for at all; ms since 1970. */
	seenAt?: number;
	/** The last status seen, `unknown` if none ever was. */
	status: string;
	/** For `error` what ended the wait; for `timedOut` the error of the last look, if it had one. */
	error?: unknown;
}

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

interface Entry<J extends PolledJob> extends WaitingJob<J> {
	observations: Observation[];
	/** Infinity: no look is left. */
	dueAt: number;
	/** Looks since the last one that brought a job. */
	failures: number;
	lastError?: unknown;
	outcome?: WaitOutcome<J>;
}

// The last looks of many jobs are all due at the deadline: they get this long, together.
const LAST_LOOKS_MS = 5_000;

// A wait of days must not remember every look; the estimate needs the latest ones only.
const REMEMBERED_LOOKS = 200;

const TIMED_OUT = Symbol('timed out');

/** Ends a wait in time even if the call under way does not. */
async function timeOutAt(
	clock: Clock,
	at: number,
	isOver: () => boolean,
): Promise<typeof TIMED_OUT> {
	while (!isOver() && clock.now() < at) await sleepSlice(clock, at, undefined);
	return TIMED_OUT;
}

function end<J extends PolledJob>(
	entry: Entry<J>,
	outcome: WaitOutcome<J>['outcome'],
	error?: unknown,
) {
	const seenAt = entry.observations.at(-1)?.at;
	entry.outcome = {
		id: entry.id,
		outcome,
		...(entry.job !== undefined && { job: entry.job }),
		...(seenAt !== undefined && { seenAt }),
		status: entry.job?.status ?? 'unknown',
		...(error !== undefined && { error }),
	};
}

/**
 * Waits for many jobs together: one loop that always asks for the job due next, within the API key's
 * budget. Errors that pass by themselves delay a look and never end a wait before `maxWait`.
 * @returns one outcome per job, in the order of `jobs`; a job listed twice is asked for once
 * @throws {WaitCancelledError} within a second of the signal's abort
 */
export async function waitForJobs<J extends PolledJob>(
	request: WaitRequest<J>,
): Promise<Array<WaitOutcome<J>>> {
	const { clock, random, budget, signal } = request;
	const startedAt = clock.now();
	const { maxWait } = request.options;
	const deadline = startedAt + (maxWait > 0 ? maxWait : 0);
	let pausedUntil = 0;
	const schedule = (entry: Entry<J>): number =>
		nextLookAt({ ...entry, startedAt, deadline, options: request.options, random }) ?? Infinity;

	const entries = new Map<string, Entry<J>>();
	for (const job of request.jobs) {
		if (entries.has(job.id)) continue;
		const entry: Entry<J> = { ...job, observations: [], dueAt: 0, failures: 0 };
		entry.dueAt = schedule(entry);
		entries.set(job.id, entry);
	}

	const takeJob = (entry: Entry<J>, job: J, askedAt: number): void => {
		// The service looked at the job about halfway between the question and the answer.
		const at = (askedAt + clock.now()) / 2;
		entry.job = job;
		entry.failures = 0;
		entry.lastError = undefined;
		entry.observations.push({ at, status: job.status, progress: job.progress });
		entry.observations = entry.observations.slice(-REMEMBERED_LOOKS);
		request.onUpdate?.(entry.id, job);
		if (isFinished(job)) end(entry, 'finished');
		else entry.dueAt = schedule(entry);
	};

	const takeError = (entry: Entry<J>, error: unknown): void => {
		const meaning = request.meaningOf(error);
		if (meaning.kind === 'job') return end(entry, 'error', error);
		if (meaning.kind === 'all') {
			for (const other of entries.values()) {
				if (other.outcome === undefined) end(other, 'error', error);
			}
			return;
		}
		const now = clock.now();
		const { pollInterval, maxPollInterval } = request.options;
		const longest = Math.max(maxPollInterval, pollInterval, SHORTEST_INTERVAL_MS);
		const backoff = Math.max(pollInterval, SHORTEST_INTERVAL_MS) * 2 ** entry.failures;
		entry.lastError = error;
		// Beyond the tenth the backoff is at its longest, whatever the interval.
		entry.failures = Math.min(entry.failures + 1, 10);
		pausedUntil = Math.max(pausedUntil, meaning.retryAt ?? 0);
		const isLast = now + SHORTEST_INTERVAL_MS > deadline;
		entry.dueAt = isLast ? Infinity : Math.min(now + Math.min(backoff, longest), deadline);
	};

	for (;;) {
		throwIfCancelled(signal);
		const waiting = [...entries.values()].filter(({ outcome }) => outcome === undefined);
		const next = waiting.reduce<Entry<J> | undefined>(
			(first, entry) => (first === undefined || entry.dueAt < first.dueAt ? entry : first),
			undefined,
		);
		if (next === undefined) break;
		const now = clock.now();
		const wakeAt = Math.max(next.dueAt, pausedUntil, budget.nextSlot('poll', now));
		if (now >= deadline && (wakeAt > now || now > deadline + LAST_LOOKS_MS)) {
			for (const entry of waiting) end(entry, 'timedOut', entry.lastError);
			break;
		}
		if (wakeAt > now) {
			await sleepSlice(clock, Math.min(wakeAt, deadline), signal);
			continue;
		}
		let isOver = false;
		try {
			const answer = await Promise.race([
				unlessCancelled(signal, async () => await request.getJob(next.id)),
				timeOutAt(clock, deadline + LAST_LOOKS_MS, () => isOver),
			]);
			if (answer !== TIMED_OUT) takeJob(next, answer, now);
			else next.dueAt = Infinity;
		} catch (error) {
			throwIfCancelled(signal);
			takeError(next, error);
		} finally {
			isOver = true;
		}
	}
	return request.jobs.flatMap(({ id }) => entries.get(id)?.outcome ?? []);
}
