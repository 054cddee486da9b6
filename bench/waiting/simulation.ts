import Table from 'cli-table3';
import { LENGTHS, measure, median } from './measure';
import { PROGRESS_MODELS, type WindowKind } from './service';
import { simulate } from './simulate';
import { createRandom } from './virtualClock';

const percent = (share: number) => `${(100 * share).toFixed(1)} %`;

async function printPollingTable(title: string, runs: number, spread: number): Promise<void> {
	console.log(`\n${title}`);
	const table = new Table({
		head: ['progress', 'length', 'calls', 'guide', 'ratio', 'median delay', 'of length', 'max'],
		style: { head: [], border: [] },
	});
	for (const model of PROGRESS_MODELS) {
		const rows = [];
		for (const length of LENGTHS) rows.push(await measure(model, length, runs, spread));
		for (const row of rows) {
			table.push([
				row.model,
				`${row.length} s`,
				row.calls.toFixed(1),
				row.guideCalls.toFixed(1),
				percent(row.calls / row.guideCalls),
				`${row.medianDelay.toFixed(1)} s`,
				percent(median(row.shares)),
				`${row.maxDelay.toFixed(1)} s`,
			]);
		}
		const calls = rows.reduce((sum, row) => sum + row.calls, 0);
		const guideCalls = rows.reduce((sum, row) => sum + row.guideCalls, 0);
		table.push([
			`${model}: all`,
			'',
			calls.toFixed(1),
			guideCalls.toFixed(1),
			percent(calls / guideCalls),
			'',
			`runs ${percent(median(rows.flatMap(({ shares }) => shares)))}, rows ${percent(median(rows.map(({ shares }) => median(shares))))}`,
			`${Math.max(...rows.map(({ maxDelay }) => maxDelay)).toFixed(1)} s`,
		]);
	}
	console.log(table.toString());
}

const PLANS = [
	{ plan: 'Free', limit: 10, jobs: 2 },
	{ plan: 'Starter', limit: 60, jobs: 5 },
	{ plan: 'Pro', limit: 300, jobs: 20 },
];
const WINDOW_KINDS: WindowKind[] = ['whole minutes', 'from first request', 'sliding'];

async function printBudgetTable(runs: number): Promise<void> {
	console.log("\nRequest budgets: all lengths and progress models, the plan's jobs at once");
	const table = new Table({
		head: ['plan', 'jobs', 'window', 'others', 'runs', '429 answers', 'completed', 'max delay'],
		style: { head: [], border: [] },
	});
	for (const { plan, limit, jobs } of PLANS) {
		for (const windowKind of WINDOW_KINDS) {
			for (const others of [undefined, limit]) {
				let refused = 0;
				let completed = 0;
				let maxDelay = 0;
				for (let run = 0; run < runs; run += 1) {
					const random = createRandom(run + 1);
					const length = LENGTHS[run % LENGTHS.length] ?? 20;
					const model = PROGRESS_MODELS[run % PROGRESS_MODELS.length] ?? 'none';
					const result = await simulate({
						model,
						lengths: Array.from({ length: jobs }, () => length * 1000 * (0.8 + 0.4 * random())),
						seed: run + 1,
						limit,
						windowKind,
						...(others !== undefined && { others }),
					});
					refused += result.refused;
					completed += result.outcomes.filter(({ outcome }) => outcome === 'completed').length;
					maxDelay = Math.max(maxDelay, ...result.delays);
				}
				table.push([
					`${plan}, ${limit}/min`,
					jobs,
					windowKind,
					others === undefined ? 'none' : `${others}/min`,
					runs,
					refused,
					`${completed} of ${runs * jobs}`,
					`${(maxDelay / 1000).toFixed(1)} s`,
				]);
			}
		}
	}
	console.log(table.toString());
}

/** Prints the tables; the first argument is the number of runs behind each row. */
async function main(): Promise<void> {
	const runs = Number(process.argv[2] ?? 200);
	await printPollingTable('Jobs of exactly these lengths', runs, 0);
	await printPollingTable('Jobs of these lengths, more or less by up to 20 %', runs, 0.2);
	await printBudgetTable(runs);
}

void main();
