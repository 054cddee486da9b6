import type {
	IDataObject,
	IExecuteFunctions,
	INodeExecutionData,
	NodeApiError,
	NodeOperationError,
} from 'n8n-workflow';
import { budgetOf, failureOf, systemClock } from '../../api/client';
import { isTransient } from '../../api/errors';
import { getJob, isWrongAnswer } from '../../api/jobs';
import type { Job } from '../../job/types';
import { hasFailed, isFinished } from '../../job/job';
import { toItem, toJobOutput } from '../../output/jobOutput';
import type { ErrorMeaning, WaitOutcome } from './pollJobs';
import { waitForJobs } from './pollJobs';
import { readOutputOptions } from '../../resources/jobField';
import { failedJobError, ofJob, timeoutError } from '../../output/jobErrors';
import { asNodeError, isForAllItems, toErrorItem } from '../../resources/operation';
import type { WaitOptions } from '../options';

/** What an input item has become: a job, or the reason why there is none. */
export type Entry = { itemIndex: number } & (
	| {
			job: Job;
			submittedAt?: number;
			/** Finished, as the item says, but to be asked for once, since its links have ended. */
			isStale?: boolean;
	  }
	| { error: NodeApiError | NodeOperationError }
);

/**
 * What an error of one poll means for the wait.
 *
 * @param isProven whether the API has answered this run before, so that a web page in its place will not stay
 */
const meaningOf = (error: unknown, isProven: boolean): ErrorMeaning => {
	if (isProven && isWrongAnswer(error)) return { kind: 'transient' };
	const known = failureOf(error);
	if (known === undefined) return { kind: 'job' };
	if (isTransient(known.failure)) return { kind: 'transient', retryAt: known.retryAt };
	return { kind: isForAllItems(error) ? 'all' : 'job' };
};

const byJob = (outcomes: Array<WaitOutcome<Job>>) =>
	new Map(outcomes.map((outcome) => [outcome.id, outcome]));

/** Whatever ends the wait as a whole (a credential that was deleted meanwhile) is the end of each job's wait. */
async function poll(
	ctx: IExecuteFunctions,
	entries: Entry[],
	options: WaitOptions,
): Promise<Map<string, WaitOutcome<Job>>> {
	const jobs = entries.flatMap((entry) =>
		'job' in entry && (entry.isStale === true || !isFinished(entry.job))
			? [{ id: entry.job.id, job: entry.job, submittedAt: entry.submittedAt }]
			: [],
	);
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
	entries.flatMap((entry) => {
		if ('error' in entry || entry.submittedAt === undefined) return [];
		const { id } = entry.job;
		const outcome = outcomes.get(id);
		const isTold = outcome?.outcome === 'timedOut' && message.includes(id);
		const isUnknown = failureOf(outcome?.error)?.failure.status === 404;
		return isTold || isUnknown || hasFailed(outcome?.job ?? entry.job) ? [] : [id];
	});

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
		if ('error' in entry) throw entry.error;
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
			const job = 'job' in entry ? (outcomes.get(entry.job.id)?.job ?? entry.job) : undefined;
			const told = job === undefined ? nodeError : ofJob(nodeError, job.id, entry.itemIndex);
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
