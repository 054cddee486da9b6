import type { ILoadOptionsFunctions } from 'n8n-workflow';
import { searchJobs } from '../../../../nodes/AudioSpliter/resources/listSearch';
import { apiContext } from '../api/support';

const job = (number: number) => ({
	...{ id: `job_${number}`, status: 'completed', createdAt: '2026-05-02T08:00:00Z' },
	sourceFileName: `talk-${number}.mp3`,
});

/** A service with so many jobs; `pages` are those it was asked for. */
const service = (count: number) => {
	const pages: number[] = [];
	const { ctx } = apiContext(({ qs = {} }) => {
		const [page, limit] = [Number(qs.page ?? 1), Number(qs.limit)];
		pages.push(page);
		const first = (page - 1) * limit;
		const data = Array.from(
			{ length: Math.max(0, Math.min(limit, count - first)) },
			(_unused, at) => job(first + at),
		);
		const totalPages = Math.ceil(count / limit);
		return { body: { data, pagination: { page, limit, totalPages } } };
	});
	const search = async (filter?: string, token?: string) =>
		await searchJobs.call(ctx as unknown as ILoadOptionsFunctions, filter, token);
	return { search, pages };
};

it('names each job by its source, status and time', async () => {
	const { search } = service(1);
	expect(await search()).toEqual({
		results: [{ name: 'talk-0.mp3 – completed – 2026-05-02 08:00', value: 'job_0' }],
	});
});

it('names a job of which nothing else is known by its ID', async () => {
	const { ctx } = apiContext(() => ({ body: [{ id: 'job_x', status: 'queued' }] }));
	expect(await searchJobs.call(ctx as unknown as ILoadOptionsFunctions)).toEqual({
		results: [{ name: 'job_x – queued', value: 'job_x' }],
	});
});

it('takes a name and a time that are no text for unknown', async () => {
	const odd = { id: 'job_x', status: 'queued', sourceFileName: ['a'], createdAt: 1_777_709_400 };
	const { ctx } = apiContext(() => ({ body: [odd] }));
	expect(await searchJobs.call(ctx as unknown as ILoadOptionsFunctions)).toEqual({
		results: [{ name: 'job_x – queued', value: 'job_x' }],
	});
});

it('gives page after page as the editor asks for them, and ends', async () => {
	const { search, pages } = service(120);
	const found: unknown[] = [];
	let token: string | undefined;
	do {
		const { results, paginationToken } = await search(undefined, token);
		found.push(...results.map(({ value }) => value));
		token = paginationToken as string | undefined;
	} while (token !== undefined);
	expect(found).toEqual(Array.from({ length: 120 }, (_unused, number) => `job_${number}`));
	expect(pages).toEqual([1, 2, 3]);
});

it.each([
	[' TALK-7.MP3 ', ['job_7']],
	['JOB_11', ['job_11']],
	['2026-05-02', Array.from({ length: 12 }, (_unused, number) => `job_${number}`)],
	['nothing like it', []],
])('finds %j in names and IDs', async (filter, expected) => {
	const { search } = service(12);
	expect((await search(filter)).results.map(({ value }) => value)).toEqual(expected);
});

it('goes on to further pages for a match, but not without end', async () => {
	const { search, pages } = service(1_000);
	// The 120th job is on the third page.
	expect(await search('talk-120.mp3')).toMatchObject({
		results: [{ value: 'job_120' }],
		paginationToken: '4 job_100',
	});
	expect(pages).toEqual([1, 2, 3]);
	expect(await search('nothing like it', '4')).toEqual({
		results: [],
		paginationToken: '9 job_350',
	});
	expect(pages).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
});

it.each([
	['as a bare list', true, 120],
	['and repeats the first one for ever', false, 50],
])(
	'goes on page by page where the service does not say how many there are, %s',
	async (_what, honours, count) => {
		const { ctx } = apiContext(({ qs = {} }) => {
			const first = honours ? (Number(qs.page ?? 1) - 1) * Number(qs.limit) : 0;
			const length = Math.max(0, Math.min(Number(qs.limit), 120 - first));
			return { body: Array.from({ length }, (_unused, at) => job(first + at)) };
		});
		const found: unknown[] = [];
		let token: string | undefined;
		do {
			const page = await searchJobs.call(ctx as unknown as ILoadOptionsFunctions, undefined, token);
			found.push(...page.results.map(({ value }) => value));
			token = page.paginationToken as string | undefined;
		} while (token !== undefined);
		expect(found).toEqual(Array.from({ length: count }, (_unused, number) => `job_${number}`));
	},
);
