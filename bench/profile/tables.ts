import type { Report, ReportTable } from '../benchmark';
import type { ActiveContender } from '../intake/contenders';
import { median, withSpread } from '../stats';
import type { Part } from './shares';
import type { Counted } from './statements';
import type { Threads, ThreadUse } from './threads';

/** Milliseconds of n8n's main thread for one delivery, by what it was busy with. */
export interface Profiled {
	contender: ActiveContender;
	rounds: Array<Record<Part, number>>;
}

const COLUMNS: Array<[Part, string]> = [
	['expressions', 'expressions'],
	['database', 'database'],
	['trigger', "the trigger's code"],
	['garbage', 'garbage collection'],
	['rest', 'the rest of n8n'],
];

const partOf = ({ rounds }: Profiled, part: Part): number[] => rounds.map((time) => time[part]);

/** Without waiting, and without what the recording itself takes. */
const busy = ({ rounds }: Profiled): number[] =>
	rounds.map((time) => COLUMNS.reduce((sum, [part]) => sum + time[part], 0));

const THREADS: Array<[kind: keyof ThreadUse, title: string, digits: number]> = [
	['main', 'main thread', 1],
	['isolates', 'making isolates', 1],
	['engine', 'compiling, collecting garbage', 1],
	['files', 'files and database', 1],
	['other', 'others', 1],
	['pages', 'page faults', 0],
];

const threadTable = (threads: Threads[], atOnce: number): ReportTable => ({
	title: `Milliseconds of processor time for each delivery by thread, ${atOnce} at a time`,
	head: ['', ...THREADS.map(([, title]) => title)],
	rows: threads.map(({ contender, rounds }) => [
		contender.label,
		...THREADS.map(([kind, , digits]) =>
			withSpread(
				rounds.map((use) => use[kind]),
				digits,
			),
		),
	]),
});

const statementTable = (counted: Counted[]): ReportTable => {
	const counts = [...(counted[0]?.perDelivery.keys() ?? [])];
	return {
		title: 'Statements to the database for each delivery',
		head: [
			'',
			...counts.flatMap((count) => [`reads, ${count} at a time`, 'writes', 'transactions']),
		],
		rows: counted.map(({ contender, perDelivery }) => [
			contender.label,
			...[...perDelivery.values()].flatMap(({ reads, writes, transactions }) =>
				[reads, writes, transactions].map((count) => count.toFixed(1)),
			),
		]),
	};
};

export interface ProfileMeasurements {
	profiled: Profiled[];
	/** Empty where the system does not tell. */
	threads: Threads[];
	counted: Counted[];
}

/** Makes the tables and the findings of the profile. */
export function profileReport(
	{ profiled, threads, counted }: ProfileMeasurements,
	plan: Record<'rounds' | 'deliveries' | 'atOnce' | 'mostAtOnce', number>,
): Report {
	const { rounds, deliveries, atOnce, mostAtOnce } = plan;
	const own = profiled.find(({ contender }) => contender.baseline === 'audiospliter-trigger');
	const share = own ? median(partOf(own, 'trigger')) / median(busy(own)) : NaN;
	return {
		method: `A CPU profile of n8n's main thread, for the workflows of the benchmark above: ${rounds} rounds of ${deliveries} deliveries to each, ${atOnce} at a time, in turns. Milliseconds for each delivery, from its arrival to the end of its execution. *Expressions* is n8n's expression engine: making, using and disposing of its isolates. *The trigger's code* is the node itself, with what n8n does at its call. What n8n has to look up and to write down for a node's credential and for its record of events is under *database* and *the rest*; how many statements that are, counted in a run of its own, does not depend on what else the machine does. The threads are measured without a profiler, ${mostAtOnce} at a time. A page fault is a piece of memory that the system hands out.`,
		tables: [
			{
				title: `Milliseconds of the main thread for each delivery, ${atOnce} at a time`,
				head: ['', 'in all', ...COLUMNS.map(([, title]) => title)],
				rows: profiled.map((one) => [
					one.contender.label,
					withSpread(busy(one), 1),
					...COLUMNS.map(([part]) => withSpread(partOf(one, part), 1)),
				]),
			},
			...(threads.length > 0 ? [threadTable(threads, mostAtOnce)] : []),
			statementTable(counted),
		],
		charts: {},
		findings: [
			`The code of this package takes ${(100 * share).toFixed(1)} % of the main thread's time for a delivery to its trigger.`,
		],
	};
}
