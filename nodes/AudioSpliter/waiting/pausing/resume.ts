import type { IWebhookFunctions, IWebhookResponseData } from 'n8n-workflow';
import { sleep } from 'n8n-workflow';
import { failureOf } from '../../api/client';
import { isTransient } from '../../api/errors';
import { isFinished } from '../../job/job';
import { toJob } from '../../webhook/event';
import { Refused } from '../../webhook/refused';
import { accept, readSignedEvent, refuse } from '../../webhook/request';
import type { Collected } from './collect';
import { collect } from './collect';
import { jobIdOf, readNotes, waitingItems } from './notes';
import { createStart } from './startup';
import type { WaitGroup } from './waitGroup';
import { addsNothing, markWebhookUsed, waitGroups } from './waitGroup';

/** Milliseconds. The service gives up on an answer after 30 s; what takes longer goes on after the answer. */
const ANSWER_WITHIN = 20_000;

/**
 * Milliseconds before each further look at jobs whose webhook is answered already. Not for long: in queue mode another
 * process may resume the execution meanwhile, and what is found here must not come when it waits for something else.
 */
const LOOK_AGAIN = [30_000, 60_000, 120_000];

const start = createStart();

/**
 * What was begun before the answer, to its end. The webhook does not come again, and a second answer would be an error,
 * which n8n would continue the execution with: what cannot be read now is looked at again a few times.
 */
async function finishLate(
	ctx: IWebhookFunctions,
	group: WaitGroup,
	jobId: string,
	work: () => Promise<Collected>,
	begun: Promise<Collected>,
): Promise<IWebhookResponseData> {
	let working = begun;
	for (const pause of [...LOOK_AGAIN, Infinity]) {
		try {
			const collected = await working;
			if (typeof collected !== 'string') {
				return { noWebhookResponse: true, workflowData: [collected] };
			}
			if (collected === 'others') return { noWebhookResponse: true };
			markWebhookUsed(group, jobId);
		} catch (error) {
			ctx.logger.warn('AudioSpliter: the jobs of a paused execution could not be read', {
				error: error instanceof Error ? error.message : String(error),
			});
			const known = failureOf(error);
			if (known === undefined || !isTransient(known.failure)) break;
		}
		if (Date.now() + pause >= group.until) break;
		await sleep(pause);
		working = work();
	}
	return { noWebhookResponse: true };
}

/** Answers in time, and goes on with what takes longer: files that are downloaded, or a used-up request budget. */
async function answerInTime(
	ctx: IWebhookFunctions,
	group: WaitGroup,
	jobId: string,
	work: () => Promise<Collected>,
): Promise<IWebhookResponseData> {
	const begun = work();
	const collected = await Promise.race([begun, sleep(ANSWER_WITHIN).then(() => 'late' as const)]);
	if (collected === 'late') {
		ctx.getResponseObject().status(200).json({ received: true });
		return await finishLate(ctx, group, jobId, work, begun);
	}
	// Get Job may lag behind the webhook: then the next attempt finds the job finished.
	if (collected === 'not finished') return refuse(ctx, 409, 'The job is not finished');
	return { ...accept({}), ...(collected !== 'others' && { workflowData: [collected] }) };
}

async function answer(ctx: IWebhookFunctions): Promise<IWebhookResponseData> {
	// Without a signing secret the token of the address, which n8n checks, has to do.
	const { event } = await readSignedEvent(ctx, { needsSecret: false });
	const told = toJob(event);
	const isEnd = ['job.completed', 'job.failed'].includes(event.event) && isFinished(told);

	const waiting = waitingItems(ctx);
	const jobIds = waiting.map(jobIdOf).filter((id) => id !== undefined);
	if (!isEnd || !jobIds.includes(told.id)) return accept({ ignored: true });

	const { output, until } = readNotes(ctx);
	const group = waitGroups.find(jobIds, until);
	// An execution that this process has paused itself shows that n8n has started.
	if (!group.isOwn && !start.isOver()) return refuse(ctx, 503, 'n8n is starting');
	if (group.resuming !== undefined) {
		// Answered in time as well, whether or not the other one is through.
		await Promise.race([group.resuming, sleep(ANSWER_WITHIN)]);
		return accept({ duplicate: true });
	}
	if (group.isHandedOut || addsNothing(group, told.id)) return accept({ duplicate: true });
	const work = async () => await collect(ctx, group, told, waiting, output);
	return await answerInTime(ctx, group, told.id, work);
}

/**
 * Answers a webhook of a job that a paused execution waits for. n8n calls this only while the execution is stored and
 * waiting: a webhook that comes too early or too late gets n8n's own 409, and the service tries again.
 */
export async function resume(ctx: IWebhookFunctions): Promise<IWebhookResponseData> {
	try {
		return await answer(ctx);
	} catch (error) {
		if (error instanceof Refused) return refuse(ctx, error.status, error.message);
		const reason = error instanceof Error ? error.message : String(error);
		ctx.logger.warn(`AudioSpliter: a webhook could not be handled and will come again. ${reason}`);
		return refuse(ctx, 503, 'The jobs cannot be read at the moment');
	}
}
