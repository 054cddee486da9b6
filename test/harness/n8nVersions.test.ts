import { isFrom } from '../../harness/n8nVersions';

describe('isFrom', () => {
	it.each([
		['2.34', '2.34.0', true],
		['2.34', '2.40.7', true],
		['2.34', '3.0.0', true],
		['2.34', '2.33.7', false],
		['2.34', '2.8.4', false],
		['2.34', '1.123.5', false],
		['2.40.7', '2.40.0', true],
	])('takes %s against %s', (least, version, expected) => {
		expect(isFrom(least, version)).toBe(expected);
	});
});
