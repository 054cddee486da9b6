import type { Switches } from '../world/switches';
import type { Job } from '../world/types';

const PROGRESS_EVENTS = [25, 50, 75];
/** "Large" is not defined; the large-file guide speaks of files above 500 MB. */
const LARGE_BYTES = 500 * 1024 * 1024;

/**
 * Raises a job's progress to the part (0 to 1) of its work that is done, as far as its rule lets it.
 *
 * @returns the percentages with an event of their own that it passed
 */
export function raiseProgress(job: Job, part: number): number[] {
	const { minimumMs = 0, progressSteps: steps = 100, stuckAt = 100 } = job.rule;
	const elapsed = Date.now() - (job.startedAt ?? 0);
	const share = Math.min(part, minimumMs > 0 ? elapsed / minimumMs : 1);
	const percent = Math.floor(Math.floor(share * steps) * (100 / steps));
	const before = job.progress;
	// 100 is for a job that has ended.
	job.progress = Math.max(before, Math.min(99, stuckAt, percent));
	return PROGRESS_EVENTS.filter((at) => before < at && job.progress >= at);
}

/** Whether progress events are sent for a job. */
export function sendsProgress({ progressEvents }: Switches, { sourceSize = 0 }: Job): boolean {
	return progressEvents === 'on' || (progressEvents === 'large' && sourceSize >= LARGE_BYTES);
}
