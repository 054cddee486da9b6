import { schemaOf } from './schema';

const text = { type: 'string' };

it.each([
	['a text', ['a', 'b'], text],
	['nothing', [null], { type: 'null' }],
	['a list', [[], [1]], { type: 'array', items: { type: 'number' } }],
	['an empty list', [[]], { type: 'array' }],
	['objects', [{ a: '' }, { b: '' }], { type: 'object', properties: { a: text, b: text } }],
	[
		'what users name themselves',
		[{ metadata: { episode: '42' } }],
		{ type: 'object', properties: { metadata: { type: 'object' } } },
	],
])('is that of %s', (_what, values, schema) => expect(schemaOf(values)).toEqual(schema));

it('is none where a field has two types', () => {
	expect(() => schemaOf([{ size: 1 }, { size: '1' }])).toThrow('number and string');
});
