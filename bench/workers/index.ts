import Table from 'cli-table3';
import { simulateWorkers } from './simulate';

const MINUTE = 60_000;
const WORKERS = [1, 2, 5, 10, 50, 100, 1_000];
const PLANS = [
	{ plan: 'Starter', limit: 60 },
	{ plan: 'Pro', limit: 300 },
];

const seconds = (ms: number | undefined) => `${((ms ?? 0) / 1000).toFixed(0)} s`;

/** Prints what workers cost that share one API key's requests; the argument is the most workers to simulate. */
async function main(): Promise<void> {
	const most = Number(process.argv[2] ?? 1_000);
	const table = new Table({
		head: [
			'plan',
			'workers',
			'jobs',
			'calls',
			'429',
			'median delay',
			'max',
			'timed out',
			'over after',
		],
		style: { head: [], border: [] },
	});
	for (const { plan, limit } of PLANS) {
		for (const workers of WORKERS.filter((count) => count <= most)) {
			const jobs = Math.max(20, workers);
			const result = await simulateWorkers({
				...{ workers, jobs, limit, seed: workers, maxWaitMs: 60 * MINUTE },
			});
			table.push([
				...[`${plan}, ${limit}/min`, workers, jobs, result.allowed, result.refused],
				seconds(result.delays[Math.floor(result.delays.length / 2)]),
				seconds(result.delays.at(-1)),
				result.notSubmitted,
				`${result.timedOut} of ${jobs}`,
				`${result.minutes.toFixed(0)} min`,
			]);
		}
	}
	console.log('One API key, jobs of 1 to 10 minutes waited for by polling, maxWait 60 minutes');
	console.log(table.toString());
}

void main();
