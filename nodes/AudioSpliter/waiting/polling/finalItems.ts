import type { IDataObject, IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import { hasFailed } from '../../job/job';
import type { Job } from '../../job/types';
import type { NodeError } from '../../n8n/errors';
import { affectsEveryItem, asNodeError, copyFor } from '../../n8n/errors';
import { toErrorItem, toItem } from '../../n8n/items';
import { failedJobError } from '../../output/jobErrors';
import { toJobOutput } from '../../output/jobOutput';
import type { Entry, JobEntry } from '../entry';
import type { WaitOptions } from '../options';
import type { WaitOutcome } from './polledJob';
import type { Outcomes } from './waitErrors';
import { nameJob, nameLeftBehind, timeoutError } from './waitErrors';

/** The job as it was last seen. */
const latestJob = ({ job }: JobEntry, outcome: WaitOutcome<Job> | undefined): Job =>
	outcome?.job ?? job;

/** The error of a job that was not finished in time. */
function lateError(
	ctx: IExecuteFunctions,
	{ itemIndex, isStale }: JobEntry,
	outcome: WaitOutcome<Job> & { kind: 'timedOut' },
	outcomes: Outcomes,
): NodeError {
	// A stale job is finished, so that all that was missing is an answer.
	if (isStale === true && outcome.error !== undefined) {
		return asNodeError(ctx, outcome.error, itemIndex);
	}
	// An error that ends the node is the only one to tell of the other late jobs.
	const late = [...outcomes.values()].filter(({ kind }) => kind === 'timedOut');
	return timeoutError(ctx, ctx.continueOnFail() ? [outcome] : late, itemIndex);
}

/** @throws NodeApiError or NodeOperationError for a job that has failed, is late or could not be asked for */
async function outputOf(
	ctx: IExecuteFunctions,
	entry: JobEntry,
	outcomes: Outcomes,
	onTimeout: WaitOptions['onTimeout'],
): Promise<INodeExecutionData[]> {
	const { itemIndex, isStale, output } = entry;
	const outcome = outcomes.get(entry.job.id);
	const job = latestJob(entry, outcome);
	if (outcome?.kind === 'error') throw asNodeError(ctx, outcome.error, itemIndex);
	if (outcome?.kind === 'timedOut') {
		if (onTimeout === 'fail') throw lateError(ctx, entry, outcome, outcomes);
		return [toItem({ ...job, waitTimedOut: true }, itemIndex)];
	}
	if (hasFailed(job)) throw failedJobError(ctx, job, itemIndex);
	const source = { at: outcome?.seenAt, once: isStale };
	return await toJobOutput(ctx, job, { ...output, source }, itemIndex);
}

/** What is known of an item beside its error. A failed job comes out as itself, with the service's code and message. */
function knownOf(entry: Entry, outcomes: Outcomes): IDataObject | undefined {
	if (entry.kind === 'failed') return undefined;
	const job = latestJob(entry, outcomes.get(entry.job.id));
	return hasFailed(job) ? (job as IDataObject) : { id: job.id };
}

/**
 * Every item as it comes out of the node after the wait: a job's output, or its failure.
 *
 * @param outcomes by job; a job that was finished before the wait has none
 * @throws NodeApiError or NodeOperationError for the first failure, unless the node continues on errors
 */
export async function finalItems(
	ctx: IExecuteFunctions,
	entries: Entry[],
	outcomes: Outcomes,
	onTimeout: WaitOptions['onTimeout'],
): Promise<INodeExecutionData[]> {
	const explain = (entry: Entry, thrown: unknown): NodeError => {
		const { itemIndex } = entry;
		const error = asNodeError(ctx, thrown, itemIndex);
		const named = entry.kind === 'job' ? nameJob(error, entry.job.id, itemIndex) : error;
		return ctx.continueOnFail() ? named : nameLeftBehind(named, entries, outcomes);
	};
	const items: INodeExecutionData[] = [];
	let ending: NodeError | undefined;
	for (const entry of entries) {
		const { itemIndex } = entry;
		const hasJob = entry.kind === 'job' && outcomes.get(entry.job.id)?.kind !== 'error';
		try {
			if (entry.kind === 'failed') throw entry.error;
			// To ask for the files of further jobs would only hammer a service that has refused the key.
			if (hasJob && ending !== undefined) throw copyFor(ending, itemIndex);
			items.push(...(await outputOf(ctx, entry, outcomes, onTimeout)));
		} catch (thrown) {
			const error = explain(entry, thrown);
			if (!ctx.continueOnFail()) throw error;
			if (hasJob && affectsEveryItem(error)) ending = error;
			items.push(toErrorItem(ctx, error, itemIndex, knownOf(entry, outcomes)));
		}
	}
	return items;
}
