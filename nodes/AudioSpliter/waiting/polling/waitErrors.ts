import type { IExecuteFunctions } from 'n8n-workflow';
import { NodeOperationError } from 'n8n-workflow';
import type { Job } from '../../job/types';
import type { NodeError } from '../../n8n/errors';
import { copyFor } from '../../n8n/errors';
import type { WaitOutcome } from './pollJobs';

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
export function nameJob(error: NodeError, jobId: string, itemIndex: number): NodeError {
	if (error.message.includes(jobId)) return error;
	const copy = copyFor(error, itemIndex);
	copy.message = `${error.message} [job ${jobId}]`;
	return copy;
}
