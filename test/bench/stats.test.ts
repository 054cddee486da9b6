import { median, quantile, ratios, withInterval, withSpread } from '../../bench/stats';

test('a quantile lies between the values around it', () => {
	expect(quantile([40, 10, 30, 20], 0)).toBe(10);
	expect(quantile([40, 10, 30, 20], 0.5)).toBe(25);
	expect(quantile([40, 10, 30, 20], 1)).toBe(40);
	expect(quantile([], 0.5)).toBeNaN();
});

test('the median of an odd number of values is one of them', () => {
	expect(median([3, 1, 2])).toBe(2);
});

test('a spread names the median, the lowest and the highest value', () => {
	expect(withSpread([1.25, 1, 2], 2)).toBe('1.25 (1.00-2.00)');
	expect(withSpread([1.25], 1)).toBe('1.3');
});

test('ratios compare each round with its own', () => {
	expect(ratios([10, 30], [5, 10])).toEqual([2, 3]);
	// One of the two was measured in more rounds.
	expect(ratios([10, 30, 50], [5, 10])).toEqual([2, 3]);
	expect(ratios([10, 30], [5, 10, 10])).toEqual([2, 3]);
});

test('an interval leaves out so many values at each end that the median is inside with 95 %', () => {
	const oneTo = (count: number) => Array.from({ length: count }, (_unused, index) => index + 1);
	// Tables of the sign test: none may be left out of six, one of nine, three of fifteen.
	expect(withInterval(oneTo(6))).toBe('3.50 (1.00-6.00)');
	expect(withInterval(oneTo(9).reverse())).toBe('5.00 (2.00-8.00)');
	expect(withInterval(oneTo(15))).toBe('8.00 (4.00-12.00)');
});

test('too few values have no interval', () => {
	expect(withInterval([1, 2, 3, 4, 5])).toBe('3.00');
	expect(withInterval([])).toBe('NaN');
});
