import { callsAllowed, leastSlowness, worstAlone } from '../../../bench/batches/bounds';
import { simulateBuilt } from '../../../bench/batches/loops';
import { leastTime, simulateBatch } from '../../../bench/batches/simulate';
import { PROGRESS_MODELS } from '../../../bench/waiting/service';

const plan = { limit: 60, places: 5 };
const setting = { plan, overflow: 'answers 429', jobs: 20, length: 60, seed: 1 } as const;

it('shares the work out over the places', () => {
	expect(leastTime([10, 10, 10], 2)).toBe(20);
	expect(leastTime([30, 10, 10, 10], 2)).toBe(30);
});

it('finishes every recording, with few refusals and no poll refused', async () => {
	const { finished, refusedCreates, limited, took, least } = await simulateBatch(setting);
	expect({ finished, limited }).toEqual({ finished: 20, limited: 0 });
	expect(refusedCreates).toBeLessThanOrEqual(6);
	expect(took / least).toBeLessThan(1.1);
});

it.each([
	{ plan: { limit: 10, places: 2 }, jobs: 20 },
	{ plan: { limit: 60, places: 5 }, jobs: 20 },
	{ plan: { limit: 300, places: 20 }, jobs: 100 },
])('keeps to 1.10 of the time of the plan with any kind of progress: $plan', async (given) => {
	for (const seed of PROGRESS_MODELS.keys()) {
		const run = await simulateBatch({ ...setting, ...given, seed });
		expect(run.took / run.least).toBeLessThanOrEqual(1.1);
		expect(run.limited).toBe(0);
	}
});

it('takes as many times as long one by one as there are places', async () => {
	const { finished, took, least } = await simulateBuilt('Loop Over Items', setting);
	expect(finished).toBe(20);
	expect(took / least).toBeGreaterThan(4);
});

it('asks more than twice as often where each job is asked for by itself, over all kinds of progress', async () => {
	const counts = { together: 0, separate: 0 };
	for (const seed of PROGRESS_MODELS.keys()) {
		const base = { ...setting, plan: { limit: 300, places: 20 }, seed };
		counts.together += (await simulateBatch(base)).calls;
		counts.separate += (await simulateBatch({ ...base, isSeparate: true })).calls;
	}
	expect(counts.together / counts.separate).toBeLessThanOrEqual(0.5);
});

it('works out what the requests of a plan allow', () => {
	const free = { places: 2, limit: 10, jobs: 20, length: 60 };
	expect(callsAllowed(free)).toBe(5);
	expect(leastSlowness(free)).toBeCloseTo(1 + 0.4 / 7 / 2);
	expect(worstAlone({ ...free, jobs: 1 })).toBeCloseTo(1 + 6 / 48);
});
