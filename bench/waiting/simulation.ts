import { createRandom } from '../random';
import { PROGRESS_MODELS } from '../simulated/progress';
import { median } from '../stats';
import { simulateLoop } from './loop';
import { LENGTHS } from './measure';
import { simulate } from './simulate';

/** AudioSpliter's plans: requests a minute, and jobs at once. */
export const PLANS = [
	{ plan: 'Free', limit: 10, most: 2 },
	{ plan: 'Starter', limit: 60, most: 5 },
	{ plan: 'Pro', limit: 300, most: 20 },
];

/** Which way of waiting: this package's polling, or a loop with a fixed pause in seconds. */
export type Way = 'polling' | 'guide' | 'wait 5 s' | 'wait 70 s';
export const WAYS: Way[] = ['polling', 'guide', 'wait 5 s', 'wait 70 s'];

/** What a way of waiting costs, over many runs. */
export interface Cost {
	/** API calls per job and run, the create and refused ones included. */
	calls: number[];
	/** 429 answers, all runs together. */
	refused: number;
	/** Milliseconds between a job's end and when it is seen, of all jobs. */
	delays: number[];
}

export interface Row {
	plan: string;
	jobs: number;
	/** Seconds. */
	length: number;
	costs: Record<Way, Cost>;
}

const LOOPS: Record<Exclude<Way, 'polling'>, { pause: number; asksAtOnce: boolean }> = {
	guide: { pause: 5_000, asksAtOnce: true },
	'wait 5 s': { pause: 5_000, asksAtOnce: false },
	'wait 70 s': { pause: 70_000, asksAtOnce: false },
};

interface Setting {
	lengths: number[];
	seed: number;
	latencyMs: number;
	limit?: number;
	windowKind: 'whole minutes';
}

async function simulateWay(way: Way, setting: Setting) {
	if (way !== 'polling') return await simulateLoop({ ...setting, ...LOOPS[way] });
	const model = PROGRESS_MODELS[setting.seed % PROGRESS_MODELS.length] ?? 'none';
	const { callsAt, refused, delays } = await simulate({ ...setting, model });
	return { calls: callsAt.length, refused, delays };
}

/**
 * What the ways of waiting cost for jobs of about this length, at once.
 *
 * @param length seconds; each job takes up to a fifth more or less
 * @param limit requests a minute; left out: unlimited
 */
export async function costsOf(
	{ jobs, length, limit }: { jobs: number; length: number; limit?: number },
	runs: number,
): Promise<Record<Way, Cost>> {
	const newCost = (): Cost => ({ calls: [], refused: 0, delays: [] });
	const costs: Record<Way, Cost> = {
		polling: newCost(),
		guide: newCost(),
		'wait 5 s': newCost(),
		'wait 70 s': newCost(),
	};
	for (let run = 0; run < runs; run++) {
		const random = createRandom(run * 7919 + length);
		const setting: Setting = {
			lengths: Array.from({ length: jobs }, () => length * 1000 * (0.8 + 0.4 * random())),
			seed: run,
			latencyMs: 50 + 200 * random(),
			limit,
			windowKind: 'whole minutes',
		};
		for (const way of WAYS) {
			const { calls, refused, delays } = await simulateWay(way, setting);
			costs[way].calls.push(calls / jobs);
			costs[way].refused += refused;
			costs[way].delays.push(...delays);
		}
	}
	return costs;
}

/** Every plan, with one job and with as many at once as it allows, over all lengths. */
export async function simulatePlans(runs: number, tell: (message: string) => void): Promise<Row[]> {
	const rows: Row[] = [];
	for (const { plan, limit, most } of PLANS) {
		for (const jobs of [1, most]) {
			for (const length of LENGTHS) {
				tell(`simulating: ${plan}, ${jobs} at once, ${length} s`);
				rows.push({ plan, jobs, length, costs: await costsOf({ jobs, length, limit }, runs) });
			}
		}
	}
	return rows;
}

/** API calls per job, the mean of all runs. */
export const meanCalls = ({ calls }: Cost): number =>
	calls.reduce((sum, count) => sum + count, 0) / calls.length;

/** Seconds. */
export const medianDelay = ({ delays }: Cost): number => median(delays) / 1000;
