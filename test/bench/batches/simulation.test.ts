import { simulateBuilt } from '../../../bench/batches/loops';
import { leastTime, simulateBatch } from '../../../bench/batches/simulate';
import { batchesReport } from '../../../bench/batches/tables';

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

it('takes as many times as long one by one as there are places', async () => {
	const { finished, took, least } = await simulateBuilt('Loop Over Items', setting);
	expect(finished).toBe(20);
	expect(took / least).toBeGreaterThan(4);
});

it('reports whether the goals are met', async () => {
	const run = await simulateBatch(setting);
	const row = {
		...{ plan: 'Starter', places: 5, overflow: setting.overflow, jobs: 20, length: 60 },
		...{ runs: [run], single: [run] },
	};
	const report = batchesReport([row], [], 1);
	expect(report.tables[1]?.rows).toHaveLength(1);
	expect(report.findings).toContainEqual(
		expect.stringMatching(/^Goal: every recording finished\..* met\.$/),
	);
});
