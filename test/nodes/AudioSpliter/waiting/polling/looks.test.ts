import type { SimulatedJob } from '../../../../../bench/batches/service';
import { simulateBatch } from '../../../../../bench/batches/simulate';

const as = (status: string, progress?: number) => (jobs: SimulatedJob[]) =>
	jobs.map(({ id }) => ({ id, status, ...(progress !== undefined && { progress }) }));

let asked = 0;
const DISTORTED: Array<[string, (jobs: SimulatedJob[]) => SimulatedJob[]]> = [
	['has every job as completed', as('completed')],
	['has every job as failed', as('failed')],
	['has every job as queued', as('queued')],
	['has every job at 99 %', as('processing', 99)],
	['never has a job as finished', as('processing', 0)],
	['has the jobs of others only', () => as('completed')([{ id: 'of others', status: '' }])],
	['lacks every other job', (jobs) => jobs.filter((_job, index) => index % 2 === 0)],
	['changes its mind', (jobs) => as((asked += 1) % 2 === 0 ? 'completed' : 'queued')(jobs)],
];

describe.each(DISTORTED)('a list that %s', (_name, distort) => {
	const setting = { overflow: 'answers 429', jobs: 40, length: 60, distort } as const;

	it('leads to no wrong end, and holds up no other job', async () => {
		for (const seed of [0, 1, 5]) {
			const plan = { limit: 60, places: 5 };
			const run = await simulateBatch({ ...setting, plan, seed });
			expect(run.finished).toBe(40);
			expect(run.took / run.least).toBeLessThanOrEqual(1.1);
			expect(run.limited).toBe(0);
			expect(run.refusedCreates).toBeLessThanOrEqual(7);
		}
	});

	it('costs no more calls than no list', async () => {
		const plan = { limit: 300, places: 20 };
		const base = { ...setting, jobs: 20, length: 300, plan, seed: 1 } as const;
		const withoutList = await simulateBatch({ ...base, distort: () => [] });
		expect((await simulateBatch({ ...base, distort })).calls).toBeLessThanOrEqual(
			1.1 * withoutList.calls,
		);
	});
});

it.each([5_000, 30_000, 120_000])('stands a list that lags %i ms behind', async (listLag) => {
	const plan = { limit: 60, places: 5 };
	const setting = { overflow: 'answers 429', jobs: 40, length: 60, plan, listLag } as const;
	for (const seed of [0, 1, 5]) {
		const run = await simulateBatch({ ...setting, seed });
		expect(run.finished).toBe(40);
		expect(run.took / run.least).toBeLessThanOrEqual(1.15);
		expect(run.limited).toBe(0);
	}
});
