import type { IExecuteFunctions, NodeApiError } from 'n8n-workflow';
import { NodeOperationError } from 'n8n-workflow';
import { explain, jobFailure } from '../api/errors';
import type { Job } from '../job/types';
import { withWords } from '../n8n/errors';
import type { WaitOutcome } from '../waiting/polling/pollJobs';
import { copyFor } from '../resources/operation';

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
				description: 'It was cancelled or removed. Create it again if its segments are needed.',
				itemIndex,
			},
		);
	}
	const { message, description } = explain(jobFailure(job.error));
	const text = `${message} [job ${job.id}]`;
	const error = new NodeOperationError(ctx.getNode(), text, { description, itemIndex });
	return withWords(error, text);
}

/** The error of jobs that were not finished within Max Wait. */
export function timeoutError(
	ctx: IExecuteFunctions,
	late: Array<WaitOutcome<Job>>,
	itemIndex: number,
): NodeOperationError {
	const jobs = late.map(({ id, status, job }) =>
		job?.progress === undefined ? `${id} (${status})` : `${id} (${status}, ${job.progress} %)`,
	);
	const last = late.map(({ error }) => error).find((error) => error instanceof Error);
	const why = last === undefined ? '' : ` The last poll failed: ${last.message}.`;
	return new NodeOperationError(ctx.getNode(), `Not finished in time: ${jobs.join(', ')}`, {
		description: `The job goes on at AudioSpliter. Wait longer ('Max Wait'), pick it up later with 'Wait for Completion' and its ID, or set 'On Timeout' to 'Continue'.${why}`,
		itemIndex,
	});
}

/** The error as this job's own: a copy that names it. */
export function ofJob(
	error: NodeApiError | NodeOperationError,
	jobId: string,
	itemIndex: number,
): NodeApiError | NodeOperationError {
	if (error.message.includes(jobId)) return error;
	const copy = copyFor(error, itemIndex);
	copy.message = `${error.message} [job ${jobId}]`;
	return copy;
}
