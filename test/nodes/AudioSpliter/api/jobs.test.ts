import { createJob, deleteJob, getJob } from '../../../../nodes/AudioSpliter/api/jobs';
import { apiContext } from './support';

jest.mock('n8n-workflow', () => ({
	...jest.requireActual<object>('n8n-workflow'),
	sleep: async () => await new Promise((resolve) => setImmediate(resolve)),
}));

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
			await expect(deleteJob(ctx, 'job_1', 0)).rejects.toThrow();
		},
	);
});

describe('a credential that cannot work', () => {
	it.each([
		[{ apiKey: 'as_live_sk_…ab12' }, 'a character that no key has'],
		[{ apiKey: 'as_live\nsk' }, 'a character that no key has'],
		[{ baseUrl: 'https://api.example.com:99999' }, 'not a web address'],
		[{ baseUrl: 'api.example.com' }, 'not a web address'],
	])('is named, and nothing is sent: %j', async (part, message) => {
		const credential = { apiKey: 'key', baseUrl: 'https://api.example.com', ...part };
		const { ctx, sent } = apiContext(() => ({}), { getCredentials: async () => credential });
		await expect(createJob(ctx, BODY, 0)).rejects.toThrow(message);
		expect(sent).toEqual([]);
	});
});

it("keeps the service's words where n8n would put its own in their place", async () => {
	const body = { error: { code: 'INVALID_URL', message: 'connect ECONNREFUSED 192.0.2.1:80' } };
	const { ctx } = apiContext(() => ({ status: 400, body }));
	await expect(createJob(ctx, BODY, 0)).rejects.toThrow(
		/: connect ECONNREFUSED 192\.0\.2\.1:80 \(INVALID_URL\)$/,
	);
});

it('does not sleep through a failure that is to last longer than a call waits', async () => {
	const { ctx, sent } = apiContext(() => ({ status: 503, headers: { 'retry-after': '3600' } }));
	await expect(getJob(ctx, 'job_1')).rejects.toThrow();
	expect(sent).toHaveLength(1);
});

describe('keeps the key out', () => {
	const credential = { apiKey: ' as_live_quoted ', baseUrl: 'https://api.example.com' };
	const get = async (status: number, body: unknown) => {
		const getCredentials = async () => credential;
		const { ctx } = apiContext(() => ({ status, body }), { getCredentials });
		return await getJob(ctx, 'job_1').catch((reason: unknown) => reason);
	};

	it('of an error, where the service quotes it', async () => {
		const error = await get(400, {
			error: { code: 'KEY_as_live_quoted', message: 'Bad key as_live_quoted!' },
		});
		expect(String((error as Error).message)).toContain('[API key]');
		expect(JSON.stringify(error)).not.toContain('as_live_quoted');
	});

	it('of a job', async () => {
		const job = { id: 'job_1', status: 'failed', error: { message: 'Sent: as_live_quoted' } };
		expect(await get(200, { ...job, log: ['as_live_quoted', 7] })).toEqual({
			...{ id: 'job_1', status: 'failed', error: { message: 'Sent: [API key]' } },
			log: ['[API key]', 7],
		});
	});
});

it('does not sleep through a refusal that is longer than a call waits', async () => {
	const { ctx, sent } = apiContext(() => ({ status: 429, headers: { 'retry-after': '1200' } }));
	// The second is waiting for the first one's answer, the third comes afterwards.
	const get = async () => await getJob(ctx, 'job_1');
	const results = [
		...(await Promise.allSettled([get(), get()])),
		...(await Promise.allSettled([get()])),
	];
	for (const result of results) {
		expect(result).toMatchObject({ reason: { message: expect.stringMatching(/requests/i) } });
	}
	expect(sent).toHaveLength(1);
});
