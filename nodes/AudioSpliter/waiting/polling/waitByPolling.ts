import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import { budgetOf, failureOf } from '../../api/client';
import { isTransient } from '../../api/errors';
import { getJob, isWrongAnswer, listJobs, MAX_PAGE_SIZE } from '../../api/jobs';
import { isFinished } from '../../job/job';
import type { Job } from '../../job/types';
import { systemClock } from '../../n8n/context';
import { affectsEveryItem, asNodeError } from '../../n8n/errors';
import type { Entry } from '../entry';
import { jobEntries } from '../entry';
import type { WaitOptions } from '../options';
import { finalItems } from './finalItems';
import type { WaitOutcome } from './polledJob';
import type { ErrorMeaning, WaitRequest } from './pollJobs';
import { waitForJobs } from './pollJobs';

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

/** A job that is not finished, or whose links have to be fetched anew. */
interface OpenJob {
	id: string;
	job: Job;
	submittedAt?: number;
}

const openJobs = (entries: Entry[]): OpenJob[] =>
	jobEntries(entries)
		.filter(({ job, isStale }) => isStale === true || !isFinished(job))
		.map(({ job, submittedAt }) => ({ id: job.id, job, submittedAt }));

/**
 * What a wait needs to ask AudioSpliter for jobs.
 *
 * @param isProven whether the API has answered this run before
 */
export async function pollRequest(
	ctx: IExecuteFunctions,
	options: WaitOptions,
	isProven: boolean,
): Promise<Omit<WaitRequest<Job>, 'jobs'>> {
	let hasAnswered = isProven;
	return {
		async getJob(id) {
			const job = await getJob(ctx, id, undefined, { isPoll: true });
			hasAnswered = true;
			return job;
		},
		listJobs: async () =>
			(await listJobs(ctx, { page: 1, limit: MAX_PAGE_SIZE }, undefined, { isPoll: true })).jobs,
		options,
		clock: systemClock,
		random: Math.random,
		budget: await budgetOf(ctx),
		meaningOf: (error) => meaningOf(error, hasAnswered),
		signal: ctx.getExecutionCancelSignal(),
	};
}

/** How the wait for each job ends. What ends the wait as a whole, such as a deleted credential, ends it for each job. */
async function outcomesOf(
	ctx: IExecuteFunctions,
	entries: Entry[],
	options: WaitOptions,
): Promise<Array<WaitOutcome<Job>>> {
	const jobs = openJobs(entries);
	if (jobs.length === 0) return [];
	try {
		const isProven = jobs.some(({ submittedAt }) => submittedAt !== undefined);
		return await waitForJobs({ jobs, ...(await pollRequest(ctx, options, isProven)) });
	} catch (error) {
		if (ctx.getExecutionCancelSignal()?.aborted === true) throw asNodeError(ctx, error, 0);
		return jobs.map(({ id, job }) => ({ kind: 'error', id, job, status: job.status, error }));
	}
}

/**
 * Waits for the jobs of all items together by asking for them, and turns each into its output. One job's failure is its
 * own item's failure; without Continue On Fail the first one in item order stops the node, after all have ended.
 *
 * @throws NodeApiError or NodeOperationError with the item's index
 */
export async function waitByPolling(
	ctx: IExecuteFunctions,
	entries: Entry[],
	options: WaitOptions,
): Promise<INodeExecutionData[]> {
	const outcomes = await outcomesOf(ctx, entries, options);
	const byJob = new Map(outcomes.map((outcome) => [outcome.id, outcome]));
	return await finalItems(ctx, entries, byJob, options.onTimeout);
}
