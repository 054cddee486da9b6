import type { IExecuteFunctions } from 'n8n-workflow';
import { NodeOperationError } from 'n8n-workflow';
import { getJob } from '../../api/jobs';
import { hasFailed } from '../../job/job';
import { toSegmentItems } from '../../job/segment';
import type { Job } from '../../job/types';
import { failedJobError, goneError } from '../../output/jobErrors';
import { toSegmentOutput } from '../../output/jobOutput';
import { jobIdField, readJobId } from '../jobField';
import type { Operation } from '../operation';
import { forEachItem } from '../operation';

/** Gets a job that must be completed, since only then it has segments. */
export async function getCompletedJob(ctx: IExecuteFunctions, itemIndex: number): Promise<Job> {
	const job = await getJob(ctx, readJobId(ctx, itemIndex), itemIndex);
	if (job.status !== 'completed') {
		if (hasFailed(job)) throw failedJobError(ctx, job, itemIndex);
		throw new NodeOperationError(
			ctx.getNode(),
			`The job ${job.id} has no segments yet: its status is ${job.status}`,
			{ description: "Put 'Wait for Completion' before this node.", itemIndex },
		);
	}
	// After the retention time a job stays for a while, without its segments.
	if ((job.segments ?? []).length === 0) throw goneError(ctx, job.id, itemIndex);
	return job;
}

export const getAll: Operation = {
	option: {
		name: 'Get Many',
		value: 'getAll',
		action: 'Get many segments',
		description: "List a completed job's segments with positions and fresh download links",
	},
	fields: [jobIdField],
	execute: forEachItem(async (ctx, itemIndex) => {
		const job = await getCompletedJob(ctx, itemIndex);
		const segments = toSegmentItems(job);
		const options = { segments, download: false, binaryProperty: '' };
		return await toSegmentOutput(ctx, job, options, itemIndex);
	}),
};
