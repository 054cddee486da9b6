import type { Report } from '../benchmark';
import type { ActiveContender } from '../intake/contenders';
import { median, withSpread } from '../stats';
import type { Part } from './shares';

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

/** Makes the table and the findings of the profile. */
export function profileReport(
	profiled: Profiled[],
	{ rounds, deliveries, atOnce }: Record<'rounds' | 'deliveries' | 'atOnce', number>,
): Report {
	const own = profiled.find(({ contender }) => contender.baseline === 'audiospliter-trigger');
	const share = own ? median(partOf(own, 'trigger')) / median(busy(own)) : NaN;
	return {
		method: `A CPU profile of n8n's main thread, for the workflows of the benchmark above: ${rounds} rounds of ${deliveries} deliveries to each, ${atOnce} at a time, in turns. Milliseconds for each delivery, from its arrival to the end of its execution. *Expressions* is n8n's expression engine: making, using and disposing of its isolates. *The trigger's code* is the node itself, with what n8n does at its call. What n8n has to look up and to write down for a node's credential and for its record of events is under *database* and *the rest*.`,
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
		],
		charts: {},
		findings: [
			`The code of this package takes ${(100 * share).toFixed(1)} % of the main thread's time for a delivery to its trigger.`,
		],
	};
}
