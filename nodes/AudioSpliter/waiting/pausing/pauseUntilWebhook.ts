import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import type { Job } from '../../job/types';
import { toErrorItem, toItem, withoutRetry } from '../../n8n/items';
import type { Entry, JobEntry } from '../entry';
import { jobEntries } from '../entry';
import type { WaitOptions } from '../options';
import { writeNotes } from './notes';
import { keepOwnPairs } from './pairing';
import { withoutResumeUrl } from './resumeUrl';
import { waitGroupOf } from './waitGroup';

/**
 * Stores the execution until the webhooks of all jobs have come, or Max Wait is over.
 *
 * @param finished the jobs that are known to have ended while others were being submitted, by ID
 * @returns what n8n shows meanwhile, and gives a caller who waits for the last node: it is not handed on
 */
export async function pauseUntilWebhook(
	ctx: IExecuteFunctions,
	entries: Entry[],
	{ maxWait }: Pick<WaitOptions, 'maxWait'>,
	finished: ReadonlyMap<string, Job> = new Map(),
): Promise<INodeExecutionData[]> {
	const latest = ({ job }: JobEntry): Job => finished.get(job.id) ?? job;
	const toItems = (isTimedOut: boolean): INodeExecutionData[] =>
		entries.map((entry) =>
			entry.kind === 'job'
				? toItem(
						{ ...withoutResumeUrl(latest(entry)), ...(isTimedOut && { waitTimedOut: true }) },
						entry.itemIndex,
					)
				: toErrorItem(ctx, entry.error, entry.itemIndex),
		);
	const jobs = jobEntries(entries);
	if (jobs.length === 0) return toItems(false);

	const until = Date.now() + maxWait;
	const output = Object.fromEntries(jobs.map((entry) => [entry.itemIndex, entry.output]));
	writeNotes(ctx, { output, until });
	const group = waitGroupOf(
		jobs.map(({ job, submittedAt = 0 }) => ({ id: job.id, submittedAt })),
		until,
	);
	// n8n refused their webhooks while the execution did not wait yet.
	for (const [id, member] of group.members) member.fetched = finished.get(id);
	// When the time is over, n8n hands on the node's input as it is stored: these items, and not what execute() returns.
	ctx.getExecuteData().data.main = [toItems(true)];
	if (jobs.some((entry) => entry.output.output === 'segments')) keepOwnPairs(ctx);
	await ctx.putExecutionToWait(new Date(until));
	// Where the first of them is an error, Retry On Fail would run the node again, with the stored items as its input.
	return withoutRetry(toItems(false));
}
