import type { NodeApiError } from 'n8n-workflow';
import { createJob, deleteJob } from '../../../../nodes/AudioSpliter/api/jobs';
import { WaitCancelledError } from '../../../../nodes/AudioSpliter/n8n/clock';
import type { Answer } from './support';
import { apiContext } from './support';

const BODY = { sourceUrl: 'https://example.com/a.mp3', splitMode: 'duration' } as never;

describe('deleting a job', () => {
	it('says so', async () => {
		const { ctx } = apiContext(() => ({ status: 204 }));
		await expect(deleteJob(ctx, 'job_1', 0)).resolves.toBe('deleted');
	});

	it('is done by an earlier try whose answer was lost', async () => {
		const { ctx, sent } = apiContext(() =>
			sent.length === 1
				? { error: Object.assign(new Error('x'), { code: 'ECONNRESET' }) }
				: { status: 404, body: { error: { code: 'JOB_NOT_FOUND' } } },
		);
		await expect(deleteJob(ctx, 'job_1', 0)).resolves.toBe('deleted');
		expect(sent).toHaveLength(2);
	});

	it('is done when the service does not know the job', async () => {
		const { ctx } = apiContext(() => ({
			status: 404,
			body: { error: { code: 'JOB_NOT_FOUND' } },
		}));
		await expect(deleteJob(ctx, 'job_1', 0)).resolves.toBe('unknown');
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

describe('a create without a clear answer', () => {
	const createdAt = (ms: number) => new Date(Date.now() + ms).toISOString();
	const broken = { error: Object.assign(new Error('x'), { code: 'ECONNRESET' }) };
	const create = async (answer: Answer, list: Answer, earlier: Answer[] = []) => {
		const posts = [...earlier, answer];
		const { ctx, sent } = apiContext(({ method }) =>
			method === 'POST' ? (posts.shift() ?? {}) : list,
		);
		while (posts.length > 1) await createJob(ctx, BODY, 0);
		const error = await createJob(ctx, BODY, 0).catch((reason: unknown) => reason as NodeApiError);
		return {
			error: error as NodeApiError,
			calls: sent.map(({ method, qs }) => [method, qs?.limit]),
		};
	};
	const body = [
		{ id: 'job_new', status: 'queued', createdAt: createdAt(0) },
		{ id: 'job_old', status: 'completed', createdAt: createdAt(-60_000) },
		{ id: 'job_odd', status: 'queued', createdAt: 1_777_709_400 },
		{ id: 'job_bare', status: 'queued' },
	];

	it.each<[string, Answer, string]>([
		['breaks off', broken, 'The connection to AudioSpliter was interrupted (ECONNRESET)'],
		['is 500', { status: 500 }, 'AudioSpliter is not available at the moment (HTTP 500)'],
		['has no job', { body: { ok: true } }, 'The answer was not a job'],
	])('names what the list shows as created since, where it %s', async (_how, answer, message) => {
		const { error, calls } = await create(answer, { body });
		expect(error.message).toBe(`${message}. Created since then: job_new (queued)`);
		expect(error.description).toMatch(
			/^A job may have been created anyway: .* job_new \(queued\) .*'Wait for Completion'/,
		);
		expect(calls).toEqual([
			['POST', undefined],
			['GET', 20],
		]);
	});

	it('does not name the jobs of earlier items', async () => {
		const earlier = [{ body: { id: 'job_new', status: 'queued' } }];
		const { error } = await create(broken, { body }, earlier);
		expect(error.message).not.toContain('job_new');
		expect(error.description).toMatch(/^A job may have been created anyway\. Look for it/);
	});

	it.each<[string, Answer]>([
		['shows none', { body: [] }],
		['cannot be read', { status: 503 }],
		['is limited', { status: 429, headers: { 'retry-after': '30' } }],
		['does not answer', broken],
	])('says how to look where the list %s, and asks for it once', async (_how, list) => {
		const { error, calls } = await create(broken, list);
		expect(error.message).toBe('The connection to AudioSpliter was interrupted (ECONNRESET)');
		expect(error.description).toMatch(/^A job may have been created anyway\. Look for it/);
		expect(calls).toHaveLength(2);
	});

	it('asks for no list where no job can exist', async () => {
		const refused = { status: 400, body: { error: { code: 'INVALID_URL', message: 'No' } } };
		const { error, calls } = await create(refused, { body });
		expect(error.description).not.toMatch(/may have been created/);
		expect(calls).toHaveLength(1);
	});

	it('says that a job may exist where the execution is cancelled meanwhile, at once', async () => {
		const abort = new AbortController();
		const { ctx, sent } = apiContext(() => ({}), {
			getExecutionCancelSignal: () => abort.signal,
			helpers: {
				httpRequestWithAuthentication: async () => {
					abort.abort();
					return await new Promise(() => undefined);
				},
			},
		});
		await expect(createJob(ctx, BODY, 4)).rejects.toMatchObject({
			message: 'The execution was cancelled while a job was being submitted',
			description: expect.stringMatching(/^A job may have been created anyway\./) as string,
			context: { itemIndex: 4 },
		});
		// Nothing was sent of the next one, and nothing is said of a job.
		await expect(createJob(ctx, BODY, 5)).rejects.toThrow(WaitCancelledError);
		expect(sent).toEqual([]);
	});
});
