import type { Report, ReportTable } from '../benchmark';
import { median } from '../stats';
import { everyRound } from '../verdict';
import { PLANS } from '../waiting/simulation';
import { callsAllowed, leastSlowness, worstAlone } from './bounds';
import type { CameOut } from './comeOut';
import type { HeldItems } from './held';
import { CANCEL_WITHIN } from './held';
import type { RealBatch } from './real';
import type { Overflow } from './service';
import type { BatchResult } from './simulate';

/** The largest multiple of the plan's time that a batch may take. */
const GOAL = 1.1;

/** One row: a batch on a plan, over several runs, beside what people build by hand. */
export interface Row {
	plan: string;
	places: number;
	overflow: Overflow;
	jobs: number;
	/** Seconds. */
	length: number;
	runs: BatchResult[];
	/** Requests a minute. */
	limit: number;
	/** The same with all submitted first and each asked for by itself, where that was possible. */
	separate: BatchResult[];
	/** Left out where it would take too long to simulate. */
	oneByOne?: BatchResult;
	guide?: BatchResult;
}

const mean = (values: number[]): number =>
	values.reduce((sum, value) => sum + value, 0) / values.length;
const callsPerJob = (runs: BatchResult[], jobs: number): number =>
	mean(runs.map(({ calls }) => calls / jobs));
const slowness = ({ took, least }: BatchResult): number => took / least;
const slownesses = ({ runs }: Pick<Row, 'runs'>): number[] => runs.map(slowness);

/** What a run may take: the goal, or what the plan's requests and the smallest pause between two polls allow, if that is more. */
const allowed = (row: Pick<Row, 'jobs' | 'limit' | 'length'>): number =>
	row.jobs === 1 ? Math.max(GOAL, worstAlone(row)) : GOAL;

const percent = (share: number): string => `${(100 * share).toFixed(0)} %`;
const times = (ratio: number): string => ratio.toFixed(2);
const megabytes = (size: number): string => `${Math.round(size)} MB`;
const thousands = (count: number): string => count.toLocaleString('en-US');

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
		'in the worst run',
		'allowed',
		'calls per job',
		'each by itself',
		'refused creates, at most',
		'429 of polls',
		'Loop Over Items',
		"guide's loop",
	],
	rows: rows
		.filter((row) => row.plan === plan)
		.map((row) => [row, slownesses(row)] as const)
		.map(([{ jobs, length, limit, overflow, runs, separate, oneByOne, guide }, all]) => [
			`${jobs} of ${length / 60} min, ${overflow}`,
			String(Math.min(...runs.map(({ finished }) => finished))),
			times(median(all)),
			times(Math.max(...all)),
			times(allowed({ jobs, length, limit })),
			callsPerJob(runs, jobs).toFixed(1),
			separate.length === 0 ? 'not simulated' : callsPerJob(separate, jobs).toFixed(1),
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

const heldTable = ({ items, waitNode, polling }: HeldItems): ReportTable => ({
	title: `Memory of n8n with ${thousands(items)} recordings in one run`,
	head: ['', 'in use, garbage collected', 'taken from the machine'],
	rows: [waitNode, polling].map(({ name, used, resident }) => [
		name,
		megabytes(used),
		megabytes(resident),
	]),
});

const outTable = (cameOut: CameOut[]): ReportTable => ({
	title: `Memory of n8n while ${thousands(cameOut[0]?.items ?? 0)} items come out of one run`,
	head: ['', 'in use with all of them out, garbage collected', 'taken from the machine at most'],
	rows: cameOut.map(({ name, used, peak }) => [name, megabytes(used), megabytes(peak)]),
});

/** The finding about a run whose jobs all come out. */
function outFinding([polling, made]: CameOut[]): string {
	const beyond = (polling?.used ?? NaN) - (made?.used ?? NaN);
	return `Goal: when ${thousands(polling?.items ?? 0)} items come out of one run, n8n's memory is at most 50 MB larger than with the same items from its Code node. Measured: ${everyRound([beyond], { atMost: 50 }, megabytes)}. What the process takes from the machine at most, until the execution is stored, is mostly garbage of n8n's own saving, and least for what runs second.`;
}

/** The row whose requests are the fewest for its work. */
const tightestRow = (rows: Row[]): Row | undefined =>
	rows
		.filter(({ jobs }) => jobs > 1)
		.sort((a, b) => callsAllowed(a) - callsAllowed(b))
		.at(0);

/** What no way of asking can do better, with many recordings. */
function budgetBound(rows: Row[]): string {
	const row = tightestRow(rows);
	if (row === undefined) return '';
	return `The plan's own requests allow no less than ${times(leastSlowness(row))} on ${row.plan} with ${row.length / 60} min each if no progress is reported: ${callsAllowed(row).toFixed(0)} calls for each job while all places are busy, one of them its create, and the others have to find an end that lies anywhere within a fifth of the length before or after.`;
}

/** How often the batch with the fewest requests for its work keeps the goal, over many more runs than the table has. */
function tightestRuns(runs: BatchResult[]): string {
	const all = runs.map(slowness);
	const kept = all.filter((ratio) => ratio <= GOAL).length;
	return `That row alone, with 20 recordings that are refused beyond the limit, over ${runs.length} runs: ${times(median(all))} in the median, at most ${times(GOAL)} in ${percent(kept / all.length)} of them, and ${times(Math.max(...all))} in the worst.`;
}

/** The rows whose bound is above the goal, in words. */
function boundsAlone(rows: Row[]): string {
	const bounds = rows
		.filter((row) => row.jobs === 1 && allowed(row) > GOAL)
		.map((row) => `${times(allowed(row))} on ${row.plan} with ${row.length / 60} min`);
	const different = [...new Set(bounds)];
	return different.length === 0
		? ''
		: `Where no progress is reported, the plan's requests and Poll Interval allow no less than ${different.join(', ')}: with one recording, the delay until its end is noticed counts in full.`;
}

/** Findings about the time that batches take. */
function timeFindings(rows: Row[], tightest: BatchResult[]): string[] {
	const several = [
		...rows.filter(({ jobs }) => jobs > 1).flatMap(slownesses),
		...slownesses({ runs: tightest }),
	];
	const alone = rows.filter(({ jobs }) => jobs === 1);
	const beyond = alone.flatMap((row) => slownesses(row).map((time) => time / allowed(row)));
	return [
		`Goal: at most 1.10 of the plan's time, for 20 recordings and more. Measured: ${everyRound(several, { atMost: GOAL }, times, 'runs')}. ${budgetBound(rows)} ${tightestRuns(tightest)}`,
		`Goal: at most 1.10 for a single recording, or what the plan's own requests allow where that is more. Measured: ${everyRound(beyond, { atMost: 1 }, (share) => `${percent(share)} of that`, 'runs')}. ${boundsAlone(rows)}`.trim(),
	];
}

/** Findings about the calls that batches cost. */
function callFindings(rows: Row[]): string[] {
	const all = rows.flatMap((row) => row.runs.map((run) => ({ row, run })));
	const shares = rows
		.filter(({ jobs, places, separate }) => jobs === 20 && places === 20 && separate.length > 0)
		.map(({ runs, separate, jobs }) => callsPerJob(runs, jobs) / callsPerJob(separate, jobs));
	const refusals = all.map(({ row, run }) => run.refusedCreates / (row.places + row.jobs / 20));
	const limited = all.map(({ run }) => run.limited);
	return [
		`Goal: at most one refused create for each place and run, plus 5 %. Measured: ${everyRound(refusals, { atMost: 1 }, (share) => `${percent(share)} of that`, 'runs')}.`,
		`Goal: at most half of the calls where 20 jobs run at once and are waited for together, beside submitting all and asking for each by itself, as the node did before. Measured: ${everyRound(shares, { atMost: 0.5 }, percent, 'rows')}.`,
		`Goal: no poll answered 429. Measured: ${everyRound(limited, { atMost: 0 }, String, 'runs')}.`,
	];
}

/** Findings about a run of very many items in n8n itself. */
function heldFindings({
	items,
	waitNode,
	polling,
	cancelledIn,
	requestsAfter,
}: HeldItems): string[] {
	const beyond = polling.used - waitNode.used;
	return [
		`Goal: while the jobs of ${thousands(items)} recordings are waited for, n8n's memory is at most 50 MB larger than with the items alone. Measured: ${everyRound([beyond], { atMost: 50 }, megabytes)}.`,
		`Goal: that run is cancelled within a second. Measured: ${everyRound([cancelledIn / 1000], { atMost: CANCEL_WITHIN / 1000 }, (seconds) => `${seconds.toFixed(1)} s`)}. Requests later than that: ${requestsAfter}.`,
	];
}

/** What the batches benchmark measured. */
export interface Measured {
	rows: Row[];
	/** How often each row was simulated. */
	runs: number;
	/** More runs of the batch with the fewest requests for its work. */
	tightest: BatchResult[];
	real: { batches: RealBatch[]; held: HeldItems; cameOut: CameOut[] };
}

/** Makes the tables and the findings of the batches benchmark. */
export function batchesReport({ rows, runs, tightest, real }: Measured): Report {
	const shares = rows.flatMap((row) => row.runs.map(({ finished }) => finished / row.jobs));
	return {
		method: `A run of Create with many recordings, on plans that work on a few at once: simulated like waiting, with the package's own code for submitting and waiting against a service that queues what is beyond its limit, or answers 429. ${runs} runs for each row (of one recording more, of 1,000 recordings one), each with jobs up to a fifth longer or shorter. The time is given as a multiple of what the plan needs for the work itself. Beside it: each recording by itself in Loop Over Items, and the guide's loop, which submits all and asks for each every five seconds, and gives up on a recording that is refused for five minutes. "Each by itself" is how the node itself did it before: all submitted first, each asked for by Get Job. Memory is that of a real n8n while one run waits for jobs of which none begins, beyond what it was before that run, and beside the same items in n8n's own Wait node; then that of a run whose jobs all end and come out as segments, beside the same items from n8n's Code node.`,
		tables: [
			...PLANS.map((plan) => planTable(rows, plan)),
			realTable(real.batches),
			heldTable(real.held),
			outTable(real.cameOut),
		],
		charts: {},
		findings: [
			`Goal: every recording finished. Measured: ${everyRound(shares, { atLeast: 1 }, percent, 'runs')}.`,
			...timeFindings(rows, tightest),
			...callFindings(rows),
			...heldFindings(real.held),
			outFinding(real.cameOut),
		],
	};
}
