import type { NodeApiError } from 'n8n-workflow';
import type { Job } from '../job/types';
import type { ApiContext } from '../n8n/context';
import { failureOf } from './client';
import type { JobPage } from './jobs';
import { listJobs, MAX_PAGE_SIZE } from './jobs';

/** A bound against a service that always has one more page. */
const MAX_PAGES = 1_000;

export interface ListQuery {
	/** Jobs of a page; the service may give fewer. */
	limit: number;
	status?: string;
	/** The first page to read (1). */
	page?: number;
	/** The ID that the page before it began with, where an earlier call has read that one. */
	previousStart?: string;
	/** Whether the pages are read in the background: see `ApiCall`. */
	isPoll?: boolean;
}

export interface ListedPage {
	/** Those that match the filter and have not come before. */
	jobs: Job[];
	/** All that the page shows. */
	rows: Job[];
	page: number;
	/** The ID that the page begins with. */
	start: string;
	/** Whether more pages follow; undefined where the service does not say. */
	hasMore?: boolean;
	/** Jobs on all pages that match the filter; undefined where the service does not say, or counts others as well. */
	total?: number;
	/** Whether the page is as long as was asked for. */
	isFull: boolean;
}

/** One page. The API may answer 404 to the one after the last; of something in between it would hide the rest of the list. */
async function askForPage(
	...[ctx, query, itemIndex, options]: Parameters<typeof listJobs>
): Promise<JobPage> {
	try {
		return await listJobs(ctx, query, itemIndex, options);
	} catch (error) {
		const { status, isIntermediary } = failureOf(error)?.failure ?? {};
		if (query.page > 1 && status === 404 && isIntermediary !== true) return { jobs: [] };
		throw error as NodeApiError;
	}
}

/** The jobs whose IDs are not known yet, which are known from then on. */
function takeNew(jobs: Job[], known: Set<string>): Job[] {
	const added: Job[] = [];
	for (const job of jobs) {
		if (known.has(job.id)) continue;
		known.add(job.id);
		added.push(job);
	}
	return added;
}

/**
 * Reads the list page by page, as far as the caller goes on. Paging is not documented, so it ends where the service says
 * so, and else with a page that brings nothing new: a service may give shorter pages than asked for, or repeat the first
 * one for ever. The filter is applied here as well. Where the service turns out to ignore it, the list is read again
 * from its beginning in the largest pages, since the jobs wanted may be far apart.
 *
 * @throws NodeApiError, for example when the service has no such list
 */
export async function* listPages(
	ctx: ApiContext,
	{ limit, status, page: first = 1, previousStart, isPoll = false }: ListQuery,
	itemIndex?: number,
): AsyncGenerator<ListedPage, void, undefined> {
	const yielded = new Set<string>();
	let seen = new Set<string>();
	let [page, size, before] = [first, limit, previousStart];
	for (let read = 0; read < MAX_PAGES; read++) {
		const query = { page, limit: size, status };
		const { jobs, totalPages, total } = await askForPage(ctx, query, itemIndex, { isPoll });
		const start = jobs[0]?.id;
		const bringsNothing = jobs.every(({ id }) => seen.has(id));
		if (start === undefined || start === before || bringsNothing) return;
		for (const { id } of jobs) seen.add(id);
		const matching = jobs.filter((job) => status === undefined || job.status === status);
		const hasMore = totalPages === undefined ? undefined : page < totalPages;
		const isFull = jobs.length >= size;
		const counted = matching.length === jobs.length ? total : undefined;
		const added = takeNew(matching, yielded);
		yield { jobs: added, rows: jobs, page, start, hasMore, total: counted, isFull };
		if (hasMore === false) return;
		const beginsAgain = first === 1 && size < MAX_PAGE_SIZE && matching.length < jobs.length;
		if (beginsAgain) {
			[page, size, before] = [1, MAX_PAGE_SIZE, undefined];
			seen = new Set();
		} else {
			[page, before] = [page + 1, start];
		}
	}
}

/**
 * Collects jobs from the list, in its order.
 *
 * @param max number of jobs wanted; Infinity for all
 * @throws NodeApiError, for example when the service has no such list
 */
export async function listAllJobs(
	ctx: ApiContext,
	{ max, status }: { max: number; status?: string },
	itemIndex?: number,
): Promise<Job[]> {
	const found: Job[] = [];
	const limit = Math.min(max, MAX_PAGE_SIZE);
	for await (const { jobs } of listPages(ctx, { limit, status }, itemIndex)) {
		found.push(...jobs);
		if (found.length >= max) break;
	}
	return found.slice(0, max);
}
