import { setMaxListeners } from 'node:events';
import { rm } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { createSlots } from '../world/slots';
import type { Job } from '../world/types';
import { limitsFor, type World } from '../world/world';
import { runJob, type Notify } from './runJob';

export interface Worker {
	/** Starts queued jobs as far as the plan of each key allows. */
	pump(): void;
	/** Removes a job's files, where there are any. */
	removeFiles(job: Job): Promise<void>;
	/** Ends all running jobs and their processes. */
	close(): Promise<void>;
}

/** Makes the worker that takes queued jobs, in order, to their end. */
export function createWorker(world: World, notify: Notify): Worker {
	const stop = new AbortController();
	const { signal } = stop;
	// Every running job listens, and a plan may have more of them than Node's warning expects.
	setMaxListeners(0, signal);
	const running = new Map<string, Promise<void>>();
	// Jobs at once are the plan's business, processes at once this machine's.
	const processors = createSlots(availableParallelism());
	const workshop = { world, notify, processors, signal };

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
				runJob({ ...workshop, job }).finally(() => {
					running.delete(job.id);
					pump();
				}),
			);
		}
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
