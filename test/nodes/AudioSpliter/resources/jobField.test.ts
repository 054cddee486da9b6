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

it.each([
	[''],
	['   '],
	['two words'],
	[null],
	[{}],
	[undefined],
	[new Date(0)],
	[['job_7f3k']],
	[true],
	[Number.NaN],
	[Infinity],
])('finds no job ID in %j, and says where to take one from', (jobId) => {
	expect(() => readJobId(actionContext({ jobId }).ctx, 3)).toThrow(
		expect.objectContaining({
			message: "The parameter 'Job' has no job ID",
			description: expect.stringContaining('{{ $json.id }}') as string,
			context: { itemIndex: 3 },
		}) as Error,
	);
});
