import type { TestClock } from '../n8n/testClock';
import { useTestClock } from '../n8n/testClock';
import { away, done, finder, ids, lost, turns } from './foundSetup';

jest.mock('n8n-workflow', () =>
	jest.requireActual<TestClock>('../n8n/testClock').workflowOnTestClock(),
);

useTestClock(Date.parse('2026-05-02T08:00:00Z'));

const AWAY = () => ({ status: 403, body: { error: { code: 'FORBIDDEN', message: 'No' } } });
const GONE = () => ({ status: 404, body: { error: { code: 'JOB_NOT_FOUND', message: 'No' } } });

/** A failure that the first so many calls meet. */
const failing = (times: number) => {
	let calls = 0;
	return () => {
		calls += 1;
		if (calls <= times) away();
	};
};

describe('an execution for jobs that a look found', () => {
	it('emits each as the service gives it, with its event, in the order in which they were found', async () => {
		const { emitJobs, jobs } = finder();
		jobs.set('failed_b', () => lost('failed_b'));
		expect(await emitJobs(['a', 'failed_b', 'c'])).toEqual([
			{
				json: {
					...{ id: 'a', status: 'completed', completedAt: '2026-05-02T08:00:00Z' },
					...{ event: 'job.completed', timestamp: '2026-05-02T08:00:00Z' },
				},
				pairedItem: { item: 0 },
			},
			{
				json: {
					...{ id: 'failed_b', status: 'failed', error: { code: 'CORRUPT_FILE' } },
					event: 'job.failed',
				},
				pairedItem: { item: 1 },
			},
			expect.objectContaining({ pairedItem: { item: 2 } }),
		]);
	});

	it('emits nothing twice: found again, delivered late, or redelivered', async () => {
		const { emitJobs, deliver } = finder();
		expect(ids(await deliver('c'))).toEqual(['c']);
		expect(ids(await emitJobs(['a', 'b', 'c']))).toEqual(['a', 'b']);
		expect(await emitJobs(['a', 'b', 'c'])).toEqual([]);
		expect(await deliver('a')).toEqual([]);
		expect(await deliver('a')).toEqual([]);
	});

	it('asks for no job whose event is in the record', async () => {
		const before = finder();
		await before.emitJobs(['a', 'b']);
		await turns();
		const { node } = before;
		const after = finder(before.recorded);
		expect(node.id).not.toBe(after.node.id);
		expect(ids(await after.emitJobs(['a', 'b', 'c']))).toEqual(['c']);
		expect(after.sent.map(({ url }) => url.split('/').at(-1))).toEqual(['c']);
	});

	it('looks 1,000 events up a few at a time, and leaves no trace of those that are known', async () => {
		const many = Array.from({ length: 1_000 }, (_unused, index) => `job_${index}`);
		const before = finder();
		expect(await before.emitJobs(many)).toHaveLength(1_000);
		await turns(2_000);
		const kept = new Set(before.recorded);
		expect(kept.size).toBe(1_000);
		const after = finder(before.recorded);
		const sizes: number[] = [];
		expect(await after.emitJobs(many, { beforeKeep: ({ length }) => sizes.push(length) })).toEqual(
			[],
		);
		expect(sizes).toEqual(Array<number>(40).fill(50));
		expect(after.recorded).toEqual(kept);
	});

	it('leaves no pending key behind once it is settled, nor by redeliveries', async () => {
		const { emitJobs, deliver, recorded } = finder();
		await emitJobs(['a']);
		await turns();
		expect([...recorded]).toEqual([expect.stringMatching(/^event:/)]);
		const again = finder(recorded);
		expect(await again.deliver('a')).toEqual([]);
		await turns();
		expect([...recorded].filter((key) => key.startsWith('pending:'))).toEqual([]);
		expect(await deliver('a')).toEqual([]);
	});
});

describe('a job that is not as the list said', () => {
	it('comes out by no event where it was deleted meanwhile, and holds up no others', async () => {
		const { emitJobs, jobs } = finder();
		jobs.set('gone', GONE);
		jobs.set('deleted', () => done('deleted', { status: 'deleted' }));
		expect(ids(await emitJobs(['gone', 'a', 'deleted']))).toEqual(['a']);
		expect(await emitJobs(['gone', 'deleted'])).toEqual([]);
	});

	it('is asked for again where Get Job lags behind', async () => {
		const { emitJobs, jobs, sent } = finder();
		let asked = 0;
		jobs.set('slow', () => done('slow', { status: (asked += 1) < 4 ? 'processing' : 'completed' }));
		expect(ids(await emitJobs(['slow']))).toEqual(['slow']);
		expect(sent).toHaveLength(4);
	});

	it('fails all where it stays unfinished, so that the next look finds them again', async () => {
		const { emitJobs, jobs, recorded } = finder();
		jobs.set('slow', () => done('slow', { status: 'processing' }));
		await expect(emitJobs(['a', 'slow'])).rejects.toThrow('still gives it as processing');
		expect(recorded.size).toBe(0);
		jobs.delete('slow');
		expect(ids(await emitJobs(['a', 'slow']))).toEqual(['a', 'slow']);
	});

	it.each([
		['failed_x', done('failed_x'), 'job.failed', 'job.completed'],
		['x', lost('x'), 'job.completed', 'job.failed'],
	])('is left to its own event, so that it comes out once: %s', async (id, answer) => {
		const { emitJobs, jobs } = finder();
		jobs.set(id, () => answer);
		expect(await emitJobs([id])).toEqual([]);
	});

	it.each([
		['another metadata', { metadata: { project: 'b' } }, []],
		['the metadata wanted', { metadata: { project: 'a' } }, ['x']],
		['no metadata', {}, []],
	])('counts by what Get Job says of it: %s', async (_what, more, expected) => {
		const { emitJobs, jobs } = finder();
		jobs.set('x', () => done('x', more));
		const filters = { metadata: { values: [{ key: 'project', value: 'a' }] } };
		expect(ids(await emitJobs(['x'], { parameters: { filters } }))).toEqual(expected);
	});

	it('is none of this node where it names another webhook URL', async () => {
		const { emitJobs, jobs } = finder();
		jobs.set('x', () => done('x', { webhookUrl: 'https://n8n.example.com/webhook/2/webhook' }));
		const webhookUrl = 'https://n8n.example.com/webhook/1/webhook';
		expect(ids(await emitJobs(['x', 'y'], { webhookUrl }))).toEqual(['y']);
	});

	it('is not emitted where its event is not chosen any more', async () => {
		const { emitJobs } = finder();
		expect(await emitJobs(['x'], { parameters: { events: ['job.failed'] } })).toEqual([]);
	});
});

describe('a failure', () => {
	it('of one job emits none and records none; the next time all come out', async () => {
		const { emitJobs, jobs, recorded } = finder();
		jobs.set('bad', AWAY);
		await expect(emitJobs(['a', 'bad', 'c'])).rejects.toThrow();
		expect(recorded.size).toBe(0);
		jobs.delete('bad');
		expect(ids(await emitJobs(['a', 'bad', 'c']))).toEqual(['a', 'bad', 'c']);
	});

	it('of one job is its own item under Continue On Fail, and the others come out, all once', async () => {
		const { emitJobs, jobs } = finder();
		jobs.set('bad', AWAY);
		const setCustomData = jest.fn();
		const situation = { onError: 'continueRegularOutput', setCustomData };
		const items = await emitJobs(['a', 'bad', 'c'], situation);
		expect(setCustomData).not.toHaveBeenCalled();
		expect(ids(items)).toEqual(['a', 'bad', 'c']);
		expect(items[1]?.json).toMatchObject({ event: 'job.completed', error: expect.any(String) });
		expect(items[1]?.pairedItem).toEqual({ item: 1 });
		jobs.delete('bad');
		expect(await emitJobs(['a', 'bad', 'c'])).toEqual([]);
	});

	it.each([
		['before anything is looked up', { beforeKeep: away }],
		['when what is missing is recorded', { beforeKeep: skipping(1) }],
	])("of n8n's database %s emits none, and the next time all come out", async (_when, fault) => {
		const { emitJobs } = finder();
		await expect(emitJobs(['a', 'b'], fault)).rejects.toThrow('could not be recorded');
		expect(ids(await emitJobs(['a', 'b']))).toEqual(['a', 'b']);
		expect(await emitJobs(['a', 'b'])).toEqual([]);
	});

	it("of n8n's database gives an item for each job under Continue On Fail, and all come out the next time", async () => {
		const { emitJobs } = finder();
		const setCustomData = jest.fn();
		const situation = { beforeKeep: away, onError: 'continueRegularOutput', setCustomData };
		const items = await emitJobs(['a', 'b'], situation);
		expect(items.map(({ json, pairedItem }) => [json.id, json.error, pairedItem])).toEqual([
			['a', "The event could not be recorded in n8n's database", { item: 0 }],
			['b', "The event could not be recorded in n8n's database", { item: 1 }],
		]);
		// So that the process which looks hears of it, in queue mode as well.
		expect(setCustomData.mock.calls).toEqual([['audioSpliter', expect.any(String)]]);
		expect(ids(await emitJobs(['a', 'b']))).toEqual(['a', 'b']);
	});

	it("of n8n's database after the look-up repeats nothing that was emitted before a restart", async () => {
		const before = finder();
		await before.emitJobs(['a', 'b']);
		await turns();
		const after = finder(before.recorded);
		// The six tries of one removal.
		const beforeRemove = failing(6);
		expect(ids(await after.emitJobs(['a', 'b', 'c'], { beforeRemove }))).toEqual(['c']);
		expect(await after.emitJobs(['a', 'b', 'c'])).toEqual([]);
		await turns(50);
		expect(await finder(before.recorded).emitJobs(['a', 'b', 'c'])).toEqual([]);
	});

	it('of one job makes nobody look up the others again that are known', async () => {
		const before = finder();
		await before.emitJobs(['a', 'b']);
		const after = finder(before.recorded);
		after.jobs.set('bad', AWAY);
		await expect(after.emitJobs(['a', 'b', 'bad'])).rejects.toThrow();
		const keys: string[][] = [];
		after.jobs.delete('bad');
		const beforeKeep = (some: string[]) => void keys.push(some);
		expect(ids(await after.emitJobs(['a', 'b', 'bad'], { beforeKeep }))).toEqual(['bad']);
		expect(keys[0]).toHaveLength(2);
	});
});

/** Lets so many calls of the store through, and fails the others. */
function skipping(times: number) {
	let calls = 0;
	return () => {
		calls += 1;
		if (calls > times) away();
	};
}

describe('at the same moment', () => {
	it('two executions for the same jobs, and webhooks of them, emit each once', async () => {
		const { emitJobs, deliver, emitted } = finder();
		await Promise.all([
			emitJobs(['a', 'b', 'c']),
			deliver('a'),
			emitJobs(['c', 'b', 'd']),
			deliver('d'),
			deliver('a'),
		]);
		expect([...emitted].sort()).toEqual(['a', 'b', 'c', 'd'].map((id) => [id, 1]));
	});

	it('an execution that waits for another makes up for what that one did not emit', async () => {
		const { emitJobs, jobs } = finder();
		let asked = 0;
		jobs.set('bad', () => ((asked += 1) === 1 ? AWAY() : done('bad')));
		const [one, other] = await Promise.allSettled([emitJobs(['a', 'bad']), emitJobs(['a', 'bad'])]);
		expect(one.status).toBe('rejected');
		expect(other.status === 'fulfilled' && ids(other.value)).toEqual(['a', 'bad']);
	});
});

describe('Retry On Fail, retries and stops', () => {
	it('emits the same again where n8n runs the node again in one execution', async () => {
		const { emitJobs } = finder();
		const first = await emitJobs(['a', 'b'], { executionId: '7' });
		expect(await emitJobs(['a', 'b'], { executionId: '7' })).toEqual(first);
		expect(await emitJobs(['a', 'b'], { executionId: '8' })).toEqual([]);
	});

	it('makes up in the second run for what failed in the first', async () => {
		const { emitJobs, jobs } = finder();
		jobs.set('bad', AWAY);
		await expect(emitJobs(['a', 'bad'], { executionId: '7' })).rejects.toThrow();
		jobs.delete('bad');
		expect(ids(await emitJobs(['a', 'bad'], { executionId: '7' }))).toEqual(['a', 'bad']);
	});

	it("a user's retry emits what nobody has emitted meanwhile, so that nothing comes twice by hand", async () => {
		const { emitJobs } = finder();
		await emitJobs(['a']);
		expect(ids(await emitJobs(['a', 'b'], { mode: 'retry' }))).toEqual(['b']);
	});

	it('a stop leaves no record, whenever it comes', async () => {
		for (let call = 1; call <= 3; call++) {
			const { emitJobs, recorded } = finder();
			const controller = new AbortController();
			let calls = 0;
			const beforeKeep = () => {
				calls += 1;
				if (calls === call) controller.abort();
			};
			const running = emitJobs(['a', 'b'], { signal: controller.signal, beforeKeep });
			if (call < 3) await expect(running).rejects.toThrow('cancelled');
			else expect(await running).toHaveLength(2);
			await turns();
			if (call < 3) expect(recorded.size).toBe(0);
			expect(ids(await emitJobs(['a', 'b']))).toEqual(call < 3 ? ['a', 'b'] : []);
		}
	});
});

it('a value of Trigger On that does not exist ends it before anything is asked or recorded', async () => {
	const { emitJobs, sent, recorded } = finder();
	await expect(emitJobs(['a'], { parameters: { events: ['job.done'] } })).rejects.toThrow(
		"'Trigger On' must be",
	);
	expect([sent.length, recorded.size]).toEqual([0, 0]);
});
