import type { TestClock } from '../n8n/testClock';
import { useTestClock } from '../n8n/testClock';
import { AWAY, away, finder, ids, turns } from './foundSetup';

jest.mock('n8n-workflow', () =>
	jest.requireActual<TestClock>('../n8n/testClock').workflowOnTestClock(),
);

useTestClock(Date.parse('2026-05-02T08:00:00Z'));

/** A failure that the first so many calls meet. */
const failing = (times: number) => {
	let calls = 0;
	return () => {
		calls += 1;
		if (calls <= times) away();
	};
};

/** Lets so many calls of the store through, and fails the others. */
const skipping = (times: number) => {
	let calls = 0;
	return () => {
		calls += 1;
		if (calls > times) away();
	};
};

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
		await expect(emitJobs(['a', 'b'], fault)).rejects.toMatchObject({
			message: "The event could not be recorded in n8n's database",
			description: expect.stringContaining('A later look or poll tries it again'),
		});
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
		await turns();
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
