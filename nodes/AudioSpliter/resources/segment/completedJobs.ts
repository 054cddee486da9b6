import type { IExecuteFunctions } from 'n8n-workflow';
import { failureOf } from '../../api/client';
import { getJob } from '../../api/jobs';
import { hasFailed } from '../../job/job';
import type { Job } from '../../job/types';
import type { NodeError } from '../../n8n/errors';
import { asNodeError, copyFor, refusal } from '../../n8n/errors';
import { failedJobError, goneError } from '../../output/jobErrors';

interface ReadJob {
	job: Job;
	/** When the service gave it; milliseconds since 1970. */
	at: number;
}

type Known = ({ kind: 'found' } & ReadJob) | { kind: 'unknown'; error: NodeError };

/** Only a completed job has segments. */
function assertHasSegments(ctx: IExecuteFunctions, job: Job, itemIndex: number): void {
	if (hasFailed(job)) throw failedJobError(ctx, job, itemIndex);
	if (job.status !== 'completed') {
		const message = `The job ${job.id} has no segments yet: its status is ${job.status}`;
		throw refusal(ctx, message, "Put 'Wait for Completion' before this node.", itemIndex);
	}
	// After the retention time a job stays for a while, without its segments.
	if ((job.segments ?? []).length === 0) throw goneError(ctx, job.id, itemIndex);
}

/**
 * Gets completed jobs, each once a run: twenty items may be segments of one job, and every call counts against the plan's
 * requests per minute. Only a job that could not be read is asked for again.
 *
 * @returns the job of an item; throws a NodeApiError or NodeOperationError where it has no segments
 */
export function completedJobs(
	ctx: IExecuteFunctions,
): (jobId: string, itemIndex: number) => Promise<ReadJob> {
	const known = new Map<string, Known>();

	const ask = async (jobId: string, itemIndex: number): Promise<Known> => {
		try {
			return { kind: 'found', job: await getJob(ctx, jobId, itemIndex), at: Date.now() };
		} catch (error) {
			if (failureOf(error)?.failure.code !== 'JOB_NOT_FOUND') throw error as NodeError;
			return { kind: 'unknown', error: asNodeError(ctx, error, itemIndex) };
		}
	};

	return async (jobId, itemIndex) => {
		const answer = known.get(jobId) ?? (await ask(jobId, itemIndex));
		known.set(jobId, answer);
		if (answer.kind === 'unknown') throw copyFor(answer.error, itemIndex);
		assertHasSegments(ctx, answer.job, itemIndex);
		return answer;
	};
}
