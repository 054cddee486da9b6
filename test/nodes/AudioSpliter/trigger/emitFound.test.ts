import type { TestClock } from '../n8n/testClock';
import { useTestClock } from '../n8n/testClock';
import { AWAY, done, finder, GONE, ids, lost, turns } from './foundSetup';

jest.mock('n8n-workflow', () =>
	jest.requireActual<TestClock>('../n8n/testClock').workflowOnTestClock(),
);

useTestClock(Date.parse('2026-05-02T08:00:00Z'));

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

it('a value of Trigger On that does not exist ends it before anything is asked or recorded', async () => {
	const { emitJobs, sent, recorded } = finder();
	await expect(emitJobs(['a'], { parameters: { events: ['job.done'] } })).rejects.toThrow(
		"'Trigger On' must be",
	);
	expect([sent.length, recorded.size]).toEqual([0, 0]);
});
