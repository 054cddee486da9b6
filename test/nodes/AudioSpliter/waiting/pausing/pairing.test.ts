import type { INodeExecutionData, NodeOperationError } from 'n8n-workflow';
import { placeItems } from '../../../../../nodes/AudioSpliter/waiting/pausing/pairing';

const segments = (item: number, count: number): INodeExecutionData[] =>
	Array.from({ length: count }, (_unused, index) => ({
		json: { of: item, index },
		pairedItem: { item },
	}));

const failed = (item: number): INodeExecutionData[] => [
	{
		json: { of: item },
		pairedItem: { item },
		error: new Error('No audio') as unknown as NodeOperationError,
	},
];

/** By input item: `0-2` is the third segment of the first one, `1!` the failure of the second. */
const placed = (...outputs: INodeExecutionData[][]): string[] =>
	placeItems(outputs).map(({ json, error }) =>
		error === undefined ? `${json.of}-${json.index}` : `${json.of}!`,
	);

it.each<[string, INodeExecutionData[][], string]>([
	['among others', [segments(0, 2), failed(1), segments(2, 2)], '0-0 1! 0-1 2-0 2-1'],
	['first', [failed(0), segments(1, 2)], '0! 1-0 1-1'],
	['last', [segments(0, 3), failed(1)], '0-0 1! 0-1 0-2'],
	['and nothing else', [failed(0), failed(1)], '0! 1!'],
	['after an item with one segment', [segments(0, 1), failed(1), failed(2)], '0-0 1! 2!'],
])('puts an error at the position of its own input item: %s', (_what, outputs, order) => {
	expect(placed(...outputs).join(' ')).toBe(order);
});

it('leaves n8n only the pairs that are right', () => {
	const items = placeItems([segments(0, 2), segments(1, 1), segments(2, 1)]);
	expect(items.map(({ json, pairedItem }) => [json.of, pairedItem])).toEqual([
		[0, { item: 0 }],
		...[0, 1, 2].map((item) => [
			item,
			{ item, sourceOverwrite: expect.objectContaining({ previousNodeOutput: 0 }) as object },
		]),
	]);
});

it('changes nothing with one item for each', () => {
	const outputs = [segments(0, 1), failed(1), segments(2, 1)];
	expect(placeItems(outputs)).toEqual(outputs.flat());
});
