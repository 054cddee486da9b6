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

/** Element by element, so that what one round measured is compared with the same round only. */
export const ratios = (values: readonly number[], base: readonly number[]): number[] =>
	values.map((value, index) => value / (base[index] ?? NaN));
