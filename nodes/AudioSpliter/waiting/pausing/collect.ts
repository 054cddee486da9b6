import type { INodeExecutionData, IWebhookFunctions } from 'n8n-workflow';
import { getJob, listJobs, MAX_PAGE_SIZE } from '../../api/jobs';
import type { Job } from '../../job/types';
import { hasFailed, isFinished } from '../../job/job';
import { toItem, toJobOutput } from '../../output/jobOutput';
import { asNumber, asText, isRecord } from '../../job/values';
import { failedJobError } from '../../output/jobErrors';
import { asNodeError, toErrorItem } from '../../resources/operation';
import type { PauseNotes } from './pauseUntilWebhook';
import { NOTES_KEY, withoutResumeUrl } from './pauseUntilWebhook';
import type { WaitGroup } from './waitGroup';
import { awaitsWebhook, forgetJobs, missingJobs, noteSpent, noteUnfinished } from './waitGroup';

/**
 * The items to go on with, or why there are none: this job is not finished, if the service says so, or it is not for this
 * webhook to go on (`others`: jobs, a webhook, the end of Max Wait).
 */
export type Collected = INodeExecutionData[] | 'others' | 'not finished';

/** The items that the execution waits with: one per input item, a job or an error. */
export function waitingItems(ctx: IWebhookFunctions): INodeExecutionData[] {
	const items: unknown = ctx.evaluateExpression('{{ $input.all() }}');
	return Array.isArray(items) ? (items as INodeExecutionData[]) : [];
}

export const jobIdOf = ({ json }: INodeExecutionData): string | undefined =>
	json.waitTimedOut === true ? asText(json.id) : undefined;

/** Milliseconds for which an execution is taken to wait of which no end is noted. */
const UNKNOWN_WAIT = 3_600_000;

/** What was noted when the execution was paused. */
export function readNotes(ctx: IWebhookFunctions): PauseNotes {
	const name = JSON.stringify(ctx.getNode().name);
	const notes: unknown = ctx.evaluateExpression(`{{ $node[${name}].context["${NOTES_KEY}"] }}`);
	return {
		output: isRecord(notes) && isRecord(notes.output) ? (notes.output as PauseNotes['output']) : {},
		until: (isRecord(notes) ? asNumber(notes.until) : undefined) ?? Date.now() + UNKNOWN_WAIT,
	};
}

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
		noteSpent(group, id);
		return false;
	}
	return true;
}

/** What a webhook tells of a job is little: what the job was submitted with makes up for it. */
function withSubmitted(told: Job, { json }: INodeExecutionData): Job {
	const job: Job = { ...json, ...told };
	delete job.waitTimedOut;
	if (told.progress === undefined) delete job.progress;
	return job;
}

/** Every item as it comes out of the node: a job's output, its failure, or the error that it had from the start. */
async function finalItems(
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
