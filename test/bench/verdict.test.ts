import { everyRound, inWords, judgeEveryRound, judgeMedian } from '../../bench/verdict';

const megabytes = (value: number) => `${value} MB`;

describe('a promise about every round', () => {
	it('is judged by the highest round where it says "at most" or "under"', () => {
		expect(judgeEveryRound([37, 86, 139], { atMost: 100 })).toEqual({ kind: 'not met' });
		expect(judgeEveryRound([17, 24, 33], { atMost: 100 })).toEqual({ kind: 'met' });
		expect(judgeEveryRound([10, 20], { under: 20 })).toEqual({ kind: 'not met' });
		expect(judgeEveryRound([10, 20], { atMost: 20 })).toEqual({ kind: 'met' });
	});

	it('is judged by the lowest round where it says "at least"', () => {
		expect(judgeEveryRound([0.9, 1.2, 1.3], { atLeast: 1 })).toEqual({ kind: 'not met' });
		expect(judgeEveryRound([1, 1.2], { atLeast: 1 })).toEqual({ kind: 'met' });
	});

	it('is never met by what was not measured', () => {
		expect(judgeEveryRound([], { atMost: 0 })).toEqual({ kind: 'not measured' });
		expect(judgeEveryRound([1, NaN], { atMost: 100 })).toEqual({ kind: 'not measured' });
	});

	it('names the round that decides', () => {
		expect(everyRound([37, 86, 139], { atMost: 100 }, megabytes)).toBe(
			'139 MB in the worst of 3 rounds: not met',
		);
		expect(everyRound([1.2, 0.9], { atLeast: 0.5 }, String, 'runs')).toBe(
			'0.9 in the worst of 2 runs: met',
		);
		expect(everyRound([45], { under: 60 }, megabytes)).toBe('45 MB: met');
		expect(everyRound([], { under: 60 }, megabytes)).toBe('not measured');
	});
});

describe('a goal about the median', () => {
	const around = (middle: number) => [-5, -4, -3, -2, -1, 1, 2, 3, 4, 5].map((by) => middle + by);

	it('is decided where the whole interval lies on one side of the limit', () => {
		expect(judgeMedian(around(90), { atMost: 100 })).toEqual({ kind: 'met' });
		expect(judgeMedian(around(110), { atMost: 100 })).toEqual({ kind: 'not met' });
		expect(judgeMedian(around(110), { atLeast: 100 })).toEqual({ kind: 'met' });
		expect(judgeMedian(around(90), { atLeast: 100 })).toEqual({ kind: 'not met' });
	});

	it('leaves single pairs beyond the limit out of account', () => {
		expect(judgeMedian([...around(90), 500], { atMost: 100 })).toEqual({ kind: 'met' });
	});

	it('is undecided where the limit lies inside the interval', () => {
		expect(judgeMedian(around(99), { atMost: 100 })).toEqual({
			...{ kind: 'undecided', byMedian: 'met' },
		});
		expect(judgeMedian(around(101), { atMost: 100 })).toEqual({
			...{ kind: 'undecided', byMedian: 'not met' },
		});
	});

	it('is undecided by fewer than six pairs, which have no interval', () => {
		expect(judgeMedian([1, 2, 3, 4, 5], { atMost: 100 })).toEqual({
			...{ kind: 'undecided', byMedian: 'met' },
		});
		expect(judgeMedian([1, 2, 3, 4, 5, 6], { atMost: 100 })).toEqual({ kind: 'met' });
	});

	it('is never met by what was not measured', () => {
		expect(judgeMedian([], { atMost: 100 })).toEqual({ kind: 'not measured' });
		expect(judgeMedian([NaN, 1, 1, 1, 1, 1], { atMost: 100 })).toEqual({ kind: 'not measured' });
	});

	it('says what the rounds cannot tell', () => {
		expect(inWords(judgeMedian(around(101), { atMost: 100 }))).toBe(
			'not met, if not by more than these rounds can tell',
		);
		expect(inWords(judgeMedian(around(90), { atMost: 100 }))).toBe('met');
	});
});
