import { readOutputOptions } from '../../../../nodes/AudioSpliter/output/options';
import { readJobId } from '../../../../nodes/AudioSpliter/resources/jobField';
import { actionContext } from './support';

it.each([
	['job_7f3k', 'job_7f3k'],
	['  job_7f3k\n', 'job_7f3k'],
	[42, '42'],
	['https://api.audiospliter.com/api/v1/splits/job_7f3k', 'job_7f3k'],
	['https://api.audiospliter.com/api/v1/splits/job_7f3k/?page=1', 'job_7f3k'],
])('takes %j for the job %s', (jobId, id) => {
	expect(readJobId(actionContext({ jobId }).ctx, 0)).toBe(id);
});

it.each([[''], ['   '], ['two words'], [null], [{}], [undefined]])(
	'finds no job ID in %j, and says where to take one from',
	(jobId) => {
		expect(() => readJobId(actionContext({ jobId }).ctx, 3)).toThrow(
			expect.objectContaining({
				message: "The parameter 'Job' has no job ID",
				description: expect.stringContaining('{{ $json.id }}') as string,
				context: { itemIndex: 3 },
			}) as Error,
		);
	},
);

describe('output options', () => {
	const files = { output: 'segments', download: true, outputBinaryPropertyName: ' audio ' };

	it.each([
		[{}, { output: 'job', download: false, binaryProperty: 'data' }],
		[files, { output: 'segments', download: true, binaryProperty: 'audio' }],
		[
			{ ...files, outputBinaryPropertyName: ' ' },
			{ output: 'segments', download: true, binaryProperty: 'data' },
		],
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

	it('does not read what the editor hides', () => {
		const { ctx } = actionContext({ output: 'job' });
		const read = jest.spyOn(ctx, 'getNodeParameter');
		readOutputOptions(ctx, 0);
		expect(read.mock.calls.map(([name]) => name)).toEqual(['output']);
	});
});
