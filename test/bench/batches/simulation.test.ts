import { callsAllowed, leastSlowness, worstAlone } from '../../../bench/batches/bounds';
import { simulateBuilt } from '../../../bench/batches/loops';
import { leastTime, simulateBatch } from '../../../bench/batches/simulate';
import { PROGRESS_MODELS } from '../../../bench/simulated/progress';

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

it.each([
	{ limit: 10, length: 60 },
	{ limit: 60, length: 60 },
	{ limit: 10, length: 300 },
])(
	'notices the end of a single recording in time, in the worst of many runs: $limit, $length',
	async (given) => {
		const allowed = Math.max(1.1, worstAlone(given));
		for (let seed = 0; seed < 60; seed++) {
			const single = {
				...setting,
				jobs: 1,
				length: given.length,
				plan: { ...plan, limit: given.limit },
			};
			const run = await simulateBatch({ ...single, seed });
			expect(run.took / run.least).toBeLessThanOrEqual(allowed);
			expect(run.limited).toBe(0);
		}
	},
);

it('goes by a list that lags behind no longer than it has to, with few requests', async () => {
	const tight = { ...setting, plan: { limit: 10, places: 2 }, listLag: 120_000 };
	for (const seed of PROGRESS_MODELS.keys()) {
		const run = await simulateBatch({ ...tight, seed });
		expect(run.finished).toBe(20);
		expect(run.took / run.least).toBeLessThan(1.4);
	}
});

it('asks for the list with two jobs under way and few requests, which then tells of both', async () => {
	const run = await simulateBatch({ ...setting, plan: { limit: 10, places: 2 } });
	expect(run.lists).toBeGreaterThan(10);
	expect(run.refusedCreates).toBeLessThanOrEqual(3);
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
	expect(worstAlone({ limit: 10, length: 60 })).toBeCloseTo(1 + 6.25 / 48);
	// Poll Interval is longer than the pause that 60 requests a minute allow.
	expect(worstAlone({ limit: 60, length: 60 })).toBeCloseTo(1 + 5.25 / 48);
});
