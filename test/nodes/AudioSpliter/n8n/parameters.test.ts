import type { IExecuteFunctions, INode } from 'n8n-workflow';
import { NodeOperationError } from 'n8n-workflow';
import { quoteValue, toOption } from '../../../../nodes/AudioSpliter/n8n/parameters';

const ctx = { getNode: () => ({ name: 'AudioSpliter' }) as INode } as IExecuteFunctions;
const rule = { label: 'Split Mode', allowed: ['duration', 'fileSize'] } as const;

describe('toOption', () => {
	it.each(rule.allowed)('takes %s', (value) => {
		expect(toOption(ctx, value, rule, 0)).toBe(value);
	});

	it.each<[unknown, string]>([
		['size', "'size'"],
		['Duration', "'Duration'"],
		['', "''"],
		[undefined, 'nothing'],
		[null, "'null'"],
		[Number.NaN, 'NaN'],
		[7, '7'],
		[['duration'], `'["duration"]'`],
		[{ mode: 'duration' }, `'{"mode":"duration"}'`],
	])('refuses %p and names what it takes', (value, quoted) => {
		const read = () => toOption(ctx, value, rule, 3);
		expect(read).toThrow(NodeOperationError);
		expect(read).toThrow(`'Split Mode' must be 'duration' or 'fileSize', not ${quoted}`);
	});

	it('names the item', () => {
		expect.assertions(1);
		try {
			toOption(ctx, 'size', rule, 3);
		} catch (error) {
			expect((error as NodeOperationError).context.itemIndex).toBe(3);
		}
	});
});

it('quotes a long text on one line, shortened', () => {
	expect(quoteValue(`a\nb${'c'.repeat(100)}`)).toBe(`'a b${'c'.repeat(57)}…'`);
});
