import type { ILoadOptionsFunctions, INodeListSearchResult } from 'n8n-workflow';
import { listJobs } from './api/jobs';
import type { Job } from './api/types';

const PAGE_SIZE = 50;

/** `talk.mp3 – completed – 2026-05-02 08:00`: an ID alone tells nobody which job it is. */
const jobName = ({ id, status, sourceFileName, createdAt }: Job): string =>
	[sourceFileName ?? id, status, createdAt?.slice(0, 16).replace('T', ' ')]
		.filter((part) => part !== undefined)
		.join(' – ');

/** The jobs to choose from in a Job field, newest as the service lists them, page by page. */
export async function searchJobs(
	this: ILoadOptionsFunctions,
	filter?: string,
	paginationToken?: string,
): Promise<INodeListSearchResult> {
	const page = Number(paginationToken ?? 1);
	const { jobs, totalPages } = await listJobs(this, { page, limit: PAGE_SIZE });
	const hasMore = totalPages !== undefined && page < totalPages && jobs.length > 0;
	const wanted = filter?.toLowerCase() ?? '';
	const results = jobs
		.map((job) => ({ name: jobName(job), value: job.id }))
		.filter(({ name, value }) => `${name} ${value}`.toLowerCase().includes(wanted));
	return { results, ...(hasMore && { paginationToken: String(page + 1) }) };
}
