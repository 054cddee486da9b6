import type { INodeExecutionData, IWebhookFunctions } from 'n8n-workflow';
import { getJob, listJobs, MAX_PAGE_SIZE } from '../../api/jobs';
import { isFinished } from '../../job/job';
import type { Job } from '../../job/types';
import { asNodeError } from '../../n8n/errors';
import { finalItems } from './finalItems';
import type { PausedExecution } from './notes';
import type { WaitGroup } from './waitGroup';
import {
	awaitsWebhook,
	forgetJobs,
	markWebhookUsed,
	missingJobs,
	noteUnfinished,
} from './waitGroup';

/**
 * What a webhook comes to.
 * `items`: these are what the execution goes on with; `others`: it is for something else to go on, be it other jobs,
 * another webhook or the end of Max Wait; `notFinished`: the service says that the job still runs.
 */
export type Collected =
	{ kind: 'items'; items: INodeExecutionData[] } | { kind: 'others' } | { kind: 'notFinished' };

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
 * @returns whether the service has contradicted none of them
 */
async function areConfirmed(ctx: IWebhookFunctions, group: WaitGroup): Promise<boolean> {
	for (const [id, member] of group.members) {
		if (member.reported === undefined || member.fetched !== undefined) continue;
		try {
			if ((await fetchFinished(ctx, group, id)) !== undefined) continue;
		} catch {
			return true;
		}
		member.reported = undefined;
		markWebhookUsed(group, id);
		return false;
	}
	return true;
}

/**
 * Leaves it to n8n to resume the execution. Where n8n answers the webhook with an error, or the sender has gone before the
 * answer, the next webhook may try again; of a webhook that is answered already nothing more is heard.
 */
function handOut(ctx: IWebhookFunctions, group: WaitGroup): void {
	forgetJobs(group);
	const response = ctx.getResponseObject();
	const isGone = () => response.destroyed && !response.writableFinished;
	group.isHandedOut = !isGone();
	group.isAnswered = response.writableFinished;
	response.once('finish', () => {
		group.isHandedOut = response.statusCode < 300;
		group.isAnswered = true;
	});
	// A connection that breaks closes the response without finishing it.
	response.once('close', () => {
		if (isGone()) group.isHandedOut = false;
	});
}

/** Whether the service denies that the job has finished. Its own word decides, since the webhook may not be signed. */
async function isContradicted(
	ctx: IWebhookFunctions,
	group: WaitGroup,
	jobId: string,
): Promise<boolean> {
	const member = group.members.get(jobId);
	if (member === undefined) return false;
	member.isArriving = true;
	try {
		return (await fetchFinished(ctx, group, jobId)) === undefined;
	} catch (error) {
		ctx.logger.debug('AudioSpliter: the webhook has to do, since the job could not be read', {
			error,
		});
		return false;
	} finally {
		member.isArriving = false;
	}
}

/** Makes the items, while other webhooks wait for them, and hands them out. */
async function resumeWith(ctx: IWebhookFunctions, execution: PausedExecution): Promise<Collected> {
	const { group } = execution;
	const making = finalItems(ctx, execution);
	const end = () => {
		group.resuming = undefined;
	};
	group.resuming = making.then(() => {
		handOut(ctx, group);
		end();
	}, end);
	const items = await making;
	// Once Max Wait is over, n8n has gone on by itself, and the execution may be waiting for something else.
	return Date.now() >= group.until ? { kind: 'others' } : { kind: 'items', items };
}

/**
 * Takes a job's end into account.
 *
 * @throws NodeApiError when the other jobs cannot be asked for
 */
export async function collect(
	ctx: IWebhookFunctions,
	execution: PausedExecution,
	reported: Job,
): Promise<Collected> {
	const { group } = execution;
	const member = group.members.get(reported.id);
	if (member === undefined) return { kind: 'others' };
	if (await isContradicted(ctx, group, reported.id)) return { kind: 'notFinished' };
	// Two webhooks may find that nothing is missing any more. n8n would resume an execution that waits again by then from
	// the data that this call came with.
	const isTaken = () => group.resuming !== undefined || group.isHandedOut;
	if (isTaken()) return { kind: 'others' };
	member.reported = reported;
	if (missingJobs(group).length > 0) {
		if (awaitsWebhook(group) || !(await othersAreFinished(ctx, group))) return { kind: 'others' };
	}
	if (!(await areConfirmed(ctx, group))) return { kind: 'notFinished' };
	return isTaken() ? { kind: 'others' } : await resumeWith(ctx, execution);
}
