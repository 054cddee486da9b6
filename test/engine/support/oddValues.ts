/** A value that nobody means to give, and that an expression, a model or hand-written JSON can give all the same. */
export interface OddValue {
	name: string;
	/** As it stands in the workflow. */
	given: unknown;
	/** What the node reads: of an expression, its result. */
	value: unknown;
}

const plain = (name: string, value: unknown): OddValue => ({ name, given: value, value });

const expression = (code: string, value: unknown): OddValue => ({
	name: `{{ ${code} }}`,
	given: `={{ ${code} }}`,
	value,
});

/** Parsed, so that the key is a property of its own. */
const polluting: unknown = JSON.parse('{"__proto__":{"polluted":true},"mode":"id"}');

const ALL: OddValue[] = [
	plain('null', null),
	plain('an empty text', ''),
	plain('a space', ' '),
	plain('a line break', '\n'),
	plain('a NUL', '\u0000'),
	plain('an empty list', []),
	plain('an empty object', {}),
	plain('a list of nothing', [null]),
	plain('a list of lists', [[[]]]),
	plain('a list of texts', ['a', 'b']),
	plain('an object', { a: 1 }),
	plain('an object with a value', { value: 'x' }),
	plain('an object with a length', { length: 3 }),
	plain('an object with __proto__', polluting),
	plain('an object with a toString', { toString: 'x', valueOf: 1 }),
	plain('a list of such an object', [{ toString: 'x', valueOf: 1 }]),
	plain('false', false),
	plain('true', true),
	plain('0', 0),
	plain('-0', -0),
	plain('-1', -1),
	plain('0.5', 0.5),
	plain('1e308', 1e308),
	plain('-1e308', -1e308),
	plain('beyond safe numbers', 2 ** 53 + 2),
	plain('a number as text', '12.5'),
	plain('a huge number as text', '1e999'),
	plain('a number with a unit', '10 min'),
	plain('a German number', '1.000,5'),
	plain('NaN as text', 'NaN'),
	plain('null as text', 'null'),
	plain('undefined as text', 'undefined'),
	plain('[object Object]', '[object Object]'),
	plain('__proto__', '__proto__'),
	plain('constructor', 'constructor'),
	plain('toString', 'toString'),
	plain('5,000 characters', 'x'.repeat(5000)),
	plain('a path', '../../etc/passwd'),
	plain('markup', '<script>alert(1)</script>'),
	plain('an emoji', '🎧'),
	plain('a file address', 'file:///etc/passwd'),
	plain('a script address', 'javascript:alert(1)'),
	expression('undefined', undefined),
	expression('$json.nothing', undefined),
	expression('NaN', Number.NaN),
	expression('Infinity', Number.POSITIVE_INFINITY),
	expression('new Date("no date")', new Date(Number.NaN)),
	expression('DateTime.fromISO("no date")', { invalid: true }),
];

/** `npm test -- --quick` tries every third. */
export const ODD_VALUES = process.env.AUDIOSPLITER_QUICK
	? ALL.filter((_value, index) => index % 3 === 0)
	: ALL;
