import { setMaxListeners } from 'node:events';
import { rm } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { JobError, messageOf } from '../world/errors';
import { pause } from '../world/pause';
import { createSlots } from '../world/slots';
import type { EventName, Job } from '../world/types';
import { limitsFor, type World } from '../world/world';
import { processJob } from './processJob';
import { raiseProgress, sendsProgress } from './progress';

const TICK_MS = 50;

export interface Worker {
	/** Starts queued jobs as far as the plan of each key allows. */
	pump(): void;
	/** Removes a job's files; rejects with nothing. */
	removeFiles(job: Job): Promise<void>;
	/** Ends all running jobs and their processes. */
	close(): Promise<void>;
}

export type Notify = (job: Job, event: EventName, progress?: number) => void;

/** Makes the worker that takes queued jobs, in order, to their end. */
export function createWorker(world: World, notify: Notify): Worker {
	const stop = new AbortController();
	const { signal } = stop;
	// Every running job listens, and a plan may have more of them than Node's warning expects.
	setMaxListeners(0, signal);
	const running = new Map<string, Promise<void>>();
	// Jobs at once are the plan's business, processes at once this machine's.
	const processors = createSlots(availableParallelism());

	const isAtLimit = (key: string): boolean => {
		const atWork = [...running.keys()].filter((id) => world.jobs.get(id)?.key === key);
		return atWork.length >= limitsFor(world, key).concurrentJobs;
	};

	const pump = (): void => {
		for (const job of world.jobs.values()) {
			if (signal.aborted) return;
			if (job.status !== 'queued' || job.deleted || job.synthetic) continue;
			if (running.has(job.id) || isAtLimit(job.key)) continue;
			running.set(
				job.id,
				run(job).finally(() => {
					running.delete(job.id);
					pump();
				}),
			);
		}
	};

	async function run(job: Job): Promise<void> {
		await pause(signal, job.rule.queuedMs ?? 0);
		if (signal.aborted || job.deleted) return;
		job.status = 'processing';
		job.startedAt = Date.now();
		try {
			await workAndReport(job, job.startedAt);
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
	async function workAndReport(job: Job, startedAt: number): Promise<void> {
		let done = 0;
		const onPart = (part: number): void => {
			done = part;
			report(job, part);
		};
		// Between two parts too: the rule may let progress rise with the time.
		const timer = setInterval(() => report(job, done), TICK_MS);
		try {
			await processJob({ world, job, processors, signal, onPart });
			done = 1;
			await pause(signal, startedAt + (job.rule.minimumMs ?? 0) - Date.now());
			if (!signal.aborted) report(job, done);
		} finally {
			clearInterval(timer);
		}
	}

	const report = (job: Job, part: number): void => {
		const passed = raiseProgress(job, part);
		if (!sendsProgress(world.switches, job)) return;
		for (const percent of passed) notify(job, 'job.progress', percent);
	};

	return {
		pump,
		async removeFiles(job) {
			await rm(join(world.folder, job.id), { recursive: true, force: true });
		},
		async close() {
			stop.abort();
			await Promise.all(running.values());
		},
	};
}

/** What a job says of why it failed. */
function errorOf(error: unknown): Job['error'] {
	if (!(error instanceof JobError)) return { code: 'JOB_FAILED', message: messageOf(error) };
	const { code, message, details } = error;
	return { code, message, ...(details !== undefined && { details }) };
}
