import type { ILoadOptionsFunctions, INodeListSearchResult } from 'n8n-workflow';
import { listPages } from '../api/allJobs';
import type { Job } from '../job/types';
import { asText } from '../job/values';

const PAGE_SIZE = 50;

/** The editor asks for more only where there is something to scroll, so one search goes through several pages for a match. */
const PAGES_PER_SEARCH = 5;

/** `2026-05-02 10:00`, by the clock of the workflow; undefined for what is no time. */
function toLocalTime(createdAt: unknown, timeZone: string): string | undefined {
	const time = Date.parse(asText(createdAt) ?? '');
	if (Number.isNaN(time)) return undefined;
	// Sweden writes the day as ISO 8601 does.
	const format = { dateStyle: 'short', timeStyle: 'short', timeZone } as const;
	return new Intl.DateTimeFormat('sv-SE', format).format(time);
}

/** Characters of an ID that tell two runs of one recording apart. */
const SHORT_ID = 6;

/**
 * `talk.mp3 – completed – 2026-05-02 10:00 – …c07f3k`: an ID alone tells nobody which job it is, and a recording alone not
 * which run of it.
 */
const jobName = ({ id, status, sourceFileName, createdAt }: Job, timeZone: string): string => {
	const name = asText(sourceFileName);
	const shortId = id.length > SHORT_ID ? `…${id.slice(-SHORT_ID)}` : id;
	return [name ?? id, status, toLocalTime(createdAt, timeZone), name && shortId]
		.filter((part) => part !== undefined)
		.join(' – ');
};

/** The page to begin with, and the first job of the page before it. */
const readToken = (token: string | undefined): { page?: number; previousStart?: string } => {
	const [page, previousStart] = token?.split(' ') ?? [];
	return page === undefined ? {} : { page: Number(page), previousStart };
};

/** The jobs to choose from in a Job field, in the service's order, page by page. */
export async function searchJobs(
	this: ILoadOptionsFunctions,
	filter?: string,
	paginationToken?: string,
): Promise<INodeListSearchResult> {
	const wanted = filter?.trim().toLowerCase() ?? '';
	let pagesRead = 0;
	const query = { limit: PAGE_SIZE, ...readToken(paginationToken) };
	for await (const { jobs, page, start, hasMore, isFull } of listPages(this, query)) {
		const results = jobs
			.map((job) => ({ name: jobName(job, this.getTimezone()), value: job.id }))
			.filter(({ name, value }) => `${name} ${value}`.toLowerCase().includes(wanted));
		pagesRead += 1;
		// A short page is taken for the last one, where the service does not say.
		if (!(hasMore ?? isFull)) return { results };
		if (results.length > 0 || pagesRead >= PAGES_PER_SEARCH) {
			return { results, paginationToken: `${page + 1} ${start}` };
		}
	}
	return { results: [] };
}
