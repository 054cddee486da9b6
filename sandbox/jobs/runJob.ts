import { JobError, messageOf } from '../world/errors';
import { pause } from '../world/pause';
import type { EventName, Job } from '../world/types';
import { processJob, type ProcessJobTask } from './processJob';
import { raiseProgress, sendsProgress } from './progress';

const TICK_MS = 50;

/** Told of each event of a job; `progress` is in percent. */
export type Notify = (job: Job, event: EventName, progress?: number) => void;

export interface RunJobTask extends Omit<ProcessJobTask, 'onPart'> {
	notify: Notify;
}

/** Takes a queued job to its end, with the events on the way. Ends early, without an event, once the signal is aborted. */
export async function runJob(task: RunJobTask): Promise<void> {
	const { job, signal, notify } = task;
	await pause(signal, job.rule.queuedMs ?? 0);
	if (signal.aborted || job.deleted) return;
	job.status = 'processing';
	job.startedAt = Date.now();
	try {
		await workAndReport(task, job.startedAt);
	} catch (error) {
		if (signal.aborted) return;
		job.error = errorOf(error);
	}
	if (signal.aborted) return;
	job.finishedAt = Date.now();
	job.status = job.error === undefined ? 'completed' : 'failed';
	notify(job, job.error === undefined ? 'job.completed' : 'job.failed');
}

/** Does a job's work in the time that its rule wants at least, and keeps its progress up to date. */
async function workAndReport(task: RunJobTask, startedAt: number): Promise<void> {
	const { job, signal } = task;
	let done = 0;
	const onPart = (part: number): void => {
		done = part;
		report(task, part);
	};
	// Between two parts too: the rule may let progress rise with the time.
	const timer = setInterval(() => report(task, done), TICK_MS);
	try {
		await processJob({ ...task, onPart });
		done = 1;
		await pause(signal, startedAt + (job.rule.minimumMs ?? 0) - Date.now());
		if (!signal.aborted) report(task, done);
	} finally {
		clearInterval(timer);
	}
}

function report({ world, job, notify }: RunJobTask, part: number): void {
	const passed = raiseProgress(job, part);
	if (!sendsProgress(world.switches, job)) return;
	for (const percent of passed) notify(job, 'job.progress', percent);
}

/** What a job says of why it failed. */
function errorOf(error: unknown): Job['error'] {
	if (!(error instanceof JobError)) return { code: 'JOB_FAILED', message: messageOf(error) };
	const { code, message, details } = error;
	return { code, message, ...(details !== undefined && { details }) };
}
