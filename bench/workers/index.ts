import type { BenchContext, Benchmark, Report } from '../benchmark';
import { inWords, judgeEveryRound } from '../verdict';
import type { WorkersResult } from './simulate';
import { simulateWorkers } from './simulate';

const MINUTE = 60_000;
const WORKERS = [1, 2, 5, 10, 50, 100, 1_000];
const QUICK_WORKERS = [1, 10];
const PLANS = [
	{ plan: 'Starter', limit: 60 },
	{ plan: 'Pro', limit: 300 },
];
/** Jobs at once where there are fewer workers: what the Pro plan allows. */
const JOBS = 20;

interface Row extends WorkersResult {
	plan: string;
	limit: number;
	workers: number;
	jobs: number;
}

const seconds = (ms: number | undefined) =>
	ms === undefined ? '-' : `${(ms / 1000).toFixed(0)} s`;

const toCells = (row: Row): string[] => [
	`${row.plan}, ${row.limit}/min`,
	String(row.workers),
	String(row.jobs),
	String(row.allowed),
	String(row.refused),
	seconds(row.delays[Math.floor(row.delays.length / 2)]),
	seconds(row.delays.at(-1)),
	String(row.notSubmitted),
	String(row.timedOut),
	`${row.minutes.toFixed(0)} min`,
];

async function run({ quick, tell }: BenchContext): Promise<Report> {
	const rows: Row[] = [];
	for (const { plan, limit } of PLANS) {
		for (const workers of quick ? QUICK_WORKERS : WORKERS) {
			tell(`${plan}, ${workers} workers`);
			const jobs = Math.max(JOBS, workers);
			const result = await simulateWorkers({
				...{ workers, jobs, limit, seed: workers, maxWaitMs: 60 * MINUTE },
			});
			rows.push({ plan, limit, workers, jobs, ...result });
		}
	}
	const timedOut = rows.map((row) => row.timedOut);
	const lost = rows.filter(({ notSubmitted }) => notSubmitted > 0);
	return {
		method:
			'In simulated time, worker processes that know nothing of each other share one API key, whose requests the service counts by whole minutes. Each job takes 1 to 10 minutes, starts within the first minute and is waited for by polling, for an hour at most.',
		tables: [
			{
				title: "Workers that share one API key's requests",
				head: [
					...['plan', 'workers', 'jobs', 'calls', '429', 'median delay', 'max delay'],
					...['not submitted', 'timed out', 'over after'],
				],
				rows: rows.map(toCells),
			},
		],
		charts: {},
		findings: [
			`Goal: a 429 only delays a wait. Waits that timed out, in all rows: ${timedOut.reduce((sum, count) => sum + count, 0)}: ${inWords(judgeEveryRound(timedOut, { atMost: 0 }))}.`,
			...lost.map(
				({ plan, workers, notSubmitted, jobs }) =>
					`${plan} with ${workers} workers: ${notSubmitted} of ${jobs} jobs were given up before they were submitted, after five minutes of 429 answers.`,
			),
		],
	};
}

export const workers: Benchmark = { title: 'One API key, many workers', run };
