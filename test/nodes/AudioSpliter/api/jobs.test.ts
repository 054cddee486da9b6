import { createJob, deleteJob } from '../../../../nodes/AudioSpliter/api/jobs';
import { apiContext } from './support';

const BODY = { sourceUrl: 'https://example.com/a.mp3', splitMode: 'duration' } as never;

describe('deleting a job', () => {
	it('is done when the service does not know the job', async () => {
		const { ctx } = apiContext(() => ({
			status: 404,
			body: { error: { code: 'JOB_NOT_FOUND' } },
		}));
		await expect(deleteJob(ctx, 'job_1', 0)).resolves.toBeUndefined();
	});

	it.each([{ body: '<html>Not Found</html>' }, { body: {} }])(
		"is not done when somebody else's 404 says nothing of a job: %j",
		async ({ body }) => {
			const { ctx } = apiContext(() => ({ status: 404, body }));
			await expect(deleteJob(ctx, 'job_1', 0)).rejects.toThrow(
				/^Something between n8n and AudioSpliter answered/,
			);
		},
	);
});

it('may have created a job where the answer to a create has none', async () => {
	const { ctx, sent } = apiContext(() => ({ body: { ok: true } }));
	await expect(createJob(ctx, BODY, 0)).rejects.toMatchObject({
		message: 'The answer was not a job',
		description: expect.stringMatching(/^A job may have been created anyway\./) as string,
	});
	expect(sent).toHaveLength(1);
});
