import type { TestClock } from '../../n8n/testClock';
import { testClock, useTestClock } from '../../n8n/testClock';
import type { IExecuteFunctions } from 'n8n-workflow';
import { noteUnrecorded } from '../../../../../nodes/AudioSpliter/trigger/unrecorded';
import { endWith } from '../../../../../nodes/AudioSpliter/n8n/context';
import {
	AWAY,
	failedRow,
	GONE,
	looker,
	MINUTE,
	NOW,
	published,
	REFUSED,
	row,
	settle,
} from './lookSetup';

jest.mock('n8n-workflow', () =>
	jest.requireActual<TestClock>('../../n8n/testClock').workflowOnTestClock(),
);

useTestClock(NOW);

const GRACE = { grace: 2 * MINUTE };
const OF_A = { filter: { metadata: new Map([['project', 'a']]) } };

describe.each(['trigger', 'poll'] as const)('a look of a %s', (kind) => {
	it('hands over what has finished since, all in one execution, and asks once for each event', async () => {
		const { look, service, started, paths } = await published(kind);
		service.rows = [row('a'), row('b'), failedRow('c')];
		expect(await look()).toEqual([['a', 'b', 'c']]);
		expect(started[0]?.deliveries.map(({ event, found }) => [event, found])).toEqual([
			['job.completed', {}],
			['job.completed', {}],
			['job.failed', {}],
		]);
		expect(paths()).toEqual(['/splits completed', '/splits failed']);
	});

	it('starts nothing and asks once for each event where nothing is new', async () => {
		const { look, service, started, sent } = await published(kind);
		service.rows = [row('a')];
		await look();
		started[0]?.end({ status: 'success' });
		await settle();
		sent.length = 0;
		for (let minute = 0; minute < 3; minute++) {
			testClock.now += MINUTE;
			expect(await look()).toEqual([]);
		}
		expect(sent).toHaveLength(6);
	});

	it('hands over nothing of what was finished at the first publication, with a time or without', async () => {
		const { look, publish, service } = looker(kind);
		testClock.now -= MINUTE;
		service.rows = [row('a'), failedRow('b')];
		testClock.now += MINUTE;
		publish();
		expect(await look()).toEqual([]);
		testClock.now += MINUTE;
		service.rows.push(row('c'), failedRow('d'));
		expect(await look()).toEqual([['c', 'd']]);
	});
});

/** What an execution says under Continue On Fail that has recorded none of its events. */
const noted = (): Record<string, string> => {
	const metadata: Record<string, string> = {};
	const set = (key: string, value: string) => Object.assign(metadata, { [key]: value });
	const getWorkflowDataProxy = () => ({ $execution: { customData: { set } } });
	noteUnrecorded({ getWorkflowDataProxy } as unknown as IExecuteFunctions);
	return metadata;
};

describe('an execution that was started for jobs', () => {
	it.each([
		['ends well', { status: 'success' }, false],
		['waits', { status: 'waiting' }, false],
		['fails', { status: 'error' }, true],
		['is stopped', { status: 'canceled' }, true],
		['crashes', { status: 'crashed' }, true],
	] as const)('that %s', async (_what, run, isAgain) => {
		const { look, service, started } = await published();
		service.rows = [row('a')];
		await look();
		expect(await look()).toEqual([]);
		started[0]?.end(run);
		await settle();
		expect(await look()).toEqual(isAgain ? [['a']] : []);
	});

	it.each([
		['says nothing of its end', (): undefined => undefined],
		['says that it does not know', ({ end }: { end: () => void }) => end()],
		['says that it was lost', ({ fail }: { fail: () => void }) => fail()],
	])('of which n8n %s is made up for', async (_what, tell) => {
		const { look, service, started } = await published();
		service.rows = [row('a')];
		await look();
		const [first] = started;
		if (first) tell(first);
		await settle();
		testClock.now += 31 * MINUTE;
		expect(await look()).toEqual([['a']]);
	});

	it.each([
		['the note that it has recorded none', noted(), true],
		['custom data of somebody else', { audioSpliter: 'mine' }, false],
	])('that ends well with %s', async (_what, metadata, isAgain) => {
		const { look, service, started } = await published();
		service.rows = [row('a')];
		await look();
		// Without a word of the items, as in queue mode.
		const resultData = { runData: {}, metadata };
		started[0]?.end({ status: 'success', data: { resultData } as never });
		await settle();
		expect(await look()).toEqual(isAgain ? [['a']] : []);
	});

	it('that fails is not repeated where the event has come out all the same', async () => {
		const { look, service, started, memory, keysOf } = await published();
		service.rows = [row('a')];
		await look();
		memory.remember(keysOf('a'));
		started[0]?.end({ status: 'error' });
		await settle();
		expect(await look()).toEqual([]);
	});
});

describe('beside the webhook', () => {
	it('leaves a job alone for the time of grace, and then if its webhook has come', async () => {
		const { look, service, memory, keysOf } = await published();
		service.rows = [row('a'), row('b')];
		expect(await look(GRACE)).toEqual([]);
		memory.remember(keysOf('a'));
		testClock.now += 2 * MINUTE;
		expect(await look(GRACE)).toEqual([['b']]);
	});

	it('leaves a job alone while an execution works on its event, and makes up for it if that fails', async () => {
		const { look, service, memory, keysOf } = await published();
		service.rows = [row('a')];
		let fail: (error: Error) => void = () => undefined;
		const working = new Promise<never>((_resolve, reject) => (fail = reject));
		const execution = memory.once(keysOf('a'), 'execution', async () => await working);
		execution.catch(() => undefined);
		expect(await look()).toEqual([]);
		fail(new Error('killed'));
		await settle();
		expect(await look()).toEqual([['a']]);
	});

	it('leaves alone a job that names another webhook URL, and takes one that names none', async () => {
		const { look, publish, service, started } = await published();
		const own = 'https://n8n.example.com/webhook/1/webhook';
		publish([], own);
		service.rows = [
			row('other', { webhookUrl: 'https://n8n.example.com/webhook/2/webhook' }),
			row('own', { webhookUrl: 'https://other.name/prefix/webhook/1/webhook' }),
			row('none'),
		];
		const filter = { metadata: new Map<string, string>(), webhookUrl: own };
		expect(await look({ filter })).toEqual([['own', 'none']]);
		expect(started[0]?.deliveries[0]?.found).toEqual({ webhookUrl: own });
	});
});

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

it('two looks at once hand over a job once', async () => {
	const { look, service, started } = await published('poll');
	service.rows = [row('a'), row('b')];
	await Promise.all([look(), look(), look()]);
	expect(started.map(({ jobs }) => jobs)).toEqual([['a', 'b']]);
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

it('a node whose only event leaves no trace asks for nothing', async () => {
	const { look, sent } = await published();
	expect(await look({ events: [] })).toEqual([]);
	expect(sent).toEqual([]);
});
