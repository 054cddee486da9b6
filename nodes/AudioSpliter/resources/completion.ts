import type {
	IDataObject,
	IExecuteFunctions,
	INodeExecutionData,
	NodeApiError,
	NodeOperationError,
} from 'n8n-workflow';
import { NodeOperationError as OperationError } from 'n8n-workflow';
import { budgetOf, failureOf, systemClock } from '../api/client';
import { explain, isTransient, jobFailure } from '../api/errors';
import { getJob } from '../api/jobs';
import type { Job } from '../api/types';
import { hasFailed, isFinished } from '../items/job';
import { toItem, toJobOutput } from '../items/output';
import type { ErrorMeaning, WaitOutcome } from '../waiting/poll';
import { waitForJobs } from '../waiting/poll';
import { readOutputOptions } from './fields';
import { asNodeError, failAllItems, toErrorItem } from './operation';
import type { WaitOptions } from './waitOptions';

/** What an input item has become: a job, or the reason why there is none. */
export type Entry = { itemIndex: number } & (
	{ job: Job; submittedAt?: number } | { error: NodeApiError | NodeOperationError }
);

/** The error of a job that ended without segments. */
export function failedJobError(
	ctx: Pick<IExecuteFunctions, 'getNode'>,
	job: Job,
	itemIndex: number,
): NodeOperationError {
	if (job.status !== 'failed') {
		return new OperationError(ctx.getNode(), `The job ${job.id} has ended: it is ${job.status}`, {
			description: 'It was cancelled or removed. Create it again if its segments are needed.',
			itemIndex,
		});
	}
	const { message, description } = explain(jobFailure(job.error));
	return new OperationError(ctx.getNode(), `${message} [job ${job.id}]`, {
		description,
		itemIndex,
	});
}

const timeoutError = (
	ctx: IExecuteFunctions,
	late: Array<WaitOutcome<Job>>,
	itemIndex: number,
): NodeOperationError => {
	const jobs = late.map(({ id, status, job }) =>
		job?.progress === undefined ? `${id} (${status})` : `${id} (${status}, ${job.progress} %)`,
	);
	return new OperationError(ctx.getNode(), `Not finished in time: ${jobs.join(', ')}`, {
		description:
			"The job goes on at AudioSpliter. Wait longer ('Max Wait'), pick it up later with 'Wait for Completion' and its ID, or set 'On Timeout' to 'Continue'.",
		itemIndex,
	});
};

/** 401 and 402 concern the key, not one job: going on would only hammer the service. */
const meaningOf = (error: unknown): ErrorMeaning => {
	const known = failureOf(error);
	if (known === undefined) return { kind: 'job' };
	if (isTransient(known.failure)) return { kind: 'transient', retryAt: known.retryAt };
	return { kind: known.failure.status === 401 ? 'all' : 'job' };
};

async function poll(
	ctx: IExecuteFunctions,
	entries: Entry[],
	options: WaitOptions,
): Promise<Map<string, WaitOutcome<Job>>> {
	const jobs = entries.flatMap((entry) =>
		'job' in entry && !isFinished(entry.job)
			? [{ id: entry.job.id, job: entry.job, submittedAt: entry.submittedAt }]
			: [],
	);
	if (jobs.length === 0) return new Map();
	const outcomes = await waitForJobs<Job>({
		jobs,
		getJob: async (id) => await getJob(ctx, id, undefined, { isPoll: true }),
		options,
		clock: systemClock,
		random: Math.random,
		budget: await budgetOf(ctx),
		meaningOf,
		signal: ctx.getExecutionCancelSignal(),
	});
	return new Map(outcomes.map((outcome) => [outcome.id, outcome]));
}

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
	let outcomes: Map<string, WaitOutcome<Job>>;
	try {
		outcomes = await poll(ctx, entries, options);
	} catch (error) {
		if (ctx.getExecutionCancelSignal()?.aborted === true) throw asNodeError(ctx, error, 0);
		return failAllItems(ctx, error);
	}
	const late = [...outcomes.values()].filter(({ outcome }) => outcome === 'timedOut');

	const finish = async (entry: Entry): Promise<INodeExecutionData[]> => {
		const { itemIndex } = entry;
		if ('error' in entry) throw entry.error;
		const outcome = outcomes.get(entry.job.id);
		const job = outcome?.job ?? entry.job;
		if (outcome?.outcome === 'error') throw asNodeError(ctx, outcome.error, itemIndex);
		if (outcome?.outcome === 'timedOut') {
			// Where the error ends the node, it is the only one to tell of the others.
			const named = ctx.continueOnFail() ? [outcome] : late;
			if (options.onTimeout === 'fail') throw timeoutError(ctx, named, itemIndex);
			return [toItem({ ...job, waitTimedOut: true }, itemIndex)];
		}
		if (hasFailed(job)) throw failedJobError(ctx, job, itemIndex);
		return await toJobOutput(ctx, job, readOutputOptions(ctx, itemIndex), itemIndex);
	};

	const output: INodeExecutionData[] = [];
	for (const entry of entries) {
		try {
			output.push(...(await finish(entry)));
		} catch (error) {
			const nodeError = asNodeError(ctx, error, entry.itemIndex);
			if (!ctx.continueOnFail()) throw nodeError;
			output.push(toErrorItem(ctx, nodeError, entry.itemIndex, jobJson(entry, outcomes)));
		}
	}
	return output;
}

/** A failed job comes out as itself: its `error` has the service's code and message. */
const jobJson = (
	entry: Entry,
	outcomes: Map<string, WaitOutcome<Job>>,
): IDataObject | undefined => {
	if ('error' in entry) return undefined;
	const job = outcomes.get(entry.job.id)?.job ?? entry.job;
	return job.error === undefined ? undefined : (job as IDataObject);
};
