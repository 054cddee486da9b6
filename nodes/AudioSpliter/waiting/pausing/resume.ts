import type { IWebhookFunctions, IWebhookResponseData } from 'n8n-workflow';
import { sleep } from 'n8n-workflow';
import { failureOf } from '../../api/client';
import { isTransient } from '../../api/errors';
import { isFinished } from '../../job/job';
import type { Job } from '../../job/types';
import { logOnceAMinute, withPlace } from '../../n8n/log';
import type { JobEvent } from '../../webhook/event';
import { toJob } from '../../webhook/event';
import { Refused } from '../../webhook/refused';
import { accept, readSignedEvent, refuse } from '../../webhook/request';
import type { Collected } from './collect';
import { collect } from './collect';
import type { PausedExecution } from './notes';
import { jobIdOf, readNotes, waitingItems } from './notes';
import { createStart } from './startup';
import { addsNothing, markWebhookUsed, waitGroupOf } from './waitGroup';

/** Milliseconds. The service gives up on an answer after 30 s; what takes longer goes on after the answer. */
const ANSWER_WITHIN = 20_000;

/**
 * Milliseconds before each further look at jobs whose webhook is answered already. Not for long: in queue mode another
 * process may resume the execution meanwhile, and what is found here must not come when it waits for something else.
 */
const LOOK_AGAIN = [30_000, 60_000, 120_000];

const END_EVENTS = ['job.completed', 'job.failed'];

const start = createStart();

/** The webhook of a job's end, for an execution that waits for it. */
interface Arrival {
	ctx: IWebhookFunctions;
	execution: PausedExecution;
	reported: Job;
}

const collectFor = async ({ ctx, execution, reported }: Arrival): Promise<Collected> =>
	await collect(ctx, execution, reported);

/** Whether a later look may find what this one could not read. */
function mayPass(ctx: IWebhookFunctions, error: unknown): boolean {
	const what = 'AudioSpliter: the jobs of a paused execution could not be read';
	ctx.logger.warn(withPlace(ctx, what), {
		error: error instanceof Error ? error.message : String(error),
	});
	const known = failureOf(error);
	return known !== undefined && isTransient(known.failure);
}

/**
 * Finishes what was begun before the answer. The webhook does not come again, and a second answer would be an error that
 * n8n would continue the execution with, so what cannot be read now is looked at again a few times.
 */
async function finishLate(
	arrival: Arrival,
	begun: Promise<Collected>,
): Promise<IWebhookResponseData> {
	const { ctx, execution, reported } = arrival;
	let collecting = begun;
	for (const pause of [...LOOK_AGAIN, Infinity]) {
		try {
			const collected = await collecting;
			if (collected.kind === 'items') {
				return { noWebhookResponse: true, workflowData: [collected.items] };
			}
			if (collected.kind === 'others') break;
			markWebhookUsed(execution.group, reported.id);
		} catch (error) {
			if (!mayPass(ctx, error)) break;
		}
		if (Date.now() + pause >= execution.group.until) break;
		await sleep(pause);
		collecting = collectFor(arrival);
	}
	return { noWebhookResponse: true };
}

/** Answers in time, and goes on with what takes longer: files that are downloaded, or a used-up request budget. */
async function answerInTime(arrival: Arrival): Promise<IWebhookResponseData> {
	const { ctx } = arrival;
	const begun = collectFor(arrival);
	const late = sleep(ANSWER_WITHIN).then(() => ({ kind: 'late' }) as const);
	const collected = await Promise.race([begun, late]);
	switch (collected.kind) {
		case 'late': {
			const response = ctx.getResponseObject();
			// An answer to a sender that has gone would make it look as if it had been received.
			if (!response.destroyed) response.status(200).json({ received: true });
			return await finishLate(arrival, begun);
		}
		case 'notFinished':
			// Get Job may lag behind the webhook: then the next attempt finds the job finished.
			return refuse(ctx, 409, 'The job is not finished');
		case 'others':
			return accept({});
		case 'items':
			return { ...accept({}), workflowData: [collected.items] };
	}
}

/** Answers a webhook that has been read and is not forged. */
async function answerEvent(ctx: IWebhookFunctions, event: JobEvent): Promise<IWebhookResponseData> {
	const reported = toJob(event);
	const isEnd = END_EVENTS.includes(event.event) && isFinished(reported);
	const waiting = waitingItems(ctx);
	const jobIds = waiting.map(jobIdOf).filter((id) => id !== undefined);
	if (!isEnd || !jobIds.includes(reported.id)) return accept({ ignored: true });

	const { output, until } = readNotes(ctx);
	const group = waitGroupOf(
		jobIds.map((id) => ({ id })),
		until,
	);
	// An execution that this process has paused itself shows that n8n has started.
	if (!group.isOwn && !start.isOver()) return refuse(ctx, 503, 'n8n is starting');
	if (group.resuming !== undefined) {
		// Answered in time as well, whether or not the other one is through.
		await Promise.race([group.resuming, sleep(ANSWER_WITHIN)]);
		return accept({ duplicate: true });
	}
	if (group.isHandedOut || addsNothing(group, reported.id)) return accept({ duplicate: true });
	return await answerInTime({ ctx, execution: { group, waiting, output }, reported });
}

async function answer(ctx: IWebhookFunctions): Promise<IWebhookResponseData> {
	// Without a signing secret the token of the address, which n8n checks, has to do.
	const { event } = await readSignedEvent(ctx, { needsSecret: false });
	return await answerEvent(ctx, event);
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
		const what = `AudioSpliter: a webhook could not be handled and will come again: ${reason}`;
		logOnceAMinute(ctx, 'warn', what);
		return refuse(ctx, 503, 'The jobs cannot be read at the moment');
	}
}
