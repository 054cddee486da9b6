import { listAllJobs, listPages } from '../../../../nodes/AudioSpliter/api/allJobs';
import type { Answer } from './support';
import { apiContext } from './support';

const job = (number: number, status = 'completed') => ({ id: `job_${number}`, status });
const jobs = (count: number, status?: string) =>
	Array.from({ length: count }, (_unused, number) => job(number, status));
const ids = (found: Array<{ id: string }>) => found.map(({ id }) => id);

/** A list endpoint over the given jobs, in one of the shapes that it may have. */
const list = (
	all: Array<{ id: string; status: string }>,
	{ shape = 'paginated', most = 100, repeats = false, filters = true, missing = false } = {},
) =>
	apiContext(({ qs = {} }): Answer => {
		const limit = Math.min(Number(qs.limit), most);
		const page = repeats ? 1 : Number(qs.page ?? 1);
		const found = all.filter(({ status }) => !filters || !qs.status || status === qs.status);
		const data = found.slice((page - 1) * limit, page * limit);
		if (missing && page > 1 && data.length === 0) {
			return { status: 404, body: { error: { code: 'NOT_FOUND', message: 'No such page' } } };
		}
		const totalPages = Math.ceil(found.length / limit);
		return { body: shape === 'array' ? data : { data, pagination: { page, limit, totalPages } } };
	});

describe('a list in pages', () => {
	it('is read to its last page, and no further', async () => {
		const { ctx, sent } = list(jobs(250));
		expect(ids(await listAllJobs(ctx, { max: Infinity }))).toEqual(ids(jobs(250)));
		expect(sent.map(({ qs }) => qs)).toEqual([
			{ limit: 100 },
			{ limit: 100, page: 2 },
			{ limit: 100, page: 3 },
		]);
	});

	it.each([
		[1, [{ limit: 1 }]],
		[100, [{ limit: 100 }]],
		[150, [{ limit: 100 }, { limit: 100, page: 2 }]],
	])('is read as far as %i jobs need', async (max, calls) => {
		const { ctx, sent } = list(jobs(250));
		expect(ids(await listAllJobs(ctx, { max }))).toEqual(ids(jobs(max)));
		expect(sent.map(({ qs }) => qs)).toEqual(calls);
	});

	it('is read whole when its pages are shorter than asked for', async () => {
		const { ctx } = list(jobs(50), { most: 20 });
		expect(ids(await listAllJobs(ctx, { max: Infinity }))).toEqual(ids(jobs(50)));
	});
});

describe('a list that says nothing about its pages', () => {
	it.each([
		['ends with a page that is empty', {}],
		['ends with a page that does not exist', { missing: true }],
	])('%s', async (_how, options) => {
		const { ctx, sent } = list(jobs(200), { shape: 'array', ...options });
		expect(ids(await listAllJobs(ctx, { max: Infinity }))).toEqual(ids(jobs(200)));
		expect(sent).toHaveLength(3);
	});

	it('ends when a page repeats the first one', async () => {
		const { ctx, sent } = list(jobs(300), { shape: 'array', repeats: true });
		expect(ids(await listAllJobs(ctx, { max: Infinity }))).toEqual(ids(jobs(100)));
		expect(sent).toHaveLength(2);
	});

	it('is not cut short by a page of a proxy', async () => {
		const { ctx } = apiContext(({ qs = {} }) =>
			qs.page === 2 ? { status: 404, body: '<html>' } : { body: jobs(100) },
		);
		await expect(listAllJobs(ctx, { max: 150 })).rejects.toThrow(/^Something between n8n/);
	});

	it('is told from a service that has no list at all', async () => {
		const { ctx } = apiContext(() => ({ status: 404, body: {} }));
		await expect(listAllJobs(ctx, { max: 5 }, 3)).rejects.toMatchObject({
			message: expect.stringMatching(
				/^Something between n8n and AudioSpliter answered.*404/,
			) as string,
			context: { itemIndex: 3 },
		});
	});
});

it.each([[[]], [{ data: null }], [{ data: [null, 7, { status: 'queued' }] }]])(
	'finds no job in %j',
	async (body) => {
		const { ctx } = apiContext(() => ({ body }));
		expect(await listAllJobs(ctx, { max: Infinity })).toEqual([]);
	},
);

it.each([[{}], ['<html>the page of another server</html>'], [null], [{ data: 'text' }]])(
	'takes %j for no list at all',
	async (body) => {
		const { ctx } = apiContext(() => ({ body }));
		await expect(listAllJobs(ctx, { max: Infinity }, 1)).rejects.toMatchObject({
			message: 'The answer was not a list of jobs',
			description: expect.stringContaining("another server at the credential's base URL"),
			context: { itemIndex: 1 },
		});
	},
);

describe('a service that ignores the filter', () => {
	const mixed = (count: number) =>
		Array.from({ length: count }, (_unused, n) => job(n, n % 10 === 9 ? 'failed' : 'completed'));
	const failedIds = (count: number) =>
		ids(mixed(count).filter(({ status }) => status === 'failed'));
	const query = (max: number) => ({ max, status: 'failed' });

	it('is filtered here', async () => {
		const { ctx, sent } = list(mixed(20), { filters: false });
		expect(ids(await listAllJobs(ctx, query(2)))).toEqual(failedIds(20));
		expect(sent[0]?.qs).toEqual({ limit: 2, status: 'failed' });
	});

	it.each(['paginated', 'array'])('costs one call a page of 100 (%s)', async (shape) => {
		const { ctx, sent } = list(mixed(1_000), { filters: false, shape });
		expect(ids(await listAllJobs(ctx, query(50)))).toEqual(failedIds(500));
		expect(sent.map(({ qs }) => [qs?.limit, qs?.page ?? 1])).toEqual([
			[50, 1],
			...[1, 2, 3, 4, 5].map((page) => [100, page]),
		]);
	});

	it.each(['paginated', 'array'])('is read whole in short pages, too (%s)', async (shape) => {
		const { ctx } = list(mixed(90), { filters: false, shape, most: 20 });
		expect(ids(await listAllJobs(ctx, query(50)))).toEqual(failedIds(90));
	});

	it('gives each job once where every page is the first one', async () => {
		const { ctx, sent } = list(mixed(300), { filters: false, shape: 'array', repeats: true });
		expect(ids(await listAllJobs(ctx, query(50)))).toEqual(failedIds(100));
		expect(sent).toHaveLength(3);
	});
});

it.each([
	['counts the matching jobs', [job(1), job(2)], 2],
	['counts others as well, since it ignores the filter', [job(1), job(2, 'failed')], undefined],
])('a page of a service that %s', async (_what, data, total) => {
	const { ctx } = apiContext(() => ({ body: { data, pagination: { total: 2, totalPages: 1 } } }));
	const pages = [];
	for await (const page of listPages(ctx, { limit: 100, status: 'completed' })) pages.push(page);
	expect(pages).toEqual([expect.objectContaining({ rows: data, total })]);
	expect(pages[0]?.jobs).toEqual(data.filter(({ status }) => status === 'completed'));
});
