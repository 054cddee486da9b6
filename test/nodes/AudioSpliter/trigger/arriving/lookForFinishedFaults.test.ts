import type { TestClock } from '../../n8n/testClock';
import { testClock, useTestClock } from '../../n8n/testClock';
import { endWith } from '../../../../../nodes/AudioSpliter/n8n/context';
import { AWAY, failedRow, GONE, looker, MINUTE, NOW, published, REFUSED, row } from './lookSetup';

jest.mock('n8n-workflow', () =>
	jest.requireActual<TestClock>('../../n8n/testClock').workflowOnTestClock(),
);

useTestClock(NOW);

const GRACE = { grace: 2 * MINUTE };
const OF_A = { filter: { metadata: new Map([['project', 'a']]) } };
describe('a list that does not say whether the filter is met', () => {
	const hidden = (id: string, project: string) => ({
		listed: row(id),
		whole: { body: row(id, { metadata: { project } }) },
	});

	/** A trigger with a filter, and jobs whose metadata Get Job alone has. */
	const filtered = async (jobs: Record<string, string>) => {
		const trigger = await published();
		for (const [id, project] of Object.entries(jobs)) {
			const { listed, whole } = hidden(id, project);
			trigger.service.rows.push(listed);
			trigger.service.jobs.set(id, whole);
		}
		return trigger;
	};

	it('is asked about once for each of its jobs', async () => {
		const { look, paths } = await filtered({ a: 'a', b: 'b' });
		expect(await look(OF_A)).toEqual([['a']]);
		await look(OF_A);
		expect(paths().filter((path) => path.startsWith('/splits/'))).toEqual([
			'/splits/a',
			'/splits/b',
		]);
	});

	it('is not asked about while the job is left to its webhook', async () => {
		const { look, sent } = await filtered({ a: 'a' });
		expect(await look({ ...OF_A, ...GRACE })).toEqual([]);
		expect(sent).toHaveLength(2);
	});

	it('holds up nothing where a job was deleted meanwhile, for good', async () => {
		const { look, service, sent } = await filtered({ gone: 'a', a: 'a' });
		service.jobs.set('gone', GONE);
		expect(await look(OF_A)).toEqual([['a']]);
		sent.length = 0;
		expect(await look(OF_A)).toEqual([]);
		expect(sent).toHaveLength(2);
	});

	it('holds up no other jobs where one cannot be asked for, which is emitted later', async () => {
		const { look, service, started } = await filtered({ bad: 'a', a: 'a' });
		service.jobs.set('bad', AWAY);
		await expect(look(OF_A)).rejects.toThrow();
		expect(started).toHaveLength(0);
		expect(await look(OF_A)).toEqual([['a']]);
		testClock.now += 11 * MINUTE;
		service.jobs.set('bad', hidden('bad', 'a').whole);
		expect(await look(OF_A)).toEqual([['bad']]);
	});
});

describe('a failure', () => {
	it.each([
		['an outage', AWAY],
		['a refused key', REFUSED],
		['an answer that is no list', { body: '<html>' }],
	])('of the whole service only delays: %s', async (_what, answer) => {
		const { look, service, started, ctx } = await published();
		service.rows = [row('a')];
		await look(GRACE);
		testClock.now += 2 * MINUTE;
		service.lists = new Map([
			['completed', answer],
			['failed', answer],
		]);
		await expect(look(GRACE)).rejects.toThrow();
		// Nor could an execution ask for the job.
		expect(started).toHaveLength(0);
		service.lists.clear();
		expect(await look(GRACE)).toEqual([['a']]);
		expect(ctx.getNode().name).toBe('Trigger');
	});

	it.each(['completed', 'failed'])(
		'of the list of %s jobs holds up nothing of the other, and is reported',
		async (status) => {
			const { look, service, started } = await published();
			service.rows = [row('a'), failedRow('b')];
			service.lists.set(status, { status: 400, body: { error: { code: 'INVALID_PARAMS' } } });
			await expect(look()).rejects.toThrow();
			expect(started.map(({ jobs }) => jobs)).toEqual([[status === 'failed' ? 'a' : 'b']]);
			service.lists.clear();
			expect(await look()).toEqual([[status === 'failed' ? 'b' : 'a']]);
		},
	);

	it('of the first look of all brings nothing of what was before, when the service is back', async () => {
		const { look, publish, service } = looker();
		service.rows = [failedRow('before')];
		publish();
		service.lists.set('failed', AWAY);
		await expect(look()).rejects.toThrow();
		service.lists.clear();
		expect(await look()).toEqual([]);
	});
});

describe('a list that is not as documented', () => {
	it('may have rows that are no jobs, and statuses that nobody knows', async () => {
		const { look, service } = await published();
		service.rows = ['text', 7, {}, { id: null }, row('a'), row('b', { status: 'archived' })];
		service.lists.set('completed', { body: service.rows });
		expect(await look()).toEqual([['a']]);
	});

	it('may show the same job twice', async () => {
		const { look, service } = await published();
		service.rows = [row('a'), row('a')];
		expect(await look()).toEqual([['a']]);
	});
});

it('a job without a time is due by the clock that counts, also right after that was set', async () => {
	const { look, service } = await published();
	await look();
	// This machine's clock jumps ahead by a day; the service's does not.
	testClock.now += 24 * 60 * MINUTE;
	service.offset = -24 * 60 * MINUTE;
	service.rows = [failedRow('a')];
	await look(GRACE);
	testClock.now += 2 * MINUTE;
	expect(await look(GRACE)).toEqual([['a']]);
});

it('a look whose workflow is deactivated meanwhile starts nothing, and loses nothing', async () => {
	const { look, service, started, ctx } = await published();
	service.rows = [row('a')];
	const ended = new AbortController();
	endWith(ctx, ended.signal);
	const { getCredentials } = ctx;
	let reads = 0;
	ctx.getCredentials = async <T extends object>(type: string) => {
		// After the last call to the service.
		if ((reads += 1) >= 7) ended.abort();
		return await getCredentials.call<typeof ctx, [string], Promise<T>>(ctx, type);
	};
	await expect(look()).rejects.toThrow('cancelled');
	expect(started).toHaveLength(0);
	endWith(ctx, new AbortController().signal);
	expect(await look()).toEqual([['a']]);
});
