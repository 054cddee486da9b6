import type { INodeExecutionData, IWebhookFunctions } from 'n8n-workflow';
import { hasFailed } from '../../job/job';
import type { Job } from '../../job/types';
import { asNodeError } from '../../n8n/errors';
import { toErrorItem, toItem } from '../../n8n/items';
import { failedJobError } from '../../output/jobErrors';
import { toJobOutput } from '../../output/jobOutput';
import type { OutputOptions } from '../../output/options';
import type { PausedExecution } from './notes';
import { jobIdOf } from './notes';
import { placeItems } from './pairing';
import { withoutResumeUrl } from './resumeUrl';
import type { WaitGroup } from './waitGroup';

/** For an execution whose notes are lost. */
const JOB_ITEM: OutputOptions = { output: 'job', download: false, binaryProperty: 'data' };

/** A webhook says little about a job: what the job was submitted with makes up for it. */
function withSubmitted(reported: Job, { json }: INodeExecutionData): Job {
	const job: Job = { ...json, ...reported };
	delete job.waitTimedOut;
	if (reported.progress === undefined) delete job.progress;
	return job;
}

/** The job that a waiting item stands for, as far as it is known; undefined for an item that had failed before. */
function finishedJob(group: WaitGroup, item: INodeExecutionData): Job | undefined {
	const member = group.members.get(jobIdOf(item) ?? '');
	const job = member?.fetched ?? (member?.reported && withSubmitted(member.reported, item));
	return job && withoutResumeUrl(job);
}

/** @throws NodeApiError or NodeOperationError when the segments cannot be had */
async function outputOf(
	ctx: IWebhookFunctions,
	job: Job,
	output: OutputOptions,
	itemIndex: number,
): Promise<INodeExecutionData[]> {
	if (!hasFailed(job)) return await toJobOutput(ctx, job, output, itemIndex);
	const error = failedJobError(ctx, job, itemIndex);
	return [toErrorItem(ctx, error, itemIndex, toItem(job, itemIndex).json)];
}

/** Every item as it comes out of the node after the pause: a job's output, its failure, or the error that it had from the start. */
export async function finalItems(
	ctx: IWebhookFunctions,
	{ group, waiting, output }: PausedExecution,
): Promise<INodeExecutionData[]> {
	const outputs: INodeExecutionData[][] = [];
	for (const [itemIndex, item] of waiting.entries()) {
		const job = finishedJob(group, item);
		try {
			if (job === undefined) outputs.push([item]);
			else outputs.push(await outputOf(ctx, job, output[itemIndex] ?? JOB_ITEM, itemIndex));
		} catch (error) {
			const nodeError = asNodeError(ctx, error, itemIndex);
			outputs.push([toErrorItem(ctx, nodeError, itemIndex, { id: job?.id })]);
		}
	}
	return placeItems(outputs);
}
