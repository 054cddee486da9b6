import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import { NodeOperationError } from 'n8n-workflow';
import { failureOf } from '../api/client';
import { getJob } from '../api/jobs';
import { hasFailed, isFinished } from '../job/job';
import { needsFreshUrl } from '../job/segment';
import type { Job, Segment } from '../job/types';
import { asText } from '../job/values';
import { sleepUntil } from '../n8n/clock';
import { executionSignal, systemClock } from '../n8n/context';
import { asNodeError } from '../n8n/errors';
import { toErrorItem } from '../n8n/items';
import { isRefused } from '../output/download';
import { failedJobError, goneError } from '../output/jobErrors';
import { toJobOutput } from '../output/jobOutput';
import type { OutputOptions } from '../output/options';
import { readOutputOptions } from '../output/options';
import { toJob } from '../webhook/event';
import type { Delivery } from './delivery';

/** Signed URLs last 24 hours (API: Data Retention), which counts where an event's segments have no `expiresAt`. */
const URL_LIFETIME_MS = 24 * 60 * 60_000;

/** The last redeliveries of an event come days after the first, when the URLs in it have long ended. */
function isStale(segment: Segment, timestamp: string | undefined): boolean {
	const signedAt = Date.parse(timestamp ?? '');
	const assumed = Number.isNaN(signedAt)
		? undefined
		: new Date(signedAt + URL_LIFETIME_MS).toISOString();
	const expiresAt = asText(segment.expiresAt) ?? assumed;
	return needsFreshUrl({ ...segment, expiresAt }, Date.now());
}

/** Whether the job has to be asked for, since the event does not say enough, or no longer. */
function needsJob(job: Job, { output }: OutputOptions, timestamp: string | undefined): boolean {
	const segments = job.segments ?? [];
	return segments.length === 0
		? output === 'segments'
		: segments.some((segment) => isStale(segment, timestamp));
}

/** Whether the failure means that the job, or the file behind a link signed just now, does not exist any more. */
export const isGone = (error: unknown): boolean => {
	const failure = failureOf(error)?.failure;
	if (failure === undefined || isRefused(failure)) return false;
	return failure.code === 'JOB_NOT_FOUND' || failure.code === 'DOWNLOAD_EXPIRED';
};

/** Milliseconds before each further look at a completed job that Get Job does not give as such yet. */
const LOOK_AGAIN = [2_000, 5_000, 10_000];

/** Statuses of jobs that were completed and exist no more, where the service still answers for them. */
const GONE_STATUSES = ['deleted', 'expired'];

/**
 * The job that is said to have finished, from the service. Get Job may lag behind.
 *
 * @returns undefined where the service has removed it
 * @throws NodeOperationError when it has not finished
 */
export async function finishedJob(ctx: IExecuteFunctions, jobId: string): Promise<Job | undefined> {
	let job = await getJob(ctx, jobId, 0);
	for (const pause of LOOK_AGAIN) {
		if (isFinished(job)) break;
		await sleepUntil(systemClock, Date.now() + pause, executionSignal(ctx));
		job = await getJob(ctx, jobId, 0);
	}
	if (GONE_STATUSES.includes(job.status)) return undefined;
	if (!isFinished(job)) {
		throw new NodeOperationError(
			ctx.getNode(),
			`AudioSpliter reported the end of job ${jobId}, but still gives it as ${job.status}`,
			{ description: 'Retry this execution in a few minutes.' },
		);
	}
	return job;
}

async function completedJob(ctx: IExecuteFunctions, jobId: string): Promise<Job | undefined> {
	const job = await finishedJob(ctx, jobId);
	if (job !== undefined && hasFailed(job)) throw failedJobError(ctx, job, 0);
	return job;
}

/** The job as the event describes it, without its links, which have ended. */
const withoutSegments = (reported: Job): Job => {
	const copy = { ...reported };
	delete copy.segments;
	return copy;
};

async function completedItems(
	ctx: IExecuteFunctions,
	reported: Job,
	timestamp: string | undefined,
): Promise<INodeExecutionData[]> {
	const options = readOutputOptions(ctx, 0);
	if (!needsJob(reported, options, timestamp)) return await toJobOutput(ctx, reported, options, 0);
	const current = await completedJob(ctx, reported.id).catch((error: unknown) => {
		// That the job was completed is true all the same, and all that a job's item is for.
		if (options.output === 'job' && isGone(error)) return undefined;
		throw error;
	});
	// After the retention time a job stays for a while, without its segments.
	const isEmpty = (current?.segments ?? []).length === 0;
	if (isEmpty && options.output === 'segments') throw goneError(ctx, reported.id, 0);
	const bare = withoutSegments(reported);
	// Then the event knows more of the job: how many segments there were.
	const job = isEmpty ? { ...current, ...bare } : { ...bare, ...current };
	return await toJobOutput(ctx, job, options, 0);
}

/** What every item of the trigger says of the delivery that it came by. */
export const aboutDelivery = ({
	event,
	deliveryId,
	timestamp,
}: Pick<Delivery, 'event' | 'deliveryId' | 'timestamp'>) => ({
	event,
	...(deliveryId !== undefined && { deliveryId }),
	...(timestamp !== undefined && { timestamp }),
});

/**
 * The items that a delivery gives: one for the job, or one for each segment of a completed job, each with the event.
 *
 * @throws NodeApiError or NodeOperationError when links or files are needed and cannot be had
 */
export async function toItems(
	ctx: IExecuteFunctions,
	delivery: Delivery,
): Promise<INodeExecutionData[]> {
	const { event, timestamp } = delivery;
	const about = aboutDelivery(delivery);
	const job = toJob(delivery);
	try {
		const items =
			event === 'job.completed'
				? await completedItems(ctx, job, timestamp)
				: [{ json: { ...job }, pairedItem: { item: 0 } }];
		return items.map((item) => ({ ...item, json: { ...item.json, ...about } }));
	} catch (error) {
		const nodeError = isGone(error) ? goneError(ctx, job.id, 0) : asNodeError(ctx, error, 0);
		if (!ctx.continueOnFail()) throw nodeError;
		return [toErrorItem(ctx, nodeError, 0, { ...job, ...about, error: undefined })];
	}
}
