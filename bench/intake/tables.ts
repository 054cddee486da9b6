import type { Report, ReportTable } from '../benchmark';
import { median, quantile, ratios, withInterval, withSpread } from '../stats';
import type { Limit } from '../verdict';
import { everyRound, inWords, judgeMedian } from '../verdict';
import type { Duplicates } from './duplicates';
import type { Plan, Series } from './measure';

const isOwn = ({ contender }: Pick<Series, 'contender'>): boolean =>
	contender.baseline === 'audiospliter-trigger';

const rates = ({ rounds }: Series): number[] =>
	rounds.map(({ finishedPerSecond }) => finishedPerSecond);

/** Empty where the system does not tell. */
const processorTime = ({ rounds }: Series): string => {
	const times = rounds.map((round) => round.processorTime);
	return times.some(Number.isNaN) ? '' : `${withSpread(times, 0)} ms`;
};

const find = (series: Series[], atOnce: number, wanted: (series: Series) => boolean): number[] => {
	const found = series.find((candidate) => candidate.atOnce === atOnce && wanted(candidate));
	return found === undefined ? [] : rates(found);
};

const empty = (series: Series[], atOnce: number, withCredential = false): number[] =>
	find(
		series,
		atOnce,
		({ contender }) =>
			contender.baseline === 'empty-trigger' &&
			contender.typeVersion === undefined &&
			(contender.withCredential ?? false) === withCredential,
	);

const own = (series: Series[], atOnce: number, remembered: number): number[] =>
	find(series, atOnce, (one) => isOwn(one) && one.contender.remembered === remembered);

const looking = (series: Series[], atOnce: number): number[] =>
	find(series, atOnce, ({ contender }) => contender.looks === true);

const rateTable = (
	series: Series[],
	atOnce: number,
	title = `${atOnce} at a time`,
): ReportTable => ({
	title,
	head: [
		'',
		'deliveries/s, executed',
		'to the empty trigger',
		'deliveries/s, answered',
		'p50 answer',
		'p99 answer',
		'processor time each',
	],
	rows: series
		.filter((one) => one.atOnce === atOnce)
		.map((one) => {
			const answers = one.rounds.flatMap(({ acknowledgements }) => acknowledgements);
			const refused = one.rounds.reduce((sum, round) => sum + round.refused, 0);
			return [
				`${one.contender.label}${refused > 0 ? ` (${refused} not answered with 200)` : ''}`,
				withSpread(rates(one), 1),
				withSpread(ratios(rates(one), empty(series, atOnce)), 2),
				withSpread(
					one.rounds.map(({ acknowledgedPerSecond }) => acknowledgedPerSecond),
					1,
				),
				`${quantile(answers, 0.5).toFixed(0)} ms`,
				`${quantile(answers, 0.99).toFixed(0)} ms`,
				processorTime(one),
			];
		}),
});

const duplicateTable = (duplicates: Duplicates[], { repeated }: Plan): ReportTable => ({
	title: 'Duplicates let through',
	head: [
		'',
		`of ${repeated.deliveries} deliveries of ${repeated.events} events, 16 at a time`,
		`of ${repeated.events} redeliveries after a restart`,
		'events lost',
	],
	rows: duplicates.map(({ contender, overlapping, afterRestart, lost }) => [
		contender.label,
		String(overlapping),
		String(afterRestart),
		String(lost),
	]),
});

const findings = (series: Series[], duplicates: Duplicates[], { atOnce }: Plan): string[] => {
	const list = (value: (count: number) => number[]) =>
		atOnce.map((count) => `${withInterval(value(count))} at ${count} at a time`).join(', ');
	const toEmpty = (count: number, withCredential = false) =>
		ratios(own(series, count, 0), empty(series, count, withCredential));
	const credential = (count: number) => ratios(empty(series, count, true), empty(series, count));
	const version2 = (count: number) =>
		ratios(
			find(
				series,
				count,
				({ contender }) => contender.baseline === 'audiospliter-trigger-version-2',
			),
			empty(series, count),
		);
	const cost = (count: number) => ratios(own(series, count, 0), own(series, count, 10_000));
	const plain = (count: number) => toEmpty(count, true);
	const looks = (count: number) => ratios(looking(series, count), empty(series, count, true));
	const verdicts = (value: (count: number) => number[], limit: Limit) =>
		atOnce
			.map((count) => `At ${count} at a time: ${inWords(judgeMedian(value(count), limit))}.`)
			.join(' ');
	const passed = duplicates
		.filter(isOwn)
		.map(({ overlapping, afterRestart }) => overlapping + afterRestart);
	return [
		`Goal: no slower than the empty community trigger, by the median of the pairs. Rate to that of the empty trigger, in brackets where the median lies with 95 % confidence: ${list((count) => toEmpty(count))}; to that of the empty trigger with a credential: ${list(plain)}. ${verdicts(toEmpty, { atLeast: 1 })}`,
		`Goal: at least 0.95 of the rate of the empty trigger with a credential, with *Look for Missed Events* off and on, by the median of the pairs. Off: ${list(plain)}. ${verdicts(plain, { atLeast: 0.95 })} On: ${list(looks)}. ${verdicts(looks, { atLeast: 0.95 })}`,
		`What a credential alone takes, as n8n looks it up at each execution: the empty trigger with one to that without is at ${list(credential)}.`,
		`The same trigger as node version 2, which this package does not have, to the empty trigger: ${list(version2)}.`,
		`Goal: the cost of a delivery with 10,000 events remembered at most 1.2 times that with none, by the median of the pairs. Measured: ${list(cost)}. ${verdicts(cost, { atMost: 1.2 })}`,
		`Goal: no duplicate. Let through by AudioSpliter Trigger: ${everyRound(passed, { atMost: 0 }, String)}.`,
	];
};

export interface IntakeMeasurements {
	series: Series[];
	/** The same on an n8n that makes isolates only where an expression needs one, 8 at a time. */
	lazy: Series[];
	duplicates: Duplicates[];
}

/** Makes the tables, the chart and the findings of the intake benchmark. */
export function intakeReport({ series, lazy, duplicates }: IntakeMeasurements, plan: Plan): Report {
	const most = plan.atOnce.at(-1) ?? 1;
	return {
		method: `Signed \`job.completed\` events with ten segments each, new ones all of them, delivered to workflows on one n8n that consist of the trigger (or chain) and a node that does nothing: ${plan.rounds} rounds of ${plan.deliveries} deliveries to each, in turns, and ${plan.decidingRounds - plan.rounds} more to the four that the goals are about (the empty trigger, the one with a credential, and this package's with nothing remembered and looking for missed events). "Executed" counts until the last execution has ended, "answered" until the last delivery was acknowledged. Under load the trigger lets its record rest, for 0.1 s at most, so that many events share a call: the last executions of a round wait for that, which weighs the more the shorter a round is. The workflows are in \`bench/baselines\`. The empty community trigger checks nothing and remembers nothing: no trigger of a community package can do less. With a credential, which it does not read, it shows what n8n takes for looking up at each execution whether the workflow may use it. n8n makes two expression isolates per delivery, which is half of the processor time of an empty trigger; it spares its own Webhook node one of them. For every trigger of node version 1 it also evaluates an expression (\`options.binaryData\`) before the node's code runs; the empty trigger of version 2, the same otherwise, shows what that takes, and this package's trigger, called version 2 for the benchmark alone, what it would gain. With \`N8N_EXPRESSION_ENGINE_LAZY_ACQUIRE=true\` and \`N8N_EXPRESSION_ENGINE_COMPILE_CACHE=true\`, which n8n calls experimental, it makes only the isolates that an expression needs.`,
		tables: [
			...plan.atOnce.map((count) => rateTable(series, count)),
			rateTable(lazy, 8, '8 at a time, where n8n makes isolates lazily'),
			duplicateTable(duplicates, plan),
		],
		charts: {
			'benchmark-intake': {
				title: `Deliveries per second, ${most} at a time`,
				bars: series
					.filter(({ atOnce }) => atOnce === most)
					.map((one) => ({
						label: one.contender.label,
						value: median(rates(one)),
						text: `${median(rates(one)).toFixed(1)}/s`,
						own: isOwn(one),
					})),
			},
			'benchmark-duplicates': {
				title: `Duplicates let through, of ${plan.repeated.deliveries} redeliveries`,
				bars: duplicates.map(({ contender, overlapping, afterRestart }) => ({
					label: contender.label,
					value: overlapping + afterRestart,
					text: String(overlapping + afterRestart),
					own: isOwn({ contender }),
				})),
			},
		},
		findings: findings(series, duplicates, plan),
	};
}
