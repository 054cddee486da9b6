import { readOutputOptions } from '../../../../nodes/AudioSpliter/output/options';
import { actionContext } from '../resources/support';

describe('output options', () => {
	const files = { output: 'segments', download: true, outputBinaryPropertyName: ' audio ' };

	it.each([
		[{}, { output: 'job', download: false, binaryProperty: 'data' }],
		[files, { output: 'segments', download: true, binaryProperty: 'audio' }],
		// What the editor hides keeps the value that it had when it was last seen.
		[
			{ ...files, output: 'job' },
			{ output: 'job', download: false, binaryProperty: 'data' },
		],
		[
			{ ...files, download: false },
			{ output: 'segments', download: false, binaryProperty: 'data' },
		],
	])('reads %j', (parameters, options) => {
		expect(readOutputOptions(actionContext(parameters).ctx, 0)).toEqual(options);
	});

	it.each([
		[{ output: 'segment' }, "'Output' must be 'job' or 'segments', not 'segment'"],
		[{ output: null }, "'Output' must be 'job' or 'segments', not 'null'"],
		[{ output: undefined }, "'Output' must be 'job' or 'segments', not nothing"],
		[{ ...files, download: 'yes' }, "'Download Segments' must be true or false, not 'yes'"],
		[{ ...files, download: 1 }, "'Download Segments' must be true or false, not 1"],
		[{ ...files, download: null }, "'Download Segments' must be true or false, not 'null'"],
		[
			{ ...files, outputBinaryPropertyName: { a: 1 } },
			`'Output Data Field Name' must be the name of a field, not '{"a":1}'`,
		],
	])('refuses %j', (parameters, message) => {
		expect(() => readOutputOptions(actionContext(parameters).ctx, 2)).toThrow(
			expect.objectContaining({ message, context: { itemIndex: 2 } }) as Error,
		);
	});

	it('does not read what the editor hides', () => {
		const { ctx } = actionContext({ output: 'job' });
		const read = jest.spyOn(ctx, 'getNodeParameter');
		readOutputOptions(ctx, 0);
		expect(read.mock.calls.map(([name]) => name)).toEqual(['output']);
	});
});
