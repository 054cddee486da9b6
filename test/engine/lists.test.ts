import { audioSpliter } from '../../harness/workflows';
import { byId, runAction } from '../support/action';
import { callsTo } from '../support/sandbox';
import { useEngine } from './support/stage';

const stage = useEngine();

/** The jobs of this file, oldest first: more than one page of the largest size. */
const COUNT = 130;
const made: Array<{ id: string; status: string }> = [];

beforeAll(() => {
	for (let number = 0; number < COUNT; number++) {
		const status = number % 10 === 0 ? 'failed' : 'completed';
		const createdAt = Date.UTC(2026, 4, 2, 8, number);
		made.push({ id: stage.sandbox.addSyntheticJob({ status, createdAt }).id, status });
	}
});

const newestFirst = (status?: string): string[] =>
	made
		.filter((job) => status === undefined || job.status === status)
		.map(({ id }) => id)
		.reverse();
const list = async (parameters: object) => {
	const { json, execution } = await runAction(stage, {
		...{ resource: 'splitJob', operation: 'getAll' },
		...parameters,
	});
	expect(execution.status).toBe('success');
	return json.map(({ id }) => id);
};

describe('get many', () => {
	it('gives as many as asked for, the newest first, 50 by default', async () => {
		expect(await list({ limit: 3 })).toEqual(newestFirst().slice(0, 3));
		expect(await list({})).toEqual(newestFirst().slice(0, 50));
		expect(callsTo(stage.sandbox)).toHaveLength(2);
	});

	it('goes through the pages for more', async () => {
		expect(await list({ limit: 110 })).toEqual(newestFirst().slice(0, 110));
		expect(await list({ returnAll: true })).toEqual(newestFirst());
		expect(callsTo(stage.sandbox)).toHaveLength(4);
	});

	it('gives those with a status only', async () => {
		expect(await list({ returnAll: true, filters: { status: 'failed' } })).toEqual(
			newestFirst('failed'),
		);
		expect(await list({ filters: { status: 'queued' } })).toEqual([]);
	});

	it.each(['complete', ''])('refuses the status %j, which does not exist', async (status) => {
		const parameters = { resource: 'splitJob', operation: 'getAll', filters: { status } };
		const { error } = await runAction(stage, parameters);
		expect(error?.message).toBe(
			`'Status' must be 'completed', 'failed', 'processing' or 'queued', not '${status}'`,
		);
		expect(stage.sandbox.requests()).toEqual([]);
	});

	it('takes a bare array', async () => {
		stage.sandbox.setSwitch('listShape', 'array');
		expect(await list({ returnAll: true })).toEqual(newestFirst());
		expect(await list({ limit: 2, filters: { status: 'failed' } })).toEqual(
			newestFirst('failed').slice(0, 2),
		);
	});

	it('ends where every page is the first one', async () => {
		stage.sandbox.setSwitch('listHonoursPage', false);
		stage.sandbox.setSwitch('listShape', 'array');
		expect(await list({ returnAll: true })).toEqual(newestFirst().slice(0, 100));
		expect(callsTo(stage.sandbox)).toHaveLength(2);
	});

	it('ends where a page is missing', async () => {
		stage.sandbox.setSwitch('listShape', 'array');
		const match = { path: 'page=2' };
		stage.sandbox.fault('error', { match, status: 404, code: 'NOT_FOUND' });
		expect(await list({ returnAll: true })).toEqual(newestFirst().slice(0, 100));
	});

	it('takes jobs without segments and metadata', async () => {
		stage.sandbox.setSwitch('listItemsCarrySegments', false);
		stage.sandbox.setSwitch('listItemsCarryMetadata', false);
		expect(await list({ limit: 2 })).toEqual(newestFirst().slice(0, 2));
	});
});

describe('the segments of one job in many items', () => {
	it.each(['getAll', 'download'])('cost one call of the API (%s)', async (operation) => {
		const [id = ''] = newestFirst('completed');
		const { json, execution } = await runAction(
			stage,
			{ resource: 'segment', operation, jobId: byId(id), segments: '={{ $json.index }}' },
			{ items: Array.from({ length: 20 }, () => ({ index: 0 })) },
		);
		expect(execution.status).toBe('success');
		expect(json).toHaveLength(20);
		expect(stage.sandbox.requests().filter(({ origin }) => origin === 'api')).toHaveLength(1);
	});
});

interface Results {
	results: Array<{ name: string; value: string }>;
	paginationToken?: string;
}

/** What the editor asks for when the list of a Job field is opened, searched, or scrolled to its end. */
const search = async (more: { filter?: string; paginationToken?: string } = {}) =>
	(await stage.runner.search({
		node: audioSpliter(
			{ resource: 'splitJob', operation: 'get', jobId: byId('') },
			stage.credential,
		),
		path: 'parameters.jobId',
		method: 'searchJobs',
		...more,
	})) as Results;

describe('the list of a Job field', () => {
	it('names jobs by their file, status, local time and the end of their ID', async () => {
		const { results } = await search();
		const [newest = ''] = newestFirst();
		// Made at 10:09 UTC; n8n's default time zone is that of New York.
		expect(results[0]).toMatchObject({
			name: `talk.mp3 – completed – 2026-05-02 06:09 – …${newest.slice(-6)}`,
			value: newest,
		});
	});

	it.each(['paginated', 'array'] as const)('has all jobs, page by page (%s)', async (shape) => {
		stage.sandbox.setSwitch('listShape', shape);
		const values: string[] = [];
		let token: string | undefined;
		do {
			const page = await search(token === undefined ? {} : { paginationToken: token });
			values.push(...page.results.map(({ value }) => value));
			token = page.paginationToken;
		} while (token !== undefined);
		expect(values).toEqual(newestFirst());
	});

	it('ends where the service has one page and gives it again and again', async () => {
		stage.sandbox.setSwitch('listShape', 'array');
		stage.sandbox.setSwitch('listHonoursPage', false);
		const { results, paginationToken } = await search();
		expect(results.map(({ value }) => value)).toEqual(newestFirst().slice(0, 50));
		expect(await search({ paginationToken })).toEqual({ results: [] });
	});

	it.each([
		['a status', () => 'FAILED', () => newestFirst('failed').slice(0, 5)],
		['an ID', () => made[0]?.id, () => newestFirst().slice(-1)],
	])('is searched by %s', async (_what, filter, expected) => {
		const { results } = await search({ filter: filter() });
		expect(results.map(({ value }) => value)).toEqual(expected());
	});
});
