import type { TestClock } from '../../n8n/testClock';
import { testClock, useTestClock } from '../../n8n/testClock';
import type { IExecuteFunctions } from 'n8n-workflow';
import { noteUnrecorded } from '../../../../../nodes/AudioSpliter/trigger/unrecorded';
import { failedRow, looker, MINUTE, NOW, published, row, settle } from './lookSetup';

jest.mock('n8n-workflow', () =>
	jest.requireActual<TestClock>('../../n8n/testClock').workflowOnTestClock(),
);

useTestClock(NOW);

const GRACE = { grace: 2 * MINUTE };

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

it('two looks at once hand over a job once', async () => {
	const { look, service, started } = await published('poll');
	service.rows = [row('a'), row('b')];
	await Promise.all([look(), look(), look()]);
	expect(started.map(({ jobs }) => jobs)).toEqual([['a', 'b']]);
});

it('a node whose only event leaves no trace asks for nothing', async () => {
	const { look, sent } = await published();
	expect(await look({ events: [] })).toEqual([]);
	expect(sent).toEqual([]);
});
