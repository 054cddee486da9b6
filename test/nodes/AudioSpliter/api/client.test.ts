import { createJob, deleteJob, getJob } from '../../../../nodes/AudioSpliter/api/jobs';
import type { Answer } from './support';
import { apiContext } from './support';
import type { TestClock } from '../n8n/testClock';
import { useTestClock } from '../n8n/testClock';

// A clock of its own: the pauses between tries take no time.
jest.mock('n8n-workflow', () =>
	jest.requireActual<TestClock>('../n8n/testClock').workflowOnTestClock(),
);
useTestClock(Date.UTC(2026, 0, 1));

const BODY = { sourceUrl: 'https://example.com/a.mp3', splitMode: 'duration' } as never;

const broken = (code: string): Answer => ({ error: Object.assign(new Error('x'), { code }) });

describe('a create', () => {
	const create = async (answers: Answer[]) => {
		const left = [...answers];
		const { ctx, sent } = apiContext(() => left.shift() ?? { body: { id: 'job_1' } });
		const result = await createJob(ctx, BODY, 0).catch((error: unknown) => error);
		return { result, times: sent.filter(({ method }) => method === 'POST').length };
	};

	it.each<[string, Answer]>([
		['is answered 500', { status: 500 }],
		[
			'is answered 503, with a time to come again',
			{ status: 503, headers: { 'retry-after': '1' } },
		],
		['is answered 502 by a proxy', { status: 502, body: '<html>Bad gateway</html>' }],
		['breaks off', broken('ECONNRESET')],
		['is not answered in time', broken('ETIMEDOUT')],
		['loses its encryption', broken('ERR_SSL_DECRYPTION_FAILED_OR_BAD_RECORD_MAC')],
		['fails in a way that nobody knows', broken('SOMETHING')],
	])('is sent once where it %s, since a job may exist', async (_what, answer) => {
		const { result, times } = await create([answer]);
		expect(times).toBe(1);
		expect(result).toMatchObject({
			description: expect.stringMatching(
				/^A job may have been created anyway\..*'Get Many'/,
			) as string,
		});
	});

	it.each<[string, Answer]>([
		['the service has too much to do', { status: 429, headers: { 'retry-after': '1' } }],
		['nobody takes the connection', broken('ECONNREFUSED')],
		['the name is not known at the moment', broken('EAI_AGAIN')],
	])('is sent again where %s, since no job can exist', async (_what, answer) => {
		expect(await create([answer, answer])).toMatchObject({ result: { id: 'job_1' }, times: 3 });
	});

	it.each<[string, Answer]>([
		['is refused', { status: 400, body: { error: { code: 'INVALID_URL', message: 'No' } } }],
		['meets a certificate that is not accepted', broken('CERT_HAS_EXPIRED')],
		['is sent to a server that does not speak TLS', broken('ERR_SSL_WRONG_VERSION_NUMBER')],
	])('is sent once where it %s, and says nothing of a job', async (_what, answer) => {
		const { result, times } = await create([answer]);
		expect(times).toBe(1);
		expect((result as Error & { description: string }).description).not.toMatch(
			/may have been created/,
		);
	});
});

describe('a read, and a delete', () => {
	it.each<[string, Answer]>([
		['is answered 500', { status: 500 }],
		['breaks off', broken('ECONNRESET')],
	])('is tried four times where it %s', async (_what, answer) => {
		const { ctx, sent } = apiContext(() => answer);
		await expect(getJob(ctx, 'job_1')).rejects.toThrow();
		await expect(deleteJob(ctx, 'job_1', 0)).rejects.toThrow();
		expect(sent.map(({ method }) => method)).toEqual([
			...Array<string>(4).fill('GET'),
			...Array<string>(4).fill('DELETE'),
		]);
	});

	it('is tried once where a setting has to be changed first', async () => {
		const { ctx, sent } = apiContext(() => broken('CERT_HAS_EXPIRED'));
		await expect(getJob(ctx, 'job_1')).rejects.toThrow(/^The certificate of AudioSpliter's server/);
		expect(sent).toHaveLength(1);
	});
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
	const body = { error: { code: 'RATE_LIMITED', message: 'Slow down' } };
	const headers = { 'retry-after': '1200' };
	const { ctx, sent } = apiContext(() => ({ status: 429, headers, body }));
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
