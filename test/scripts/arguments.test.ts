import { takeN8nVersion } from '../../scripts/arguments';

describe('takeN8nVersion', () => {
	it.each([
		[['--n8n', '2.0.0', 'a'], { version: '2.0.0', rest: ['a'] }],
		[['a', '--n8n=2.0.0', '-t', 'b'], { version: '2.0.0', rest: ['a', '-t', 'b'] }],
		[['--n8n'], { version: '', rest: [] }],
		[['-t', 'n8n'], { version: undefined, rest: ['-t', 'n8n'] }],
	])('takes %j apart', (args, expected) => {
		expect(takeN8nVersion(args)).toEqual(expected);
	});
});
