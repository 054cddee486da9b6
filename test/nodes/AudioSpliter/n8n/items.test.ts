import { withoutRetry } from '../../../../nodes/AudioSpliter/n8n/items';

const items = (...errors: unknown[]) =>
	errors.map((error, number) => ({ json: { number, ...(error !== undefined && { error }) } }));
const order = (...errors: unknown[]) =>
	withoutRetry(items(...errors) as never).map(({ json }) => json.number);

describe('withoutRetry', () => {
	it.each<[string, unknown[], number[]]>([
		['an error that comes first', ['bad', 'bad', undefined, 'bad', undefined], [2, 0, 1, 3, 4]],
		['a failed job that comes first', [{ code: 'CORRUPT_FILE' }, undefined], [1, 0]],
	])('puts an item without one before %s', (_what, errors, expected) => {
		expect(order(...errors)).toEqual(expected);
	});

	it.each<[string, unknown[]]>([
		['an item that n8n takes for none comes first', [null, 'bad']],
		['the first has none', [undefined, 'bad', undefined]],
		['all are errors: then there is nothing to keep from being repeated', ['bad', 'bad']],
		['there are none', []],
	])('leaves the order as it is where %s', (_what, errors) => {
		expect(order(...errors)).toEqual(errors.map((_error, number) => number));
	});
});
