import type { IDataObject, IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import { budgetOf, failureOf } from '../../api/client';
import { isTransient } from '../../api/errors';
import { getJob, isWrongAnswer } from '../../api/jobs';
import { hasFailed, isFinished } from '../../job/job';
import type { Job } from '../../job/types';
import { systemClock } from '../../n8n/context';
import { affectsEveryItem, asNodeError } from '../../n8n/errors';
import { toErrorItem, toItem } from '../../n8n/items';
import { failedJobError } from '../../output/jobErrors';
import { toJobOutput } from '../../output/jobOutput';
import { readOutputOptions } from '../../output/options';
import type { Entry } from '../entry';
import { jobEntries } from '../entry';
import type { WaitOptions } from '../options';
import type { ErrorMeaning, WaitOutcome } from './pollJobs';
import { waitForJobs } from './pollJobs';
import { nameJob, timeoutError } from './waitErrors';

/**
 * What an error of one poll means for the wait.
 *
 * @param isProven whether the API has answered this run before, so that a proxy's page in its place will not stay
 */
const meaningOf = (error: unknown, isProven: boolean): ErrorMeaning => {
	const known = failureOf(error);
	const isIntermediary = isWrongAnswer(error) || known?.failure.isIntermediary === true;
	if (isProven && isIntermediary) return { kind: 'transient', retryAt: known?.retryAt };
	if (known === undefined) return { kind: 'job' };
	if (isTransient(known.failure)) return { kind: 'transient', retryAt: known.retryAt };
	return { kind: affectsEveryItem(error) ? 'all' : 'job' };
};

const byJob = (outcomes: Array<WaitOutcome<Job>>) =>
	new Map(outcomes.map((outcome) => [outcome.id, outcome]));

/** Whatever ends the wait as a whole (a credential that was deleted meanwhile) is the end of each job's wait. */
async function poll(
	ctx: IExecuteFunctions,
	entries: Entry[],
	options: WaitOptions,
): Promise<Map<string, WaitOutcome<Job>>> {
	const jobs = jobEntries(entries)
		.filter(({ job, isStale }) => isStale === true || !isFinished(job))
		.map(({ job, submittedAt }) => ({ id: job.id, job, submittedAt }));
	if (jobs.length === 0) return new Map();
	let isProven = jobs.some(({ submittedAt }) => submittedAt !== undefined);
	const signal = ctx.getExecutionCancelSignal();
	try {
		const outcomes = await waitForJobs<Job>({
			jobs,
			async getJob(id) {
				const job = await getJob(ctx, id, undefined, { isPoll: true });
				isProven = true;
				return job;
			},
			options,
			clock: systemClock,
			random: Math.random,
			budget: await budgetOf(ctx),
			meaningOf: (error) => meaningOf(error, isProven),
			signal,
		});
		return byJob(outcomes);
	} catch (error) {
		if (signal?.aborted === true) throw asNodeError(ctx, error, 0);
		return byJob(
			jobs.map(({ id, job }) => ({ id, job, status: job.status, outcome: 'error', error })),
		);
	}
}

/**
 * The jobs of this run that an error keeps from coming out of the node, and which there is no need to create again.
 *
 * @param message of the error: jobs that are late are named in it
 */
const leftBehind = (
	entries: Entry[],
	outcomes: Map<string, WaitOutcome<Job>>,
	message: string,
): string[] =>
	jobEntries(entries)
		.filter(({ job, submittedAt }) => {
			if (submittedAt === undefined) return false;
			const outcome = outcomes.get(job.id);
			const isNamed = outcome?.outcome === 'timedOut' && message.includes(job.id);
			const { status, isIntermediary } = failureOf(outcome?.error)?.failure ?? {};
			const isUnknown = status === 404 && isIntermediary !== true;
			return !isNamed && !isUnknown && !hasFailed(outcome?.job ?? job);
		})
		.map(({ job }) => job.id);

/**
 * Waits for the jobs of all items together and turns each into its output. One job's failure is its own item's failure;
 * without Continue On Fail the first one in item order stops the node, after all have ended.
 *
 * @throws NodeApiError or NodeOperationError with the item's index
 */
export async function waitAndOutput(
	ctx: IExecuteFunctions,
	entries: Entry[],
	options: WaitOptions,
): Promise<INodeExecutionData[]> {
	const outcomes = await poll(ctx, entries, options);
	const late = [...outcomes.values()].filter(({ outcome }) => outcome === 'timedOut');

	const finish = async (entry: Entry): Promise<INodeExecutionData[]> => {
		const { itemIndex } = entry;
		if (entry.kind === 'failed') throw entry.error;
		const outcome = outcomes.get(entry.job.id);
		const job = outcome?.job ?? entry.job;
		if (outcome?.outcome === 'error') throw asNodeError(ctx, outcome.error, itemIndex);
		if (outcome?.outcome === 'timedOut') {
			if (options.onTimeout === 'continue') {
				return [toItem({ ...job, waitTimedOut: true }, itemIndex)];
			}
			// Its job goes on no more: all that was missing is an answer.
			const isUnread = entry.isStale === true && outcome.error !== undefined;
			if (isUnread) throw asNodeError(ctx, outcome.error, itemIndex);
			// Where the error ends the node, it is the only one to tell of the others.
			throw timeoutError(ctx, ctx.continueOnFail() ? [outcome] : late, itemIndex);
		}
		if (hasFailed(job)) throw failedJobError(ctx, job, itemIndex);
		const output = readOutputOptions(ctx, itemIndex);
		const asked = { at: outcome?.seenAt, once: entry.isStale };
		return await toJobOutput(ctx, job, output, itemIndex, asked);
	};

	const output: INodeExecutionData[] = [];
	for (const entry of entries) {
		try {
			output.push(...(await finish(entry)));
		} catch (error) {
			const nodeError = asNodeError(ctx, error, entry.itemIndex);
			const job = entry.kind === 'job' ? (outcomes.get(entry.job.id)?.job ?? entry.job) : undefined;
			const told = job === undefined ? nodeError : nameJob(nodeError, job.id, entry.itemIndex);
			if (!ctx.continueOnFail()) {
				const ids = leftBehind(entries, outcomes, told.message);
				if (ids.length > 0) {
					told.description = `${told.description ?? ''} Do not create again what was submitted: 'Wait for Completion' takes up ${ids.join(', ')}.`;
				}
				throw told;
			}
			// A failed job comes out as itself: its `error` has the service's code and message.
			const known = job && (hasFailed(job) ? (job as IDataObject) : { id: job.id });
			output.push(toErrorItem(ctx, told, entry.itemIndex, known));
		}
	}
	return output;
}
