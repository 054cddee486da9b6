import type { NodeApiError, NodeOperationError } from 'n8n-workflow';
import type { Entry } from '../../../../../nodes/AudioSpliter/waiting/entry';
import { waitByPolling } from '../../../../../nodes/AudioSpliter/waiting/polling/waitByPolling';
import type { Answer } from '../../api/support';
import { actionContext } from '../../resources/support';

const OPTIONS = {
	...{ maxWait: 600_000, pollInterval: 1_000, maxPollInterval: 1_000 },
	onTimeout: 'fail',
} as const;

/** Jobs of which this run has submitted those with a time. */
const entriesOf = (ids: string[], submittedAt?: number): Entry[] =>
	ids.map((id, itemIndex) => ({
		kind: 'job',
		itemIndex,
		job: { id, status: 'queued' },
		output: { output: 'job', download: false, binaryProperty: 'data' },
		submittedAt,
	}));

const wait = async (
	answers: Record<string, Answer>,
	{ submittedAt, goesOn }: { submittedAt?: number; goesOn?: boolean } = {},
	changed: object = {},
) => {
	const { ctx } = actionContext({}, ({ url }) => answers[url.split('/').at(-1) ?? ''] ?? {}, {
		items: Object.keys(answers).map(() => ({})),
		goesOn,
	});
	const entries = entriesOf(Object.keys(answers), submittedAt);
	return await waitByPolling(Object.assign(ctx, changed), entries, OPTIONS);
};

const failing = async (...args: Parameters<typeof wait>) =>
	await wait(...args).then(
		() => undefined,
		(error: NodeApiError | NodeOperationError) => error,
	);

/** Submitted so long ago that the first poll is due. */
const EARLIER = Date.now() - 60_000;

const done = (id: string): Answer => ({ body: { id, status: 'completed' } });

const failed = (id: string): Answer => ({
	body: { id, status: 'failed', error: { code: 'CORRUPT_FILE', message: 'No audio' } },
});

const FORBIDDEN: Answer = {
	status: 403,
	body: { error: { code: 'NOT_YOUR_JOB', message: 'splits:read' } },
};

const REFUSED: Answer = {
	status: 401,
	body: { error: { code: 'KEY_REVOKED', message: 'Revoked' } },
};

const UNKNOWN: Answer = {
	status: 404,
	body: { error: { code: 'JOB_NOT_FOUND', message: 'None' } },
};

describe('an error that ends a wait', () => {
	it('names its job, and every submitted job that need not be created again', async () => {
		const error = await failing(
			{ job_a: done('job_a'), job_b: FORBIDDEN, job_c: failed('job_c'), job_d: UNKNOWN },
			{ submittedAt: EARLIER },
		);
		expect(error?.message).toBe(
			'The API key is not allowed to do this: splits:read (NOT_YOUR_JOB) [job job_b]',
		);
		expect(error?.description).toMatch(
			/^Give the key .* pick it up with 'Wait for Completion': job_a, job_b\.$/,
		);
		expect(error?.context.itemIndex).toBe(1);
	});

	it('names the others where one job has failed', async () => {
		const answers = { job_a: failed('job_a'), job_b: done('job_b') };
		const error = await failing(answers, { submittedAt: EARLIER });
		expect(error?.message).toMatch(/\[job job_a\]$/);
		expect(error?.description).toMatch(/'Wait for Completion': job_b\.$/);
	});

	// n8n's own words about its own connection take the place of such a message otherwise.
	it.each(['getaddrinfo ENOTFOUND files.example.com', 'connect ETIMEDOUT 192.0.2.1:443'])(
		"keeps the service's words where they are about a connection of its own: %s",
		async (message) => {
			const body = { id: 'job_a', status: 'failed', error: { code: 'DOWNLOAD_FAILED', message } };
			const error = await failing({ job_a: { body } });
			expect(error?.message).toBe(
				`AudioSpliter could not download the source: ${message} (DOWNLOAD_FAILED) [job job_a]`,
			);
		},
	);

	it.concurrent.each<[string, Answer, string]>([
		['200', { body: '<html>Back soon</html>' }, 'The answer was not a job'],
		['403', { status: 403, body: '<html>Blocked</html>' }, 'Something between n8n and'],
		['404', { status: 404, body: '<html>Not Found</html>' }, 'Something between n8n and'],
		['407', { status: 407, body: '' }, 'Something between n8n and'],
	])('is not a proxy’s page with %s, once the API has answered', async (_status, page, message) => {
		const answers = [page, done('job_a')];
		const { ctx, sent } = actionContext({}, () => answers[sent.length - 1] ?? {});
		const items = await waitByPolling(ctx, entriesOf(['job_a'], EARLIER), OPTIONS);
		expect(items).toMatchObject([{ json: { id: 'job_a', status: 'completed' } }]);
		// A run that has submitted nothing knows so by the first answer.
		answers.unshift({ body: { id: 'job_a', status: 'processing' } });
		sent.length = 0;
		await expect(waitByPolling(ctx, entriesOf(['job_a']), OPTIONS)).resolves.toMatchObject(items);
		const error = await failing({ job_a: page });
		expect(error?.message).toMatch(new RegExp(`^${message}.* \\[job job_a\\]$`));
	});

	it('says nothing of creating where nothing was created', async () => {
		const error = await failing({ job_a: FORBIDDEN, job_b: done('job_b') });
		expect(error?.message).toMatch(/\[job job_a\]$/);
		expect(error?.description).not.toMatch(/Wait for Completion/);
	});

	it('is each job’s own where the node goes on, be it one error for all of them', async () => {
		const answers = { job_a: done('job_a'), job_b: REFUSED, job_c: REFUSED };
		const items = await wait(answers, { submittedAt: EARLIER, goesOn: true });
		expect(items.map(({ json, pairedItem }) => [json.id, json.error, pairedItem])).toEqual([
			['job_a', undefined, { item: 0 }],
			['job_b', expect.stringMatching(/revoked.*\[job job_b\]$/i), { item: 1 }],
			['job_c', expect.stringMatching(/revoked.*\[job job_c\]$/i), { item: 2 }],
		]);
	});

	it('loses no job where the credential cannot be read any more', async () => {
		const noCredential = {
			getCredentials: async () => await Promise.reject(new Error('Credential not found')),
		};
		const answers = { job_a: done('job_a'), job_b: done('job_b') };
		const error = await failing(answers, { submittedAt: EARLIER }, noCredential);
		expect(error?.message).toBe('Credential not found [job job_a]');
		expect(error?.description).toMatch(/'Wait for Completion': job_a, job_b\.$/);
		const items = await wait(answers, { submittedAt: EARLIER, goesOn: true }, noCredential);
		expect(items.map(({ json }) => json)).toEqual([
			{ id: 'job_a', error: 'Credential not found [job job_a]' },
			{ id: 'job_b', error: 'Credential not found [job job_b]' },
		]);
	});
});
