import { parseSelection } from '../../../../../nodes/AudioSpliter/resources/segment/selection';

const available = [0, 1, 2, 3, 4, 5];

describe('parseSelection', () => {
	it.each([
		['all', [0, 1, 2, 3, 4, 5]],
		[' ALL ', [0, 1, 2, 3, 4, 5]],
		['3', [3]],
		['0,2-4', [0, 2, 3, 4]],
		['4 - 5, 0 ,0', [0, 4, 5]],
		['2-3,3-4', [2, 3, 4]],
	])('%s', (text, expected) => {
		expect(parseSelection(text, available)).toEqual(expected);
	});

	it.each([
		['', 'not an index'],
		['1,,2', 'not an index'],
		['-1', 'not an index'],
		['1.5', 'not an index'],
		['first', 'not an index'],
		['4-2', 'backwards'],
		['6', 'no segment 6: the job has the indexes 0 to 5'],
		['0-99999999', 'no segment 99999999'],
	])('refuses %j', (text, message) => {
		expect(() => parseSelection(text, available)).toThrow(message);
	});
});
