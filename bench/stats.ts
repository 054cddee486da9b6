/** The value below which the share `q` of the values lies, interpolated; NaN where there are none. */
export const quantile = (values: readonly number[], q: number): number => {
	const sorted = [...values].sort((a, b) => a - b);
	const position = (sorted.length - 1) * q;
	const below = sorted[Math.floor(position)] ?? NaN;
	const above = sorted[Math.ceil(position)] ?? NaN;
	return below + (above - below) * (position - Math.floor(position));
};

export const median = (values: readonly number[]): number => quantile(values, 0.5);

/** The median, with the lowest and the highest value: `1.02 (0.97-1.10)`. */
export const withSpread = (values: readonly number[], digits: number): string => {
	const show = (value: number) => value.toFixed(digits);
	if (values.length < 2) return show(median(values));
	return `${show(median(values))} (${show(Math.min(...values))}-${show(Math.max(...values))})`;
};

/** Element by element, so that what one round measured is compared with the same round only; for the rounds that both had. */
export const ratios = (values: readonly number[], base: readonly number[]): number[] =>
	base.slice(0, values.length).map((below, index) => (values[index] ?? NaN) / below);

/** How likely it is that of `n` throws of a coin at most `k` show heads. */
const headsAtMost = (k: number, n: number): number => {
	let term = 0.5 ** n;
	let sum = term;
	for (let heads = 1; heads <= k; heads++) {
		term *= (n - heads + 1) / heads;
		sum += term;
	}
	return sum;
};

/**
 * Where the median lies with 95 % confidence, whatever the distribution: between those of the values outside of which it
 * only is where nearly all of them fell on one side of it. Undefined below six values, which cannot tell.
 */
export const medianInterval = (values: readonly number[]): [number, number] | undefined => {
	const sorted = [...values].sort((a, b) => a - b);
	let outside = 0;
	while (headsAtMost(outside, sorted.length) <= 0.025) outside += 1;
	const [low, high] = [sorted[outside - 1], sorted[sorted.length - outside]];
	return low === undefined || high === undefined ? undefined : [low, high];
};

/** The median, with where it lies: `0.97 (0.93-1.02)`. */
export const withInterval = (values: readonly number[]): string => {
	const show = (value: number) => value.toFixed(2);
	const interval = medianInterval(values)?.map(show).join('-');
	return `${show(median(values))}${interval === undefined ? '' : ` (${interval})`}`;
};
