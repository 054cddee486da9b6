import type { BenchContext, Benchmark } from '../benchmark';
import { PLANS } from '../waiting/simulation';
import { simulateBuilt } from './loops';
import { runReally } from './real';
import type { Overflow } from './service';
import type { BatchResult, BatchSetting } from './simulate';
import { simulateBatch } from './simulate';
import type { Row } from './tables';
import { batchesReport } from './tables';

const OVERFLOWS: Overflow[] = ['queues', 'answers 429'];

/** Seconds. */
const LENGTHS = [60, 300, 1200];

/** The largest batch that is simulated more than once, and beside other ways. */
const LARGE = 100;

const repeat = async (
	runs: number,
	simulate: (seed: number) => Promise<BatchResult>,
): Promise<BatchResult[]> => {
	const results: BatchResult[] = [];
	for (let seed = 0; seed < runs; seed++) results.push(await simulate(seed));
	return results;
};

/** A single recording is simulated so often that the worst run says something. */
const ALONE = 200;

const timesOf = (jobs: number, runs: number): number => {
	if (jobs > LARGE) return 1;
	return jobs === 1 && runs > 1 ? ALONE : runs;
};

async function simulateRow(
	setting: Omit<BatchSetting, 'seed'>,
	plan: string,
	runs: number,
): Promise<Row> {
	const { jobs, length, overflow } = setting;
	const isLarge = jobs > LARGE;
	const { places } = setting.plan;
	const times = timesOf(jobs, runs);
	// Where all are taken at once, that is: before, a refused create was given up.
	const hadWay = jobs === 20 && (overflow === 'queues' || places >= jobs);
	return {
		...{ plan, jobs, length, overflow, places, limit: setting.plan.limit },
		runs: await repeat(times, async (seed) => await simulateBatch({ ...setting, seed })),
		separate: await repeat(
			hadWay ? times : 0,
			async (seed) => await simulateBatch({ ...setting, seed, isSeparate: true }),
		),
		...(!isLarge && {
			oneByOne: await simulateBuilt('Loop Over Items', { ...setting, seed: 0 }),
			guide: await simulateBuilt("guide's loop", { ...setting, seed: 0 }),
		}),
	};
}

/** The batch with the fewest requests for its work, whose time depends the most on chance. */
const TIGHTEST: Omit<BatchSetting, 'seed'> = {
	...{ plan: { limit: 10, places: 2 }, jobs: 20, length: 60 },
	overflow: 'answers 429',
};

async function simulateRows(
	{ quick, tell }: Pick<BenchContext, 'quick' | 'tell'>,
	runs: number,
): Promise<Row[]> {
	const sizes = quick ? [1, 20] : [1, 20, LARGE, 1_000];
	const lengths = quick ? LENGTHS.slice(0, 1) : LENGTHS;
	const rows: Row[] = [];
	for (const { plan, limit, most } of PLANS) {
		for (const jobs of sizes) {
			for (const length of lengths) {
				tell(`simulating: ${plan}, ${jobs} recordings of ${length} s`);
				for (const overflow of OVERFLOWS) {
					const setting = { plan: { limit, places: most }, overflow, jobs, length };
					rows.push(await simulateRow(setting, plan, runs));
				}
			}
		}
	}
	return rows;
}

async function run(context: BenchContext) {
	const { quick } = context;
	const runs = quick ? 1 : 12;
	const rows = await simulateRows(context, runs);
	const tightest = await repeat(
		quick ? 6 : 240,
		async (seed) => await simulateBatch({ ...TIGHTEST, seed }),
	);
	const real = await runReally(
		context,
		quick ? { jobs: 2, length: 1, held: 10 } : { jobs: 10, length: 20, held: 1_000 },
	);
	return batchesReport({ rows, runs, tightest, real });
}

export const batches: Benchmark = { title: 'Batches of recordings', run };
