import type { IExecuteFunctions } from 'n8n-workflow';
import { NodeOperationError } from 'n8n-workflow';
import { explain, jobFailure } from '../api/errors';
import type { Job } from '../job/types';
import { sourceOf } from '../n8n/context';
import { keepMessage } from '../n8n/errors';

/** The error of a job that ended without segments. */
export function failedJobError(
	ctx: Pick<IExecuteFunctions, 'getNode'>,
	job: Job,
	itemIndex: number,
): NodeOperationError {
	if (job.status !== 'failed') {
		return new NodeOperationError(
			ctx.getNode(),
			`The job ${job.id} has ended: it is ${job.status}`,
			{
				description: 'It was cancelled or removed. Create it again if you need its segments.',
				itemIndex,
			},
		);
	}
	const { message, description } = explain({
		...jobFailure(job.error),
		source: sourceOf(ctx.getNode()),
	});
	const text = `${message} [job ${job.id}]`;
	const error = new NodeOperationError(ctx.getNode(), text, { description, itemIndex });
	return keepMessage(error, text);
}

/** The error of a completed job that has no segments any more. */
export const goneError = (
	ctx: Pick<IExecuteFunctions, 'getNode'>,
	jobId: string,
	itemIndex: number,
): NodeOperationError =>
	new NodeOperationError(ctx.getNode(), `AudioSpliter has deleted the files of job ${jobId}`, {
		description:
			'Their retention time is over (24 hours to 30 days, depending on the plan), or the job was deleted. Split the source again if you still need its segments.',
		itemIndex,
	});
