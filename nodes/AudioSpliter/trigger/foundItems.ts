import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import { hasFailed } from '../job/job';
import type { Job } from '../job/types';
import { asText } from '../job/values';
import { asNodeError } from '../n8n/errors';
import { toErrorItem, toItem } from '../n8n/items';
import { toJobOutput } from '../output/jobOutput';
import { readOutputOptions } from '../output/options';
import type { Delivery } from './delivery';
import { findableEvents } from './events';
import { matchJob, toMetadataFilter } from './filters';
import { aboutDelivery, finishedJob, isGone } from './items';

/** The job as it is now; undefined where it does not exist any more. */
async function currentJob(ctx: IExecuteFunctions, jobId: string): Promise<Job | undefined> {
	try {
		return await finishedJob(ctx, jobId);
	} catch (error) {
		if (isGone(error)) return undefined;
		throw asNodeError(ctx, error, 0);
	}
}

async function jobItems(
	ctx: IExecuteFunctions,
	job: Job,
	itemIndex: number,
): Promise<INodeExecutionData[]> {
	if (hasFailed(job)) return [toItem(job, itemIndex)];
	const source = { at: Date.now() };
	return await toJobOutput(ctx, job, { ...readOutputOptions(ctx, 0), source }, itemIndex);
}

/**
 * The items of a job that a look found. None, where it was deleted meanwhile or turns out to be none of this node's.
 *
 * @throws NodeApiError or NodeOperationError when the job, links or files cannot be had
 */
export async function toFoundItems(
	ctx: IExecuteFunctions,
	{ jobId, event, found = {} }: Delivery,
	itemIndex: number,
): Promise<INodeExecutionData[]> {
	try {
		const job = await currentJob(ctx, jobId);
		if (job === undefined) return [];
		// What Get Job says counts, not the list: a job that has ended otherwise is found by its own event, under which its webhook
		// is known as well.
		const isAsListed = event === (hasFailed(job) ? 'job.failed' : 'job.completed');
		const metadata = toMetadataFilter(ctx, ctx.getNodeParameter('filters', 0, {}));
		const isMeant = matchJob({ metadata, ...found }, job) === 'yes';
		const isChosen = findableEvents(ctx.getNodeParameter('events', 0, [])).includes(event);
		if (!isAsListed || !isMeant || !isChosen) return [];
		const timestamp = asText(job.completedAt) ?? asText(job.failedAt);
		const about = aboutDelivery({ event, timestamp });
		const items = await jobItems(ctx, job, itemIndex);
		return items.map((item) => ({ ...item, json: { ...item.json, ...about } }));
	} catch (error) {
		const nodeError = asNodeError(ctx, error, itemIndex);
		if (!ctx.continueOnFail()) throw nodeError;
		return [toErrorItem(ctx, nodeError, itemIndex, { id: jobId, event })];
	}
}
