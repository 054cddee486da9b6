import type { ILoadOptionsFunctions, INodeListSearchResult } from 'n8n-workflow';
import { listJobs } from '../api/jobs';
import type { Job } from '../job/types';

const PAGE_SIZE = 50;

/** `talk.mp3 – completed – 2026-05-02 08:00`: an ID alone tells nobody which job it is. */
const jobName = ({ id, status, sourceFileName, createdAt }: Job): string =>
	[sourceFileName ?? id, status, createdAt?.slice(0, 16).replace('T', ' ')]
		.filter((part) => part !== undefined)
		.join(' – ');

/** Pages that one search goes through for a match: the editor asks for more only when there is something to scroll. */
const PAGES_PER_SEARCH = 5;

/** The page to begin with, and the first job of the page before it. */
const readToken = (token: string | undefined): [number?, string?] => {
	const [page, previous] = token?.split(' ') ?? [];
	return page === undefined ? [] : [Number(page), previous];
};

/** The jobs to choose from in a Job field, in the service's order, page by page. */
export async function searchJobs(
	this: ILoadOptionsFunctions,
	filter?: string,
	paginationToken?: string,
): Promise<INodeListSearchResult> {
	const wanted = filter?.trim().toLowerCase() ?? '';
	const [first = 1, before] = readToken(paginationToken);
	let previous = before;
	for (let page = first; ; page++) {
		const { jobs, totalPages } = await listJobs(this, { page, limit: PAGE_SIZE });
		const results = jobs
			.map((job) => ({ name: jobName(job), value: job.id }))
			.filter(({ name, value }) => `${name} ${value}`.toLowerCase().includes(wanted));
		// A service that knows no pages repeats the first one.
		const [start] = jobs.map(({ id }) => id);
		if (start !== undefined && start === previous) return { results: [] };
		previous = start;
		const hasMore = totalPages === undefined ? jobs.length >= PAGE_SIZE : page < totalPages;
		if (!hasMore || start === undefined) return { results };
		if (results.length > 0 || page + 1 - first >= PAGES_PER_SEARCH) {
			return { results, paginationToken: `${page + 1} ${start}` };
		}
	}
}
