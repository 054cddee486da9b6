import { takeTestOptions } from '../../scripts/arguments';

describe('takeTestOptions', () => {
	it.each([
		[['--n8n', '2.0.0', 'a'], { n8n: '2.0.0', rest: ['a'] }],
		[['a', '--n8n=2.0.0', '-t', 'b'], { n8n: '2.0.0', rest: ['a', '-t', 'b'] }],
		[['--n8n'], { n8n: '' }],
		[['-t', 'n8n'], { rest: ['-t', 'n8n'] }],
		[['--quick'], { quick: true }],
		[['--quick', 'test/engine'], { quick: true, rest: ['test/engine'] }],
		[['--repeat', '10', 'test/e2e/pause'], { repeat: 10, rest: ['test/e2e/pause'] }],
		[['--repeat=3'], { repeat: 3 }],
		[['--help'], { help: true }],
		[['-h'], { help: true }],
		[['--testPathPatterns=a=b'], { rest: ['--testPathPatterns=a=b'] }],
	])('takes %j apart', (args, expected) => {
		expect(takeTestOptions(args)).toEqual({
			...{ quick: false, repeat: 1, help: false, rest: [] },
			...expected,
		});
	});

	it.each(['0', '-1', '1.5', 'often', ''])('refuses to repeat %j times', (times) => {
		expect(() => takeTestOptions(['--repeat', times])).toThrow(
			`--repeat takes a number of times, 1 or more, not '${times}'.`,
		);
	});
});
