import type { Job } from '../world/types';

/**
 * A job as it was at a time, epoch ms: not yet ended, not yet begun. Undefined where it was not there yet, or not any more.
 */
export function jobAt(job: Job, time: number): Job | undefined {
	const { createdAt, startedAt = createdAt, finishedAt = 0, deletedAt = 0 } = job;
	if (createdAt > time || (job.deleted && deletedAt <= time)) return undefined;
	const before: Job = {
		...{ ...job, deleted: false, segments: [], error: undefined, finishedAt: undefined },
		...{ outputFormat: undefined, sourceDuration: undefined },
	};
	if (job.status !== 'queued' && startedAt > time) return { ...before, status: 'queued' };
	if (finishedAt > time) return { ...before, status: 'processing' };
	return { ...job, deleted: false };
}
