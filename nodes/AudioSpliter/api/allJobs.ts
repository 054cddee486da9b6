import type { NodeApiError } from 'n8n-workflow';
import type { Job } from '../job/types';
import type { ApiContext } from '../n8n/context';
import { failureOf } from './client';
import type { JobPage } from './jobs';
import { listJobs, MAX_PAGE_SIZE } from './jobs';

/** A bound against a service that always has one more page. */
const MAX_PAGES = 1_000;

/** One page; a service may answer 404 to the one after the last. */
async function readPage(...[ctx, query, itemIndex]: Parameters<typeof listJobs>): Promise<JobPage> {
	try {
		return await listJobs(ctx, query, itemIndex);
	} catch (error) {
		if (query.page > 1 && failureOf(error)?.failure.status === 404) return { jobs: [] };
		throw error as NodeApiError;
	}
}

/**
 * Collects jobs page by page. Paging of the list endpoint is not documented, so a page is the last one when the service
 * says so, and else when it brings nothing new: a service may have shorter pages than asked for, or repeat the first
 * one for ever. The filter is applied here as well, since a service may not know it.
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
	const wanted = () =>
		[...jobs.values()].filter((job) => status === undefined || job.status === status);
	for (let page = 1; page <= MAX_PAGES; page++) {
		const { jobs: found, totalPages } = await readPage(ctx, { page, limit, status }, itemIndex);
		const before = jobs.size;
		for (const job of found) if (!jobs.has(job.id)) jobs.set(job.id, job);
		const isLast = totalPages !== undefined && page >= totalPages;
		if (isLast || jobs.size === before || wanted().length >= max) break;
	}
	return wanted().slice(0, max);
}
