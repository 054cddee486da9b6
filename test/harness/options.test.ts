import { toCount, toFile, toN8nVersion, toNumber, toPort, toText } from '../../harness/options';

describe('a port', () => {
	it.each([
		['4010', 4010],
		['65535', 65_535],
		['0', 0],
	])('is %s', (text, port) => {
		expect(toPort(0)(text)).toBe(port);
	});

	it.each(['65536', '-1', '80.5', '', ' ', 'http', '1e9'])('is not "%s"', (text) => {
		expect(() => toPort(0)(text)).toThrow('A port is a whole number from 0 to 65535.');
	});

	it('is not 0 where the system may not choose one', () => {
		expect(() => toPort(1)('0')).toThrow('from 1 to 65535');
	});
});

it('a count is a whole number', () => {
	expect(toCount('20')).toBe(20);
	for (const text of ['-1', '2.5', '', 'many']) {
		expect(() => toCount(text)).toThrow('It must be a whole number.');
	}
});

it('a number has the bounds that it is given', () => {
	const factor = toNumber('Above 0.', (value) => value > 0);
	expect(factor('0.5')).toBe(0.5);
	for (const text of ['0', '-1', 'x', '']) expect(() => factor(text)).toThrow('Above 0.');
});

it('a version of n8n is exact', () => {
	expect(toN8nVersion('2.8.4')).toBe('2.8.4');
	for (const text of ['2', 'latest', '^2.8.4', '']) {
		expect(() => toN8nVersion(text)).toThrow('It must be an exact version such as');
	}
});

it('a text is not empty', () => {
	expect(toText('key')).toBe('key');
	expect(() => toText(' ')).toThrow('It must not be empty.');
});

it('a file exists', () => {
	expect(toFile(__filename)).toBe(__filename);
	for (const path of [__dirname, `${__filename}.tgz`, '']) {
		expect(() => toFile(path)).toThrow('There is no such file.');
	}
});
