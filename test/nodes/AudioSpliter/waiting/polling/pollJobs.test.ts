import { createRandom } from '../../../../../bench/random';
import { WaitCancelledError } from '../../../../../nodes/AudioSpliter/n8n/clock';
import type { PolledJob } from '../../../../../nodes/AudioSpliter/waiting/polling/polledJob';
import { after, createWait, Failure, options, processing, START, type Answer } from './pollSetup';

describe('how a job ends', () => {
	it.each(['completed', 'failed', 'cancelled', 'expired'])('with the status %s', async (status) => {
		const { run } = createWait(after(20_000, { status }));
		await expect(run()).resolves.toMatchObject([
			{ id: 'a', kind: 'finished', status, job: { status } },
		]);
	});

	it.each(['queued', 'paused', ''])('but not with the status %p', async (status) => {
		const { run } = createWait(after(20_000, { status }));
		await expect(run()).resolves.toMatchObject([{ id: 'a', kind: 'timedOut', status }]);
	});

	it('gives the outcomes in the order of the jobs, and asks once for a job listed twice', async () => {
		const ids = ['slow', 'quick', 'slow'];
		const { run, asked } = createWait(
			(age, id) =>
				age >= (id === 'slow' ? 40_000 : 10_000) ? { status: 'completed' } : processing,
			{},
			ids,
		);
		expect((await run()).map(({ id, kind }) => `${id} ${kind}`)).toEqual([
			'slow finished',
			'quick finished',
			'slow finished',
		]);
		const ages = asked.filter(({ id }) => id === 'slow').map(({ age }) => age);
		expect(new Set(ages).size).toBe(ages.length);
	});

	it('needs no look when there is no job', async () => {
		await expect(createWait(after(0, processing), {}, []).run()).resolves.toEqual([]);
	});

	it('looks at once at a job of unknown age', async () => {
		const { run, asked } = createWait(after(0, { status: 'completed' }), { jobs: [{ id: 'a' }] });
		await run();
		expect(asked).toEqual([{ id: 'a', age: 0 }]);
	});

	it('tells of every look', async () => {
		const onUpdate = jest.fn();
		const { run, asked } = createWait(after(20_000, { status: 'completed' }), { onUpdate });
		await run();
		expect(onUpdate).toHaveBeenCalledTimes(asked.length);
		expect(onUpdate).toHaveBeenLastCalledWith('a', { status: 'completed' });
	});
});

describe('maxWait', () => {
	it('looks a last time at the deadline and reports what it saw', async () => {
		const { run, clock, asked } = createWait(() => ({ status: 'processing', progress: 7 }), {
			options: options(90_000),
		});
		await expect(run()).resolves.toMatchObject([
			{
				id: 'a',
				kind: 'timedOut',
				status: 'processing',
				job: { status: 'processing', progress: 7 },
			},
		]);
		expect(asked.at(-1)?.age).toBe(90_000);
		expect(clock.now() - START).toBe(90_000);
	});

	it('notices a job that finishes just before the deadline', async () => {
		const { run } = createWait(after(89_900, { status: 'completed' }), {
			options: options(90_000),
		});
		expect((await run())[0]?.kind).toBe('finished');
	});

	it('leaves out the last look when the budget has no slot for it', async () => {
		const { run, asked, clock } = createWait(() => processing, {
			options: options(90_000),
			budget: {
				nextSlot: (_kind, now) => (now < START + 40_000 ? now : START + 200_000),
				pollPace: () => 0,
			},
		});
		expect((await run())[0]).toMatchObject({ kind: 'timedOut', status: 'processing' });
		expect(asked.every(({ age }) => age < 40_000)).toBe(true);
		expect(clock.now() - START).toBe(90_000);
	});

	it('ends although a call never does', async () => {
		const { run, clock } = createWait(() => new Promise<PolledJob>(() => undefined), {
			options: options(90_000),
		});
		expect((await run())[0]).toMatchObject({ kind: 'timedOut', status: 'unknown' });
		expect(clock.now() - START).toBeLessThanOrEqual(96_000);
	});

	it.each([0, -1, NaN])('looks once with a maxWait of %p', async (maxWait) => {
		const { run, asked } = createWait(() => processing, { options: options(maxWait) });
		expect((await run())[0]?.kind).toBe('timedOut');
		expect(asked).toHaveLength(1);
	});
});

describe('cancelling', () => {
	it.each([
		['between looks', 7_300, () => processing],
		['during a call', 7_300, () => new Promise<PolledJob>(() => undefined)],
		['while the service is down', 40_000, () => new Failure({ kind: 'transient' })],
	])('ends within a second %s', async (_name, at, answer: Answer) => {
		const controller = new AbortController();
		const { run, clock } = createWait(answer, { signal: controller.signal });
		void clock.sleep(at).then(() => controller.abort());
		await expect(run()).rejects.toThrow(WaitCancelledError);
		expect(clock.now() - START).toBeGreaterThanOrEqual(at);
		expect(clock.now() - START).toBeLessThan(at + 1_000);
	});

	it('asks for nothing when it is cancelled already', async () => {
		const { run, asked } = createWait(() => processing, { signal: AbortSignal.abort() });
		await expect(run()).rejects.toThrow(WaitCancelledError);
		expect(asked).toEqual([]);
	});
});

it('keeps its promises for any service', async () => {
	for (let seed = 1; seed <= 60; seed += 1) {
		const random = createRandom(seed);
		const maxWait = 10_000 + random() * 300_000;
		const lengths = new Map(['a', 'b', 'c', 'd'].map((id) => [id, random() * 400_000]));
		const { run, clock, asked } = createWait(
			(age, id) => {
				if (random() < 0.2) return new Failure({ kind: 'transient' });
				if (random() < 0.1) {
					return new Failure({ kind: 'transient', retryAt: START + age + random() * 20_000 });
				}
				return age >= (lengths.get(id) ?? 0)
					? { status: 'completed' }
					: { status: 'processing', progress: Math.floor(random() * 110) };
			},
			{ random, options: options(maxWait) },
			[...lengths.keys()],
		);
		const outcomes = await run();
		expect(outcomes.map(({ id }) => id)).toEqual([...lengths.keys()]);
		for (const { id, kind } of outcomes) {
			expect(['finished', 'timedOut']).toContain(kind);
			const ages = asked.filter((look) => look.id === id).map(({ age }) => age);
			for (const [index, age] of ages.slice(1).entries()) {
				expect(age - (ages[index] ?? 0)).toBeGreaterThanOrEqual(1_000 - 1e-3);
			}
			if (kind === 'timedOut') expect(clock.now() - START).toBeGreaterThanOrEqual(maxWait - 1e-3);
			else expect(Math.max(...ages)).toBeGreaterThanOrEqual(lengths.get(id) ?? 0);
		}
		expect(Math.max(...asked.map(({ age }) => age))).toBeLessThanOrEqual(maxWait + 1);
	}
});
