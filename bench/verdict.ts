import { median, medianInterval } from './stats';

/** What a goal allows. */
export type Limit = { atMost: number } | { under: number } | { atLeast: number };

/** Whether a goal was met. */
export type Verdict =
	| { kind: 'met' }
	| { kind: 'not met' }
	/** By the median; but with 95 % confidence it may lie on either side of the limit. */
	| { kind: 'undecided'; byMedian: 'met' | 'not met' }
	| { kind: 'not measured' };

const keeps = (value: number, limit: Limit): boolean => {
	if ('atMost' in limit) return value <= limit.atMost;
	if ('under' in limit) return value < limit.under;
	return value >= limit.atLeast;
};

const isMeasured = (values: readonly number[]): boolean =>
	values.length > 0 && !values.some(Number.isNaN);

/** The round that is farthest on the limit's wrong side. */
const worstOf = (values: readonly number[], limit: Limit): number =>
	'atLeast' in limit ? Math.min(...values) : Math.max(...values);

/** Judges a promise that holds for every round, such as a limit of memory: the worst round decides. */
export const judgeEveryRound = (values: readonly number[], limit: Limit): Verdict => {
	if (!isMeasured(values)) return { kind: 'not measured' };
	return { kind: keeps(worstOf(values, limit), limit) ? 'met' : 'not met' };
};

/**
 * Judges a goal about the median, such as the ratio of two things that were measured in pairs: single pairs differ by what
 * else the machine did. The whole 95 % interval of the median has to keep the limit, or to miss it; fewer than six rounds
 * have no interval, and decide nothing.
 */
export const judgeMedian = (values: readonly number[], limit: Limit): Verdict => {
	if (!isMeasured(values)) return { kind: 'not measured' };
	const byMedian = keeps(median(values), limit) ? 'met' : 'not met';
	const ends = medianInterval(values)?.map((end) => keeps(end, limit)) ?? [];
	if (ends.length > 0 && ends.every((kept) => kept)) return { kind: 'met' };
	if (ends.length > 0 && !ends.some((kept) => kept)) return { kind: 'not met' };
	return { kind: 'undecided', byMedian };
};

/** The verdict in words, to stand at the end of a finding. */
export const inWords = (verdict: Verdict): string =>
	verdict.kind === 'undecided'
		? `${verdict.byMedian}, if not by more than these rounds can tell`
		: verdict.kind;

/**
 * The worst round and whether it keeps the limit: `22.1 ms in the worst of 21 rounds: not met`.
 *
 * @param show a value with its unit
 * @param rounds what the values are called
 */
export const everyRound = (
	values: readonly number[],
	limit: Limit,
	show: (value: number) => string,
	rounds = 'rounds',
): string => {
	const verdict = judgeEveryRound(values, limit);
	if (verdict.kind === 'not measured') return verdict.kind;
	const which = values.length > 1 ? ` in the worst of ${values.length} ${rounds}` : '';
	return `${show(worstOf(values, limit))}${which}: ${inWords(verdict)}`;
};
