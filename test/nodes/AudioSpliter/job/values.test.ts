import { textOf } from '../../../../nodes/AudioSpliter/job/values';

it.each([
	['all', 'all'],
	[2, '2'],
	[[0, 2], '0,2'],
	[null, 'null'],
	[{ toString: 'x' }, '{"toString":"x"}'],
	[[{ toString: 'x', valueOf: 1 }], '[{"toString":"x","valueOf":1}]'],
])('gives a text for %j', (value, text) => {
	expect(textOf(value)).toBe(text);
});
