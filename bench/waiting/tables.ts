import type { Report, ReportTable } from '../benchmark';
import { median } from '../stats';
import { everyRound } from '../verdict';
import type { RealWait } from './real';
import type { Cost, Row, Way } from './simulation';
import { meanCalls, medianDelay, PLANS } from './simulation';

/** What the simulation expects of one job of this length (seconds). */
export interface Expected {
	length: number;
	costs: Record<Way, Cost>;
}

/** The names that the workflows of `bench/slots` have, and the simulation's for the same. */
const REAL_WAYS: Record<string, Way> = {
	'By Polling': 'polling',
	'Wait node loop, 5 s': 'wait 5 s',
	'Wait node loop, 70 s': 'wait 70 s',
};

const ratio = ({ costs }: Row): number => meanCalls(costs.polling) / meanCalls(costs.guide);

const percent = (share: number): string => `${(100 * share).toFixed(0)} %`;

const planTable = (rows: Row[], { plan, limit }: (typeof PLANS)[number]): ReportTable => ({
	title: `${plan}: ${limit} requests a minute (simulated)`,
	head: [
		'jobs at once, length',
		'calls per job: polling',
		"guide's loop",
		'ratio',
		'Wait node, 5 s',
		'Wait node, 70 s',
		'429: polling',
		"guide's loop",
		'median delay: polling',
		"guide's loop",
		'Wait node, 70 s',
		"worker-seconds per job: polling, guide's loop, Wait node 5 s",
	],
	rows: rows
		.filter((row) => row.plan === plan)
		.map((row) => {
			const { costs, jobs, length } = row;
			const held = (['polling', 'guide', 'wait 5 s'] as const).map((way) =>
				(length + medianDelay(costs[way])).toFixed(0),
			);
			return [
				`${jobs} of ${length} s`,
				meanCalls(costs.polling).toFixed(1),
				meanCalls(costs.guide).toFixed(1),
				percent(ratio(row)),
				meanCalls(costs['wait 5 s']).toFixed(1),
				meanCalls(costs['wait 70 s']).toFixed(1),
				String(costs.polling.refused),
				String(costs.guide.refused),
				`${medianDelay(costs.polling).toFixed(1)} s`,
				`${medianDelay(costs.guide).toFixed(1)} s`,
				`${medianDelay(costs['wait 70 s']).toFixed(1)} s`,
				held.join(', '),
			];
		}),
});

const range = (values: number[], digits: number): string =>
	`${Math.min(...values).toFixed(digits)}-${Math.max(...values).toFixed(digits)}`;

const realTable = (version: string, real: RealWait[], expected: Expected[]): ReportTable => ({
	title: `One job, on a real n8n ${version} that runs one execution at a time`,
	head: [
		'',
		'API calls',
		'simulated',
		'delay',
		'simulated',
		'worker-seconds',
		'other runs meanwhile',
	],
	rows: real
		.filter(({ n8nVersion }) => n8nVersion === version)
		.map((wait) => {
			const { name, length, calls, total, held, others } = wait;
			const way = REAL_WAYS[name];
			const cost = way && expected.find((one) => one.length === length)?.costs[way];
			return [
				`${name}, job of ${length} s`,
				String(calls),
				cost ? range(cost.calls, 0) : '',
				`${(total / 1000 - length).toFixed(1)} s`,
				cost
					? `${range(
							cost.delays.map((delay) => delay / 1000),
							1,
						)} s`
					: '',
				(held / 1000).toFixed(1),
				String(others),
			];
		}),
});

/** Of each run: the calls of polling as a share of those of the guide's loop, all rows together. */
const sharesOfRuns = (rows: Row[], runs: number): number[] => {
	const total = (way: Way, run: number) =>
		rows.reduce((sum, { costs }) => sum + (costs[way].calls[run] ?? NaN), 0);
	return Array.from(
		{ length: runs },
		(_unused, run) => total('polling', run) / total('guide', run),
	);
};

/** Makes the tables, the chart and the findings of the waiting benchmark. */
export function waitingReport(
	rows: Row[],
	expected: Expected[],
	real: RealWait[],
	runs: number,
): Report {
	const shares = sharesOfRuns(rows, runs);
	const worst = Math.max(...rows.map(ratio));
	const versions = [...new Set(real.map(({ n8nVersion }) => n8nVersion))];
	const paused = real.filter(({ name }) => name === 'Pause Until Webhook');
	const pausedCalls = paused.map(({ calls }) => calls);
	const pausedHeld = paused.map(({ held }) => held / 1000);
	const long = rows.filter(({ plan, jobs }) => plan === 'Pro' && jobs === 1).at(-1);
	const bar = (label: string, value: number, own: boolean) => ({
		...{ label, value, own },
		text: value.toFixed(value < 10 ? 1 : 0),
	});
	return {
		method: `How this package waits, beside the loop of AudioSpliter's guide on polling (every 5 s, looking at nothing but the job's status) and a loop built by hand of n8n's Wait node. Simulated: the package's own schedule and request budget against a service that counts requests by the minute, ${runs} runs for each row, each with jobs up to a fifth longer or shorter, another latency, another phase, and one of six ways in which progress may be reported; the simulation is in \`bench/waiting\`. Real: the ways of waiting on a real n8n, and on the oldest that this package claims to work with, against the sandbox, which shows whether the simulation is true. Calls include the create and refused ones. A worker-second is a second in which an execution runs, and holds one of n8n's slots: polling and every Wait node below 65 s hold it all the time, the others as long as the real runs show. The delay of a real run includes n8n's own start and end of the execution.`,
		tables: [
			...PLANS.map((plan) => planTable(rows, plan)),
			...versions.map((version) => realTable(version, real, expected)),
		],
		charts: {
			'benchmark-waiting': {
				title: `API calls for a job of ${(long?.length ?? 0) / 60} minutes`,
				bars: [
					bar('Pause Until Webhook', Math.max(...pausedCalls), true),
					...(long
						? [
								bar('Polling', meanCalls(long.costs.polling), true),
								bar("The guide's loop, 5 s", meanCalls(long.costs.guide), false),
								bar('Wait node loop, 5 s', meanCalls(long.costs['wait 5 s']), false),
								bar('Wait node loop, 70 s', meanCalls(long.costs['wait 70 s']), false),
							]
						: []),
				],
			},
		},
		findings: [
			`Goal: polling with at most 30 % of the guide's calls, all rows together. Measured: ${everyRound(shares, { atMost: 0.3 }, percent, 'runs')}; the median is ${percent(median(shares))}. The least favourable row: ${percent(worst)}.`,
			`429 answers in all rows: ${rows.reduce((sum, { costs }) => sum + costs.polling.refused, 0)} with polling, ${rows.reduce((sum, { costs }) => sum + costs.guide.refused, 0)} with the guide's loop.`,
			`Goal: with a pause, at most 2 calls a job, whatever its length. Measured: ${everyRound(pausedCalls, { atMost: 2 }, (calls) => `${calls} calls`, 'waits')}.`,
			`Goal: with a pause, under 1 worker-second a job, whatever its length. Measured: ${everyRound(pausedHeld, { under: 1 }, (held) => `${held.toFixed(1)} worker-seconds`, 'waits')}.`,
		],
	};
}
