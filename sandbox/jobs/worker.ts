import { setMaxListeners } from 'node:events';
import { mkdir, rm } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { processSource } from '../audio/processSource';
import { JobError, messageOf } from '../world/errors';
import { pause } from '../world/pause';
import { createSlots } from '../world/slots';
import type { EventName, Job } from '../world/types';
import { limitsFor, type World } from '../world/world';
import { downloadSource } from './download';

const TICK_MS = 50;
const PROGRESS_EVENTS = [25, 50, 75];
/** "Large" is not defined; the large-file guide speaks of files above 500 MB. */
const LARGE_BYTES = 500 * 1024 * 1024;
/** Share of the work that the download stands for. */
const DOWNLOAD_PART = 0.1;

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
	// Every running job listens, and a plan may have more of them than Node's warning expects.
	setMaxListeners(0, stop.signal);
	const running = new Map<string, Promise<void>>();
	// Jobs at once are the plan's business, processes at once this machine's.
	const processors = createSlots(availableParallelism());

	const isAtLimit = (key: string): boolean => {
		const atWork = [...running.keys()].filter((id) => world.jobs.get(id)?.key === key);
		return atWork.length >= limitsFor(world, key).concurrentJobs;
	};

	const pump = (): void => {
		for (const job of world.jobs.values()) {
			if (stop.signal.aborted) return;
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
		await pause(stop.signal, job.rule.queuedMs ?? 0);
		if (stop.signal.aborted || job.deleted) return;
		job.status = 'processing';
		job.startedAt = Date.now();
		let part = 0;
		const timer = setInterval(() => report(job, part), TICK_MS);
		try {
			await work(job, (done) => {
				part = done;
				report(job, part);
			});
			part = 1;
			await pause(stop.signal, job.startedAt + (job.rule.minimumMs ?? 0) - Date.now());
			if (stop.signal.aborted) return;
			report(job, part);
			finish(job);
		} catch (error) {
			if (stop.signal.aborted) return;
			const known = error instanceof JobError;
			job.error = {
				code: known ? error.code : 'JOB_FAILED',
				message: messageOf(error),
				...(known && error.details !== undefined && { details: error.details }),
			};
			finish(job);
		} finally {
			clearInterval(timer);
		}
	}

	async function work(job: Job, onPart: (part: number) => void): Promise<void> {
		const { rule, request } = job;
		if (rule.stuckAt !== undefined) {
			onPart(rule.stuckAt / 100);
			await forever();
		}
		if (rule.failWith !== undefined) {
			onPart(0.9);
			await pause(stop.signal, rule.minimumMs ?? 0);
			const { code, message = `Processing ended with ${code}`, details } = rule.failWith;
			throw new JobError(code, message, details);
		}
		const folder = join(world.folder, job.id);
		await mkdir(folder, { recursive: true });
		const source = join(folder, 'source');
		const { maxFileSize } = limitsFor(world, job.key);
		const download = await downloadSource(request.sourceUrl, source, maxFileSize, stop.signal);
		job.sourceFileName = download.fileName;
		job.sourceSize = download.size;
		onPart(DOWNLOAD_PART);
		const result = await processors.run(
			async () =>
				await processSource({
					...{ source, request, folder, sourceFileName: download.fileName },
					...{ contentType: download.contentType, signal: stop.signal },
					onPart: (part) => onPart(DOWNLOAD_PART + (1 - DOWNLOAD_PART) * part),
				}),
		);
		await rm(source, { force: true });
		job.outputFormat = result.format;
		job.sourceDuration = result.sourceDuration;
		job.segments = result.segments;
		world.minutesUsed += result.sourceDuration / 60;
	}

	function finish(job: Job): void {
		job.finishedAt = Date.now();
		job.status = job.error === undefined ? 'completed' : 'failed';
		notify(job, job.error === undefined ? 'job.completed' : 'job.failed');
	}

	function report(job: Job, part: number): void {
		const { minimumMs = 0, progressSteps, stuckAt } = job.rule;
		const elapsed = Date.now() - (job.startedAt ?? 0);
		const share = Math.min(part, minimumMs > 0 ? elapsed / minimumMs : 1);
		const steps = progressSteps ?? 100;
		const percent = Math.min(99, Math.floor(Math.floor(share * steps) * (100 / steps)));
		const before = job.progress;
		job.progress = Math.max(before, stuckAt === undefined ? percent : Math.min(stuckAt, percent));
		const { progressEvents } = world.switches;
		if (progressEvents === 'off') return;
		if (progressEvents === 'large' && (job.sourceSize ?? 0) < LARGE_BYTES) return;
		PROGRESS_EVENTS.filter((at) => before < at && job.progress >= at).forEach((at) =>
			notify(job, 'job.progress', at),
		);
	}

	async function forever(): Promise<never> {
		await new Promise<never>((_resolve, reject) => {
			stop.signal.addEventListener('abort', () => reject(new Error('sandbox closed')));
		});
		throw new Error('sandbox closed');
	}

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
