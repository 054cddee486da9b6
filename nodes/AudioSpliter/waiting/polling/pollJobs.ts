import { sleepSlice, throwIfCancelled } from '../../n8n/clock';
import { isFinished } from '../../job/job';
import { lookAtJob, lookAtList, nextLook, type NextLook } from './looks';
import type { PolledJob, WaitOutcome } from './polledJob';
import { admit, beginWait, endLate, LAST_LOOKS_MS, type Wait, type WaitRequest } from './wait';

export type { ErrorMeaning, WaitRequest } from './wait';

// Looks take turns, so that each finds out first what the answer before it says of the budget. An answer that takes longer
// than this may not come at all, and must not hold up the looks at other jobs.
const SLOW_ANSWER_MS = 500;

/** The jobs of the run that hold a place, as far as is known. */
function countUnfinished<J extends PolledJob>({ open }: Wait<J>): number {
	let count = 0;
	for (const { listedFinishedAt } of open.values()) if (listedFinishedAt === undefined) count += 1;
	return count;
}

function begin<J extends PolledJob>(wait: Wait<J>, call: Promise<void>): void {
	const running = call.finally(() => wait.underWay.delete(running));
	wait.underWay.add(running);
}

async function submitNext<J extends PolledJob>(wait: Wait<J>): Promise<void> {
	const submitted = await wait.request.submissions?.submitNext(() => countUnfinished(wait));
	if (submitted === undefined) return;
	const { job, submittedAt } = submitted;
	if (isFinished(job)) wait.request.onUpdate?.(job.id, job);
	else admit(wait, { id: job.id, job, submittedAt });
}

/** Whether everything has come that is waited for. */
function isOver<J extends PolledJob>({ request, open }: Wait<J>): boolean {
	const { submissions, until = 'finished' } = request;
	if (submissions?.endsRun === true) return true;
	if (submissions !== undefined && !submissions.isOver) return false;
	return until === 'submitted' || open.size === 0;
}

/** Where all that matters is that jobs are submitted, they are looked at only if one has to end for that. */
function lookFor<J extends PolledJob>(wait: Wait<J>, now: number): NextLook<J> {
	const { submissions, until = 'finished', budget } = wait.request;
	const isIdle = until === 'submitted' && submissions?.waitsForJobs(countUnfinished(wait)) !== true;
	if (isIdle) return { kind: 'none', at: Infinity };
	const slotAt = Math.max(wait.pausedUntil, budget.nextSlot('poll', now));
	// As long as no call can be made, there is no need to go through any number of jobs.
	return slotAt > now ? { kind: 'none', at: slotAt } : nextLook(wait, now);
}

/** Sleeps a little, at most until then (milliseconds since 1970), or until an answer comes. */
async function rest<J extends PolledJob>(wait: Wait<J>, until: number): Promise<void> {
	const { clock, signal } = wait.request;
	await Promise.race([sleepSlice(clock, until, signal), ...wait.underWay]);
}

/** When the first wait for a job ends, by its deadline or with its last look; milliseconds since 1970. */
function firstEnd<J extends PolledJob>({ open }: Wait<J>, now: number): number {
	let first = Infinity;
	for (const { deadline } of open.values()) {
		first = Math.min(first, now < deadline ? deadline : deadline + LAST_LOOKS_MS);
	}
	return first;
}

/** Makes the next call, if its time has come, else rests. */
async function step<J extends PolledJob>(wait: Wait<J>): Promise<void> {
	const { clock, listJobs, submissions } = wait.request;
	const now = clock.now();
	const next = lookFor(wait, now);
	const submitAt = submissions?.nextAt(countUnfinished(wait)) ?? Infinity;
	// A place that stands empty costs the run more than a look that comes a little later.
	if (submitAt <= now && submissions?.isLimited === true) {
		begin(wait, submitNext(wait));
		await rest(wait, now + SLOW_ANSWER_MS);
		return;
	}
	if (next.kind !== 'none' && next.at <= now) {
		if (next.kind === 'job') begin(wait, lookAtJob(wait, next.polled));
		else if (listJobs !== undefined) begin(wait, lookAtList(wait, listJobs));
		await rest(wait, now + SLOW_ANSWER_MS);
		return;
	}
	if (submitAt <= now) begin(wait, submitNext(wait));
	await rest(wait, Math.min(next.at, submitAt <= now ? Infinity : submitAt, firstEnd(wait, now)));
}

/**
 * Waits for many jobs together, and submits those that are still to be submitted: one loop that always makes the call
 * that is due next, within the API key's budget. Errors that pass by themselves delay a look and never end a wait before
 * `maxWait`. An answer that does not come holds up no look at another job.
 * @returns one outcome per job that has ended, in the order of `jobs` and then of submission; a job listed twice is asked for once
 * @throws {WaitCancelledError} within a second of the signal's abort
 */
export async function waitForJobs<J extends PolledJob>(
	request: WaitRequest<J>,
): Promise<Array<WaitOutcome<J>>> {
	const { clock, budget, signal } = request;
	const wait = beginWait(request);
	try {
		for (;;) {
			throwIfCancelled(signal);
			const now = clock.now();
			endLate(wait, now, Math.max(wait.pausedUntil, budget.nextSlot('poll', now)));
			if (isOver(wait)) break;
			await step(wait);
		}
	} finally {
		// The calls end with a cancel as well; a create then says that it may have made a job.
		if (signal?.aborted === true) await Promise.all(wait.underWay);
	}
	const listed = new Set(request.jobs.map(({ id }) => id));
	const submitted = [...wait.jobs.keys()].filter((id) => !listed.has(id));
	return [...request.jobs.map(({ id }) => id), ...submitted].flatMap(
		(id) => wait.jobs.get(id)?.outcome ?? [],
	);
}
