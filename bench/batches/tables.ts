import type { Report, ReportTable } from '../benchmark';
import { median } from '../stats';
import { everyRound } from '../verdict';
import { PLANS } from '../waiting/simulation';
import type { RealBatch } from './real';
import type { Overflow } from './service';
import type { BatchResult } from './simulate';

/** One row: a batch on a plan, over several runs, beside what people build by hand. */
export interface Row {
	plan: string;
	places: number;
	overflow: Overflow;
	jobs: number;
	/** Seconds. */
	length: number;
	runs: BatchResult[];
	/** The same without the list: how every job was waited for before. */
	single: BatchResult[];
	/** Left out where it would take too long to simulate. */
	oneByOne?: BatchResult;
	guide?: BatchResult;
}

const mean = (values: number[]): number =>
	values.reduce((sum, value) => sum + value, 0) / values.length;
const callsPerJob = (runs: BatchResult[], jobs: number): number =>
	mean(runs.map(({ calls }) => calls / jobs));
const slowness = ({ took, least }: BatchResult): number => took / least;
const percent = (share: number): string => `${(100 * share).toFixed(0)} %`;
const times = (ratio: number): string => ratio.toFixed(2);

const handBuilt = (result: BatchResult | undefined, jobs: number): string =>
	result === undefined
		? 'not simulated'
		: `${result.finished} done, ${times(slowness(result))}, ${(result.calls / jobs).toFixed(1)} calls, ${result.limited + result.refusedCreates} refused`;

const planTable = (rows: Row[], { plan, limit, most }: (typeof PLANS)[number]): ReportTable => ({
	title: `${plan}: ${most} jobs at once, ${limit} requests a minute (simulated)`,
	head: [
		'recordings, length, beyond the limit',
		'finished',
		"time, of the plan's own",
		'calls per job',
		'without the list',
		'refused creates, at most',
		'429 of polls',
		'Loop Over Items',
		"guide's loop",
	],
	rows: rows
		.filter((row) => row.plan === plan)
		.map(({ jobs, length, overflow, runs, single, oneByOne, guide }) => [
			`${jobs} of ${length / 60} min, ${overflow}`,
			String(Math.min(...runs.map(({ finished }) => finished))),
			times(median(runs.map(slowness))),
			callsPerJob(runs, jobs).toFixed(1),
			single.length === 0 ? 'not simulated' : callsPerJob(single, jobs).toFixed(1),
			String(Math.max(...runs.map(({ refusedCreates }) => refusedCreates))),
			String(Math.max(...runs.map(({ limited }) => limited))),
			handBuilt(oneByOne, jobs),
			handBuilt(guide, jobs),
		]),
});

const realTable = (real: RealBatch[]): ReportTable => ({
	title: 'A short batch in n8n itself, against the sandbox',
	head: ['', 'finished', "time, of the plan's own", 'calls per job', 'refused creates'],
	rows: real.map(({ name, jobs, finished, took, least, calls, refused }) => [
		name,
		String(finished),
		times(took / least),
		(calls / jobs).toFixed(1),
		String(refused),
	]),
});

/** Makes the tables and the findings of the batches benchmark. */
export function batchesReport(rows: Row[], real: RealBatch[], runs: number): Report {
	const all = rows.flatMap((row) => row.runs.map((run) => ({ row, run })));
	const together = rows.filter(
		({ jobs, places, single }) => jobs === 20 && places === 20 && single.length > 0,
	);
	const shares = together.map(
		({ runs: own, single, jobs }) => callsPerJob(own, jobs) / callsPerJob(single, jobs),
	);
	const refusals = all.map(({ row, run }) => run.refusedCreates - row.places - row.jobs / 20);
	return {
		method: `A run of Create with many recordings, on plans that work on a few at once: simulated like waiting, with the package's own code for submitting and waiting against a service that queues what is beyond its limit, or answers 429. ${runs} runs for each row (one of 1,000 recordings), each with jobs up to a fifth longer or shorter. The time is given as a multiple of what the plan needs for the work itself. Beside it: each recording by itself in Loop Over Items, and the guide's loop, which submits all and asks for each every five seconds, and gives up on a recording that is refused for five minutes.`,
		tables: [...PLANS.map((plan) => planTable(rows, plan)), realTable(real)],
		charts: {},
		findings: [
			`Goal: every recording finished. Measured: ${everyRound(
				all.map(({ row, run }) => run.finished / row.jobs),
				{ atLeast: 1 },
				percent,
				'runs',
			)}.`,
			`Goal: at most 1.10 of the plan's time. Measured: ${everyRound(
				all.map(({ run }) => slowness(run)),
				{ atMost: 1.1 },
				times,
				'runs',
			)}. A single recording is its own last one, so that the delay until its end is noticed counts in full.`,
			`Goal: at most one refused create for each place and run, plus 5 %. Measured: ${everyRound(refusals, { atMost: 0 }, (more) => `${more.toFixed(0)} more than that`, 'runs')}.`,
			`Goal: at most half of the calls where 20 jobs are waited for together. Measured: ${everyRound(shares, { atMost: 0.5 }, percent, 'rows')}.`,
			`Goal: no poll answered 429. Measured: ${everyRound(
				all.map(({ run }) => run.limited),
				{ atMost: 0 },
				String,
				'runs',
			)}.`,
		],
	};
}
