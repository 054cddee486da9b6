import type { INodeExecutionData, IWebhookFunctions } from 'n8n-workflow';
import { hasFailed } from '../../job/job';
import type { Job } from '../../job/types';
import { asNodeError } from '../../n8n/errors';
import { toErrorItem, toItem } from '../../n8n/items';
import { failedJobError } from '../../output/jobErrors';
import { toJobOutput } from '../../output/jobOutput';
import type { PauseNotes } from './notes';
import { jobIdOf } from './notes';
import { withoutResumeUrl } from './resumeUrl';
import type { WaitGroup } from './waitGroup';

/** What a webhook tells of a job is little: what the job was submitted with makes up for it. */
function withSubmitted(told: Job, { json }: INodeExecutionData): Job {
	const job: Job = { ...json, ...told };
	delete job.waitTimedOut;
	if (told.progress === undefined) delete job.progress;
	return job;
}

/** Every item as it comes out of the node: a job's output, its failure, or the error that it had from the start. */
export async function finalItems(
	ctx: IWebhookFunctions,
	group: WaitGroup,
	waiting: INodeExecutionData[],
	output: PauseNotes['output'],
): Promise<INodeExecutionData[]> {
	const outputItems: INodeExecutionData[] = [];
	for (const [itemIndex, item] of waiting.entries()) {
		const id = jobIdOf(item);
		const member = id === undefined ? undefined : group.members.get(id);
		const known = member?.fetched ?? (member?.told && withSubmitted(member.told, item));
		const job = known && withoutResumeUrl(known);
		const options = output[itemIndex] ?? { output: 'job', download: false, binaryProperty: 'data' };
		try {
			if (job === undefined) outputItems.push(item);
			else if (hasFailed(job)) {
				const error = failedJobError(ctx, job, itemIndex);
				outputItems.push(toErrorItem(ctx, error, itemIndex, toItem(job, itemIndex).json));
			} else outputItems.push(...(await toJobOutput(ctx, job, options, itemIndex)));
		} catch (error) {
			outputItems.push(toErrorItem(ctx, asNodeError(ctx, error, itemIndex), itemIndex, { id }));
		}
	}
	return outputItems;
}
