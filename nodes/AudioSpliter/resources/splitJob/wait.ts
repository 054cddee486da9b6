import type { IExecuteFunctions } from 'n8n-workflow';
import { hasFailed, isFinished, normaliseJob } from '../../job/job';
import { needsFreshUrl } from '../../job/segment';
import type { Job } from '../../job/types';
import { eachItem, failAllItems } from '../../n8n/items';
import type { OutputOptions } from '../../output/options';
import { withHints } from '../../output/hints';
import { outputFields, readOutputOptions } from '../../output/options';
import type { JobEntry } from '../../waiting/entry';
import type { WaitOptions } from '../../waiting/options';
import { readWaitOptions, waitOptionsFields } from '../../waiting/options';
import { waitByPolling } from '../../waiting/polling/waitByPolling';
import { jobIdField, readJobId } from '../jobField';
import type { Operation } from '../operation';

/** The job as the item itself has it, when the item is that job (from Create, Get or the trigger). */
function jobInItem(ctx: IExecuteFunctions, jobId: string, itemIndex: number): Job | undefined {
	const json = { ...ctx.getInputData()[itemIndex]?.json };
	delete json.waitTimedOut;
	const job = normaliseJob(json);
	if (job?.id !== jobId) return undefined;
	// What an earlier node says of a job that goes on: that it was not finished in time, for example.
	if (!hasFailed(job)) {
		delete job.error;
		delete job.description;
	}
	return job;
}

/** A finished job never changes, only its links end: then it is asked for once more, for fresh ones. */
const isUsable = (job: Job, { output }: OutputOptions): boolean =>
	job.status !== 'completed' ||
	(job.segments !== undefined &&
		(output === 'job' || job.segments.length > 0) &&
		!job.segments.some((segment) => needsFreshUrl(segment, Date.now())));

function readEntry(ctx: IExecuteFunctions, itemIndex: number): JobEntry {
	// Read early, so that a wrong parameter shows before a long wait.
	const output = readOutputOptions(ctx, itemIndex);
	const id = readJobId(ctx, itemIndex);
	const job = jobInItem(ctx, id, itemIndex) ?? { id, status: 'unknown' };
	return {
		kind: 'job',
		itemIndex,
		job,
		output,
		...(isFinished(job) && !isUsable(job, output) && { isStale: true }),
	};
}

export const wait: Operation = {
	option: {
		name: 'Wait for Completion',
		value: 'wait',
		action: 'Wait for split job',
		description: 'Poll a job until it is finished. Jobs that are finished pass through at once.',
	},
	fields: [jobIdField, ...outputFields, ...waitOptionsFields(false)],
	async execute(ctx) {
		let options: WaitOptions;
		try {
			options = readWaitOptions(ctx);
		} catch (error) {
			return failAllItems(ctx, error);
		}
		const results = await eachItem(ctx, (itemIndex) => readEntry(ctx, itemIndex));
		const entries = results.map((result) => (result.kind === 'done' ? result.value : result));
		return withHints(ctx, await waitByPolling(ctx, entries, options));
	},
};
