import type { ApiContext } from './client';
import { listJobs, MAX_PAGE_SIZE } from './jobs';
import type { Job } from './types';

/** A bound against a service that always has one more page: 100 pages of 100 jobs. */
const MAX_PAGES = 100;

/**
 * Collects jobs page by page. Paging of the list endpoint is not documented, so it ends as soon as a page is short,
 * brings nothing new (a service that ignores `page` repeats itself), or is said to be the last.
 *
 * @param max number of jobs wanted; Infinity for all
 */
export async function listAllJobs(
	ctx: ApiContext,
	{ max, status }: { max: number; status?: string },
	itemIndex?: number,
): Promise<Job[]> {
	const limit = Math.min(max, MAX_PAGE_SIZE);
	const jobs = new Map<string, Job>();
	for (let page = 1; page <= MAX_PAGES; page++) {
		const { jobs: found, totalPages } = await listJobs(ctx, { page, limit, status }, itemIndex);
		const before = jobs.size;
		for (const job of found) if (!jobs.has(job.id)) jobs.set(job.id, job);
		const isLast = totalPages === undefined ? found.length < limit : page >= totalPages;
		if (jobs.size >= max || jobs.size === before || isLast) break;
	}
	return [...jobs.values()].slice(0, max);
}
