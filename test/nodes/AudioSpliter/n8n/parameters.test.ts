import type { IExecuteFunctions, INode } from 'n8n-workflow';
import { NodeOperationError } from 'n8n-workflow';
import {
	quoteValue,
	readFieldName,
	readNumber,
	readSwitch,
	toNumberBy,
	toOption,
} from '../../../../nodes/AudioSpliter/n8n/parameters';

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

	it.each([
		['size', /have the expression give one of these/],
		['{{ $json.mode }}', /takes no expression/],
	])('says what to do about %s', (value, description) => {
		expect(() => toOption(ctx, value, rule)).toThrow(
			expect.objectContaining({
				description: expect.stringMatching(description) as string,
			}) as Error,
		);
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

it.each<[unknown, string]>([
	[new Date('2026-01-02T03:04:05Z'), "'2026-01-02T03:04:05.000Z'"],
	[new Date('tomorrow'), "'an invalid date'"],
])('quotes a date as n8n shows it: %p', (value, quoted) => {
	expect(quoteValue(value)).toBe(quoted);
});

/** An execution whose node has the value in each parameter, or has none. */
const withValue = (...values: unknown[]) =>
	({
		...ctx,
		getNodeParameter: (_name: string, _item: number, fallback: unknown) =>
			values.length === 0 ? fallback : values[0],
	}) as unknown as IExecuteFunctions;

describe('readSwitch', () => {
	const read = (...values: unknown[]) =>
		readSwitch(withValue(...values), 'x', 3, { label: 'Download', fallback: false });

	it.each([
		[true, true],
		['true', true],
		[' TRUE ', true],
		[false, false],
		['false', false],
	])('takes %p for %p', (value, expected) => {
		expect(read(value)).toBe(expected);
	});

	it('is off where the node does not have it', () => {
		expect(read()).toBe(false);
	});

	it.each<[unknown, string]>([
		['yes', "'yes'"],
		['', "''"],
		[1, '1'],
		[0, '0'],
		[null, "'null'"],
		[undefined, 'nothing'],
		[[true], "'[true]'"],
	])('refuses %p', (value, quoted) => {
		expect(() => read(value)).toThrow(`'Download' must be true or false, not ${quoted}`);
	});
});

describe('readNumber', () => {
	const rule = {
		...{ label: 'Limit', wanted: '1 or more', advice: 'Enter one.', fallback: 50 },
		accepts: (value: number) => value >= 1,
	};
	const read = (...values: unknown[]) => readNumber(withValue(...values), 'x', 3, rule);

	it.each([
		[7, 7],
		['7', 7],
		[' 7.5 ', 7.5],
	])('takes %p', (value, expected) => {
		expect(read(value)).toBe(expected);
	});

	it('is the fallback where the node does not have it', () => {
		expect(read()).toBe(50);
	});

	it.each<[unknown, string]>([
		[0, '0'],
		['', "''"],
		['many', "'many'"],
		[null, "'null'"],
		[undefined, 'nothing'],
		[Number.NaN, 'NaN'],
		[Infinity, 'Infinity'],
		[[7], "'[7]'"],
		[true, "'true'"],
	])('refuses %p', (value, quoted) => {
		expect(() => read(value)).toThrow(`'Limit' must be 1 or more, not ${quoted}`);
	});

	it.each(['', null, undefined])('takes %p as left out where it may be', (value) => {
		expect(toNumberBy(ctx, value, { ...rule, ifEmpty: 50 })).toBe(50);
	});

	it.each(['many', 0, []])('refuses %p also where it may be left out', (value) => {
		expect(() => toNumberBy(ctx, value, { ...rule, ifEmpty: 50 })).toThrow("'Limit' must be");
	});
});

describe('readFieldName', () => {
	const rule = { label: 'Field', fallback: 'data' };
	const read = (...values: unknown[]) => readFieldName(withValue(...values), 'x', 3, rule);

	it.each([
		[' audio ', 'audio'],
		[7, '7'],
		[0, '0'],
	])('takes %p', (value, expected) => {
		expect(read(value)).toBe(expected);
	});

	it('is the fallback where the node does not have it', () => {
		expect(read()).toBe('data');
	});

	it.each([null, undefined, {}, ['a'], '', ' ', Number.NaN, Infinity])('refuses %p', (value) => {
		expect(() => read(value)).toThrow("'Field' must be the name of a field, not ");
	});
});
