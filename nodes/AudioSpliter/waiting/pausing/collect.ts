import type { INodeExecutionData, IWebhookFunctions } from 'n8n-workflow';
import { getJob, listJobs, MAX_PAGE_SIZE } from '../../api/jobs';
import { isFinished } from '../../job/job';
import type { Job } from '../../job/types';
import { asNodeError } from '../../n8n/errors';
import { finalItems } from './finalItems';
import type { PauseNotes } from './notes';
import type { WaitGroup } from './waitGroup';
import {
	awaitsWebhook,
	forgetJobs,
	missingJobs,
	markWebhookUsed,
	noteUnfinished,
} from './waitGroup';

/**
 * The items to go on with, or why there are none: this job is not finished, if the service says so, or it is not for this
 * webhook to go on (`others`: jobs, a webhook, the end of Max Wait).
 */
export type Collected = INodeExecutionData[] | 'others' | 'not finished';

/**
 * Asks for a job unless it is known as finished.
 *
 * @returns undefined when the service says that it is not finished
 * @throws NodeApiError when the service cannot be asked
 */
async function fetchFinished(
	ctx: IWebhookFunctions,
	group: WaitGroup,
	jobId: string,
): Promise<Job | undefined> {
	const member = group.members.get(jobId);
	if (member === undefined || member.fetched !== undefined) return member?.fetched;
	// Shared, since the webhook of this job and a look at all jobs may ask at the same time.
	const fetching = (member.fetching ??= getJob(ctx, jobId, undefined, { isPoll: true }));
	try {
		const job = await fetching;
		if (isFinished(job)) member.fetched = job;
		return member.fetched;
	} catch (error) {
		throw asNodeError(ctx, error, 0);
	} finally {
		if (member.fetching === fetching) member.fetching = undefined;
	}
}

/**
 * Finds out about jobs whose webhooks may have come to another process, or while this one was down: with one look at
 * the list, and one at each job that the list does not have.
 */
async function othersAreFinished(ctx: IWebhookFunctions, group: WaitGroup): Promise<boolean> {
	const { jobs } = await listJobs(ctx, { page: 1, limit: MAX_PAGE_SIZE });
	const listed = new Map(jobs.map((job) => [job.id, job]));
	const missing = missingJobs(group);
	const unfinished = missing.filter((id) => listed.has(id) && !isFinished(listed.get(id) as Job));
	noteUnfinished(group, unfinished);
	// The list may lag behind. Where it names one job alone, that one may have sent the last webhook to another process.
	if (unfinished.length > 1 || (unfinished.length === 1 && group.isOwn)) return false;
	for (const id of missing) {
		if ((await fetchFinished(ctx, group, id)) !== undefined) continue;
		noteUnfinished(group, [id]);
		return false;
	}
	return true;
}

/**
 * Asks once more for jobs that could not be read when their webhooks came. Where the service stays away, the webhooks have
 * to do.
 *
 * @returns whether the service has not taken exception to any
 */
async function areConfirmed(ctx: IWebhookFunctions, group: WaitGroup): Promise<boolean> {
	for (const [id, member] of group.members) {
		if (member.told === undefined || member.fetched !== undefined) continue;
		try {
			if ((await fetchFinished(ctx, group, id)) !== undefined) continue;
		} catch {
			return true;
		}
		member.told = undefined;
		markWebhookUsed(group, id);
		return false;
	}
	return true;
}

/**
 * Leaves it to n8n to resume the execution. Where n8n answers the webhook with an error, the next one may try again; of a
 * webhook that is answered already nothing more is heard.
 */
function handOut(ctx: IWebhookFunctions, group: WaitGroup): void {
	group.isHandedOut = true;
	forgetJobs(group);
	const response = ctx.getResponseObject();
	response.once('finish', () => {
		group.isHandedOut = response.statusCode < 300;
	});
}

/**
 * Takes a job's end into account.
 *
 * @throws NodeApiError when the other jobs cannot be asked for
 */
export async function collect(
	ctx: IWebhookFunctions,
	group: WaitGroup,
	told: Job,
	waiting: INodeExecutionData[],
	output: PauseNotes['output'],
): Promise<Collected> {
	const member = group.members.get(told.id);
	if (member === undefined) return 'others';
	member.isArriving = true;
	try {
		// The service's own word decides, also against a webhook that nothing was signed in.
		if ((await fetchFinished(ctx, group, told.id)) === undefined) return 'not finished';
	} catch (error) {
		ctx.logger.debug('AudioSpliter: the webhook has to do, since the job could not be read', {
			error,
		});
	} finally {
		member.isArriving = false;
	}
	// Two webhooks may find that nothing is missing any more. n8n would resume an execution that waits again by then from
	// the data that this call came with.
	const isTaken = () => group.resuming !== undefined || group.isHandedOut;
	if (isTaken()) return 'others';
	member.told = told;
	if (missingJobs(group).length > 0) {
		if (awaitsWebhook(group) || !(await othersAreFinished(ctx, group))) return 'others';
	}
	if (!(await areConfirmed(ctx, group))) return 'not finished';
	if (isTaken()) return 'others';
	const items = finalItems(ctx, group, waiting, output);
	const end = () => {
		group.resuming = undefined;
	};
	group.resuming = items.then(() => {
		handOut(ctx, group);
		end();
	}, end);
	const collected = await items;
	// Then n8n has gone on by itself, and the execution may be waiting for something else.
	return Date.now() >= group.until ? 'others' : collected;
}
