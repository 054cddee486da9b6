import type { INodeExecutionData, IWebhookFunctions, IWebhookResponseData } from 'n8n-workflow';
import { sleep } from 'n8n-workflow';
import { getJob, listJobs, MAX_PAGE_SIZE } from '../api/jobs';
import type { Job } from '../api/types';
import { hasFailed, isFinished } from '../items/job';
import { toItem, toJobOutput } from '../items/output';
import { asText, isRecord } from '../items/values';
import { failedJobError } from '../resources/completion';
import { asNodeError, toErrorItem } from '../resources/operation';
import { readEvent, toJob } from '../webhook/event';
import type { Request } from '../webhook/request';
import { accept, checkSignature, readBody, refuse } from '../webhook/request';
import type { PauseNotes } from './pause';
import { NOTES_KEY, waitGroups, withoutResumeUrl } from './pause';
import { createStart } from './starting';
import type { WaitGroup } from './waitGroup';
import { missingJobs } from './waitGroup';

/** Milliseconds. The service gives up on an answer after 30 s; what takes longer goes on after the answer. */
const ANSWER_WITHIN = 20_000;

const start = createStart();

/** The items that the execution waits with: one per input item, a job or an error. */
function waitingItems(ctx: IWebhookFunctions): INodeExecutionData[] {
	const items: unknown = ctx.evaluateExpression('{{ $input.all() }}');
	return Array.isArray(items) ? (items as INodeExecutionData[]) : [];
}

const jobIdOf = ({ json }: INodeExecutionData): string | undefined =>
	json.waitTimedOut === true ? asText(json.id) : undefined;

function readNotes(ctx: IWebhookFunctions): PauseNotes {
	const name = JSON.stringify(ctx.getNode().name);
	const notes: unknown = ctx.evaluateExpression(`{{ $node[${name}].context["${NOTES_KEY}"] }}`);
	return isRecord(notes) && isRecord(notes.output)
		? (notes as unknown as PauseNotes)
		: { output: {} };
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
	if (member === undefined) return undefined;
	// Shared, since the webhook of this job and a look at all jobs may ask at the same time.
	member.fetched ??= getJob(ctx, jobId, undefined, { isPoll: true });
	try {
		const job = await member.fetched;
		if (isFinished(job)) return job;
	} catch (error) {
		member.fetched = undefined;
		throw asNodeError(ctx, error, 0);
	}
	member.fetched = undefined;
	return undefined;
}

/**
 * Finds out about jobs whose webhooks may have come to another process, or while this one was down: with one look at
 * the list, and one at each job that the list does not have.
 */
async function othersAreFinished(ctx: IWebhookFunctions, group: WaitGroup): Promise<boolean> {
	const { jobs } = await listJobs(ctx, { page: 1, limit: MAX_PAGE_SIZE });
	const listed = new Map(jobs.map((job) => [job.id, job]));
	const missing = missingJobs(group);
	if (missing.some((id) => listed.has(id) && !isFinished(listed.get(id) as Job))) return false;
	for (const id of missing) {
		if ((await fetchFinished(ctx, group, id)) === undefined) return false;
	}
	return true;
}

/** Every item as it comes out of the node: a job's output, its failure, or the error that it had from the start. */
async function finalItems(
	ctx: IWebhookFunctions,
	group: WaitGroup,
	waiting: INodeExecutionData[],
): Promise<INodeExecutionData[]> {
	const { output } = readNotes(ctx);
	const outputItems: INodeExecutionData[] = [];
	for (const [itemIndex, item] of waiting.entries()) {
		const id = jobIdOf(item);
		const member = id === undefined ? undefined : group.members.get(id);
		const known = (await member?.fetched) ?? member?.told;
		const job = known && withoutResumeUrl(known);
		const options = output[itemIndex] ?? { output: 'job', download: false, binaryProperty: 'data' };
		try {
			if (job === undefined) outputItems.push(item);
			else if (hasFailed(job)) {
				const error = failedJobError(ctx, job, itemIndex);
				outputItems.push(toErrorItem(ctx, error, itemIndex, toItem(job, itemIndex).json));
			} else outputItems.push(...(await toJobOutput(ctx, job, options, itemIndex)));
		} catch (error) {
			outputItems.push(toErrorItem(ctx, asNodeError(ctx, error, itemIndex), itemIndex));
		}
	}
	return outputItems;
}

/**
 * Takes a job's end into account.
 *
 * @returns the items to go on with, or undefined while other jobs are not finished
 */
async function collect(
	ctx: IWebhookFunctions,
	group: WaitGroup,
	told: Job,
	waiting: INodeExecutionData[],
): Promise<INodeExecutionData[] | undefined> {
	const member = group.members.get(told.id);
	if (member === undefined) return undefined;
	try {
		// The service's own word decides, also against a webhook that nothing was signed in.
		if ((await fetchFinished(ctx, group, told.id)) === undefined) return undefined;
	} catch (error) {
		ctx.logger.debug('AudioSpliter: the webhook has to do, since the job could not be read', {
			error,
		});
	}
	member.told = told;
	if (missingJobs(group).length > 0) {
		if (group.sawAll || !(await othersAreFinished(ctx, group))) return undefined;
	}
	// Two webhooks may find at the same time that nothing is missing any more.
	if (group.resuming !== undefined) return undefined;
	const items = finalItems(ctx, group, waiting);
	group.resuming = items.finally(() => {
		group.resuming = undefined;
	});
	return await items;
}

/** Answers in time, and goes on with what takes longer: files that are downloaded, or a used-up request budget. */
async function answerInTime(
	ctx: IWebhookFunctions,
	work: Promise<INodeExecutionData[] | undefined>,
): Promise<IWebhookResponseData> {
	const late = Symbol('late');
	const first = await Promise.race([work, sleep(ANSWER_WITHIN).then(() => late)]);
	if (first === late) ctx.getResponseObject().status(200).json({ received: true });
	const items = await work;
	if (items === undefined) return first === late ? { noWebhookResponse: true } : accept({});
	return { workflowData: [items], ...(first === late ? { noWebhookResponse: true } : accept({})) };
}

async function answer(ctx: IWebhookFunctions): Promise<IWebhookResponseData> {
	const request = ctx.getRequestObject() as unknown as Request;
	const body = await readBody(request);
	if (body === 413) return refuse(ctx, 413, 'The body is too large');
	if (body === 400) return refuse(ctx, 400, 'The body cannot be read');
	const signature = request.headers['x-audiospliter-signature'];
	if ((await checkSignature(ctx, signature, body)) === false) {
		return refuse(ctx, 401, 'The signature is missing or wrong');
	}
	const reading = readEvent(body);
	if ('refusal' in reading) return refuse(ctx, reading.status, reading.refusal);
	const told = toJob(reading.event);
	const isEnd = ['job.completed', 'job.failed'].includes(reading.event.event) && isFinished(told);

	const waiting = waitingItems(ctx);
	const jobIds = waiting.map(jobIdOf).filter((id) => id !== undefined);
	if (!isEnd || !jobIds.includes(told.id)) return accept({ ignored: true });

	const group = waitGroups.find(jobIds);
	// An execution that this process has paused itself shows that n8n has started.
	if (!group.sawAll && !start.isOver()) return refuse(ctx, 503, 'n8n is starting');
	if (group.resuming !== undefined) {
		await group.resuming;
		return accept({ duplicate: true });
	}
	// Repeated, but not the last one: that one is only here again because the execution could not be resumed.
	if (group.sawAll && !missingJobs(group).includes(told.id) && missingJobs(group).length > 0) {
		return accept({ duplicate: true });
	}
	return await answerInTime(ctx, collect(ctx, group, told, waiting));
}

/**
 * Answers a webhook of a job that a paused execution waits for. n8n calls this only while the execution is stored and
 * waiting: a webhook that comes too early or too late gets n8n's own 409, and the service tries again.
 */
export async function resume(ctx: IWebhookFunctions): Promise<IWebhookResponseData> {
	try {
		return await answer(ctx);
	} catch (error) {
		const reason = error instanceof Error ? error.message : String(error);
		ctx.logger.warn(`AudioSpliter: a webhook could not be handled and will come again. ${reason}`);
		return refuse(ctx, 503, 'The jobs cannot be read at the moment');
	}
}
