import type { PolledJob } from '../../../../../nodes/AudioSpliter/waiting/polling/polledJob';
import { createWait, Failure, options, processing, START, type Answer } from './pollSetup';

describe('errors', () => {
	it('goes on after errors that pass by themselves, at growing intervals', async () => {
		const { run, asked } = createWait((age) =>
			age >= 300_000 ? { status: 'completed' } : new Failure({ kind: 'transient' }),
		);
		expect((await run())[0]?.kind).toBe('finished');
		expect(asked.slice(0, 5).map(({ age }) => age)).toEqual([
			5_000, 10_000, 20_000, 40_000, 70_000,
		]);
	});

	it('asks for no job before the time that the service named', async () => {
		const { run, asked } = createWait(
			(age) =>
				age < 60_000
					? new Failure({ kind: 'transient', retryAt: START + 60_000 })
					: { status: 'completed' },
			{},
			['a', 'b', 'c'],
		);
		expect((await run()).map(({ kind }) => kind)).toEqual(Array(3).fill('finished'));
		expect(asked.map(({ age }) => age)).toEqual([5_000, 60_000, 60_000, 60_000]);
	});

	it('never ends before maxWait, even if the service names a later time', async () => {
		const { run, clock, asked } = createWait(
			() => new Failure({ kind: 'transient', retryAt: START + 3_600_000 }),
			{
				options: options(120_000),
				jobs: [{ id: 'a', submittedAt: START, job: { status: 'queued' } }],
			},
		);
		const [outcome] = await run();
		expect(outcome).toMatchObject({
			kind: 'timedOut',
			status: 'queued',
			job: { status: 'queued' },
		});
		expect(outcome).toMatchObject({ error: expect.any(Failure) as Failure });
		expect(clock.now() - START).toBe(120_000);
		expect(asked).toHaveLength(1);
	});

	it('ends one job for its own error', async () => {
		const { run } = createWait(
			(_age, id) => (id === 'a' ? new Failure({ kind: 'job' }) : { status: 'completed' }),
			{},
			['a', 'b'],
		);
		const [a, b] = await run();
		expect(a).toMatchObject({ kind: 'error', status: 'unknown', error: expect.any(Failure) });
		expect(b?.kind).toBe('finished');
	});

	it('ends all jobs for an error of the account, without asking again', async () => {
		const { run, asked } = createWait(() => new Failure({ kind: 'all' }), {}, ['a', 'b', 'c']);
		expect((await run()).map(({ kind }) => kind)).toEqual(Array(3).fill('error'));
		expect(asked).toHaveLength(1);
	});

	it('keeps a finished job when another ends all', async () => {
		const { run } = createWait(
			(_age, id) => (id === 'a' ? { status: 'completed' } : new Failure({ kind: 'all' })),
			{},
			['a', 'b', 'c'],
		);
		expect((await run()).map(({ kind }) => kind)).toEqual(['finished', 'error', 'error']);
	});
});

describe('an answer that does not come', () => {
	const neverFor =
		(slow: string): Answer =>
		(age, id) => {
			if (id === slow) return new Promise<PolledJob>(() => undefined);
			return age >= 6_000 ? { status: 'completed' } : processing;
		};

	it('holds up no other job', async () => {
		const seen: Record<string, number> = {};
		const { run, clock } = createWait(
			neverFor('a'),
			{ options: options(60_000), onUpdate: (id) => (seen[id] = clock.now() - START) },
			['a', 'b', 'c'],
		);
		expect((await run()).map(({ kind }) => kind)).toEqual(['timedOut', 'finished', 'finished']);
		expect(Math.max(...Object.values(seen))).toBeLessThan(13_000);
	});

	it('is waited for, and not asked for once more meanwhile', async () => {
		const { run, asked, clock } = createWait(async (age) => {
			if (age < 6_000) await clock.sleep(30_000);
			return { status: 'completed' };
		});
		expect((await run())[0]?.kind).toBe('finished');
		expect(asked).toEqual([{ id: 'a', age: 5_000 }]);
		expect(clock.now() - START).toBe(35_000);
	});

	it('changes nothing once the job has ended otherwise', async () => {
		const { run } = createWait(
			(_age, id) =>
				id === 'a' ? new Promise<PolledJob>(() => undefined) : new Failure({ kind: 'all' }),
			{},
			['a', 'b'],
		);
		expect((await run()).map(({ kind }) => kind)).toEqual(['error', 'error']);
	});

	it('leaves the jobs their turn, one look after the other', async () => {
		const ids = ['a', 'b', 'c', 'd'];
		let atOnce = 0;
		let most = 0;
		const { run, asked, clock } = createWait(
			async (age) => {
				most = Math.max(most, ++atOnce);
				await clock.sleep(200);
				atOnce -= 1;
				return age >= 20_000 ? { status: 'completed' } : processing;
			},
			{},
			ids,
		);
		await run();
		expect(most).toBe(1);
		expect(asked.slice(0, 4).map(({ id }) => id)).toEqual(ids);
	});
});
