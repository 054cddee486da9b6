import { isFinished } from '../../job/job';
import type { Observation } from './progress';

/** What of a job matters to waiting. */
export interface PolledJob {
	status: string;
	progress?: unknown;
}

/** A job to wait for. */
export interface WaitingJob<J extends PolledJob> {
	id: string;
	/** When this process submitted it; milliseconds since 1970. Jobs without it are looked at right at the beginning. */
	submittedAt?: number;
	/** The job as last seen, for the outcome if no look ever succeeds. */
	job?: J;
}

/** How the wait for one job ended. */
export type WaitOutcome<J extends PolledJob> = {
	id: string;
	/** The last status seen, `unknown` if none ever was. */
	status: string;
	/** The job as last seen. */
	job?: J;
	/** When it was seen, if it was asked for at all; milliseconds since 1970. */
	seenAt?: number;
} & (
	| { kind: 'finished' }
	| { kind: 'timedOut'; /** Of the last look, if that failed. */ error?: unknown }
	| { kind: 'error'; error: unknown }
);

/** Why a wait ends for a job. */
type Ending =
	{ kind: 'finished' } | { kind: 'timedOut'; error?: unknown } | { kind: 'error'; error: unknown };

/** A job during the wait, and what the looks at it have brought so far. */
export interface Polled<J extends PolledJob> extends WaitingJob<J> {
	/** When the wait for it began; milliseconds since 1970. */
	startedAt: number;
	/** When the wait for it ends; milliseconds since 1970. */
	deadline: number;
	/** When Get Job last brought it, or the wait for it began; milliseconds since 1970. */
	provedAt: number;
	/** Whether the list says something of it that Get Job has to confirm. */
	needsProof: boolean;
	/** When the list first had it as finished, which Get Job has not contradicted; milliseconds since 1970. */
	listedFinishedAt?: number;
	/** Whether the list did not have it. */
	isUnlisted: boolean;
	/** The latest looks that brought the job, oldest first. */
	observations: Observation[];
	/** When to look next; milliseconds since 1970. Infinity: no look is left. */
	dueAt: number;
	/** Whether a look at it is under way. */
	isUnderWay: boolean;
	/** Looks since the last one that brought the job. */
	failures: number;
	/** Of the last look, if that failed. */
	lastError?: unknown;
	outcome?: WaitOutcome<J>;
}

/** Whether the service has not begun to work on the job, as far as is known. */
export const isQueued = <J extends PolledJob>({ job }: Pick<Polled<J>, 'job'>): boolean =>
	job?.status.toLowerCase() === 'queued';

// A wait of days must not remember every look, and the estimate needs the latest ones only.
const REMEMBERED_LOOKS = 200;

// Beyond the tenth failure the pause is at its longest, whatever the interval.
const COUNTED_FAILURES = 10;

/** A job that has not been looked at yet. When to do so is up to the caller. Times are in milliseconds since 1970. */
export const toPolled = <J extends PolledJob>(
	job: WaitingJob<J>,
	{ startedAt, deadline }: { startedAt: number; deadline: number },
): Polled<J> => ({
	...job,
	startedAt,
	deadline,
	provedAt: startedAt,
	needsProof: false,
	isUnlisted: false,
	observations: [],
	dueAt: Infinity,
	isUnderWay: false,
	failures: 0,
});

/** Ends the wait for a job, with what is known of it by then. */
export function endPolled<J extends PolledJob>(polled: Polled<J>, ending: Ending): void {
	const { id, job } = polled;
	const seenAt = polled.observations.at(-1)?.at;
	polled.outcome = {
		id,
		...(job !== undefined && { job }),
		...(seenAt !== undefined && { seenAt }),
		status: job?.status ?? 'unknown',
		...ending,
	};
}

/**
 * Takes in the job as a look has brought it.
 *
 * @param at when the service gave it; milliseconds since 1970
 */
export function noteJob<J extends PolledJob>(polled: Polled<J>, job: J, at: number): void {
	polled.job = job;
	polled.failures = 0;
	polled.lastError = undefined;
	polled.observations.push({ at, status: job.status, progress: job.progress });
	polled.observations = polled.observations.slice(-REMEMBERED_LOOKS);
	if (isFinished(job)) endPolled(polled, { kind: 'finished' });
}

/** Takes in that a look has failed for a reason that passes. */
export function noteFailure<J extends PolledJob>(polled: Polled<J>, error: unknown): void {
	polled.lastError = error;
	polled.failures = Math.min(polled.failures + 1, COUNTED_FAILURES);
}

// A job that was found finished at the first look in a long time may have taken much less.
const LEAST_SHARE = 0.9;

/**
 * How long a job took (ms): until about halfway between the look that saw it finished and the one before, but not much less
 * than until the former, since a job that no look came close to says little.
 */
export function lengthOf<J extends PolledJob>(
	{ observations, listedFinishedAt }: Polled<J>,
	submittedAt: number,
): number {
	const seenAt = listedFinishedAt ?? observations.at(-1)?.at ?? submittedAt;
	const before = observations.at(-2)?.at ?? submittedAt;
	return Math.max((before + seenAt) / 2 - submittedAt, LEAST_SHARE * (seenAt - submittedAt));
}
