import {
	parseSelection,
	selectSegments,
} from '../../../../../nodes/AudioSpliter/resources/segment/selection';

const segments = [0, 1, 2, 3, 4, 5].map((index) => ({ index }));
const select = (text: string) =>
	selectSegments(parseSelection(text), segments).map(({ index }) => index);

it.each([
	['all', [0, 1, 2, 3, 4, 5]],
	[' ALL ', [0, 1, 2, 3, 4, 5]],
	['3', [3]],
	['0,2-4', [0, 2, 3, 4]],
	['4 - 5, 0 ,0', [0, 4, 5]],
	['2-3,3-4', [2, 3, 4]],
])('%j selects %j', (text, expected) => {
	expect(select(text)).toEqual(expected);
});

it.each([
	['', 'not an index'],
	['1,,2', 'not an index'],
	['-1', 'not an index'],
	['1.5', 'not an index'],
	['first', 'not an index'],
	['4-2', 'backwards'],
])('%j is refused before it is known which segments there are', (text, message) => {
	expect(() => parseSelection(text)).toThrow(message);
});

it.each([
	['6', 'no segment 6: the job has the indexes 0 to 5'],
	['0-99999999', 'no segment 99999999'],
])('%j is refused for a job that does not have them', (text, message) => {
	expect(() => select(text)).toThrow(message);
});
