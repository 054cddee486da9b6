import type { CameOut } from '../../../bench/batches/comeOut';
import type { BatchResult } from '../../../bench/batches/simulate';
import type { Measured } from '../../../bench/batches/tables';
import { batchesReport } from '../../../bench/batches/tables';

const run = (changes: Partial<BatchResult> = {}): BatchResult => ({
	...{ finished: 20, took: 105, least: 100, calls: 80, lists: 0, gets: 60 },
	...{ refusedCreates: 1, limited: 0, ...changes },
});

const measured = (changes: Partial<Measured> = {}): Measured => ({
	rows: [
		{
			...{ plan: 'Starter', places: 5, overflow: 'answers 429', jobs: 20, length: 60, limit: 60 },
			...{ runs: [run()], separate: [run({ calls: 200 })] },
		},
	],
	...{ runs: 1, tightest: [run(), run({ took: 112 })] },
	real: {
		batches: [
			{
				...{ name: 'By Polling', jobs: 4, finished: 4, took: 7_000, least: 6_000 },
				...{ calls: 9, refused: 1 },
			},
		],
		held: {
			...{ items: 1_000, cancelledIn: 300, requestsAfter: 0 },
			waitNode: { name: 'Wait', used: 3, resident: 10 },
			polling: { name: 'By Polling', used: 20, resident: 200 },
		},
		cameOut: [
			{ name: 'By Polling', items: 5_000, used: 8, peak: 68 },
			{ name: 'Code', items: 5_000, used: 3, peak: 20 },
		],
	},
	...changes,
});

/** The finding about a goal. */
const about = (goal: string, changes?: Partial<Measured>): string | undefined =>
	batchesReport(measured(changes)).findings.find((finding) => finding.startsWith(`Goal: ${goal}`));

it('has a table for each plan, the real runs and the memory', () => {
	const { tables } = batchesReport(measured());
	expect(tables.map(({ rows }) => rows.length)).toEqual([0, 1, 0, 1, 2, 2]);
});

it('reports whether every recording was finished', () => {
	expect(about('every recording')).toMatch(/100 %: met\.$/);
	const [row] = measured().rows;
	const rows = [{ ...row, runs: [run({ finished: 19 })] }] as Measured['rows'];
	expect(about('every recording', { rows })).toMatch(/95 %: not met\.$/);
});

it('says how often the tightest batch keeps to the time', () => {
	expect(about("at most 1.10 of the plan's time")).toContain(
		'over 2 runs: 1.08 in the median, at most 1.10 in 50 % of them, and 1.12 in the worst.',
	);
});

it('judges the memory beyond that of the items alone', () => {
	expect(about('while the jobs of 1,000')).toMatch(/Measured: 17 MB: met\.$/);
	const { real } = measured();
	const polling = { ...real.held.polling, used: 60 };
	const more = { real: { ...real, held: { ...real.held, polling } } };
	expect(about('while the jobs of 1,000', more)).toMatch(/Measured: 57 MB: not met\.$/);
});

it('judges how long a cancel takes', () => {
	expect(about('that run is cancelled')).toContain('Measured: 0.3 s: met.');
});

it('judges the memory of what comes out beyond that of the same items of another node', () => {
	expect(about('when 5,000 items')).toContain('Measured: 5 MB: met.');
	const { real } = measured();
	const [polling, made] = real.cameOut as [CameOut, CameOut];
	const more = { real: { ...real, cameOut: [{ ...polling, used: 60 }, made] } };
	expect(about('when 5,000 items', more)).toContain('Measured: 57 MB: not met.');
});

it('judges a single recording by the worst run, and by what the requests of the plan allow', () => {
	const alone = { ...measured().rows[0], jobs: 1 };
	const rowsWith = (took: number, limit: number) =>
		({
			rows: [
				{ ...alone, limit, separate: [], runs: [run({ finished: 1 }), run({ finished: 1, took })] },
			],
		}) as Partial<Measured>;
	expect(about('at most 1.10 for a single', rowsWith(110, 60))).toContain(': met.');
	expect(about('at most 1.10 for a single', rowsWith(113, 10))).toContain(': met.');
	expect(about('at most 1.10 for a single', rowsWith(113, 10))).toContain('no less than');
	expect(about('at most 1.10 for a single', rowsWith(114, 10))).toContain(': not met.');
	expect(about('at most 1.10 for a single', rowsWith(113, 60))).toContain(': not met.');
});
