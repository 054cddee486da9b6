import { startSandbox, type Sandbox } from '../../sandbox';
import { until } from '../support/until';
import { clientOf, jobWhen } from './support';

let sandbox: Sandbox;
beforeEach(async () => {
	sandbox = await startSandbox();
});
afterEach(async () => await sandbox.close());

const create = {
	...{ sourceUrl: 'http://127.0.0.1:9/x.mp3', splitMode: 'duration', segmentDuration: 5 },
};

describe('of API requests', () => {
	it.each([
		['rate-limit', {}, 429, 'RATE_LIMITED'],
		['server-error', {}, 500, 'INTERNAL_ERROR'],
		['unavailable', {}, 503, 'SERVICE_UNAVAILABLE'],
		['error', { status: 402, code: 'PAYMENT_REQUIRED' }, 402, 'PAYMENT_REQUIRED'],
		['error', { status: 422, code: 'INVALID_URL' }, 422, 'INVALID_URL'],
	])(
		'%s answers the envelope, once, with the rate-limit headers',
		async (name, options, ...expected) => {
			sandbox.fault(name, options);
			const client = clientOf(sandbox);
			const answer = await client.get('/splits');
			expect([answer.status, answer.data.error.code]).toEqual(expected);
			expect(answer.data.error.status).toBe(expected[0]);
			expect(answer.headers['x-ratelimit-reset']).toMatch(/^\d+$/);
			expect((await client.get('/splits')).status).toBe(200);
		},
	);

	it('rate-limit says how long in the form that the switches name', async () => {
		sandbox.fault('rate-limit', { count: 'always', retryAfterSeconds: 7 });
		const client = clientOf(sandbox);
		const before = Date.now() / 1000;
		const both = await client.get('/splits');
		const reset = Number(both.headers['x-ratelimit-reset']);
		expect(reset).toBeGreaterThanOrEqual(before + 7);
		expect(reset).toBeLessThanOrEqual(Date.now() / 1000 + 8);
		expect([both.headers['retry-after'], both.data.error.retryAfter]).toEqual(['7', 7]);
		sandbox.setSwitch('rateLimit429', 'headerOnly');
		sandbox.setSwitch('retryAfterFormat', 'date');
		const header = await client.get('/splits');
		expect(Date.parse(header.headers['retry-after'])).toBeGreaterThan(Date.now());
		expect(header.data.error).not.toHaveProperty('retryAfter');
		sandbox.setSwitch('rateLimit429', 'bodyOnly');
		const body = await client.get('/splits');
		expect(body.headers).not.toHaveProperty('retry-after');
		expect(body.data.error.retryAfter).toBe(7);
	});

	it('html-error answers no JSON', async () => {
		sandbox.fault('html-error');
		const answer = await clientOf(sandbox).get('/splits');
		expect(answer.status).toBe(502);
		expect(answer.headers['content-type']).toContain('text/html');
		expect(answer.data).toContain('<h1>');
	});

	it('connection-reset and time-out give no answer, slow-response a late one', async () => {
		const client = clientOf(sandbox);
		sandbox.fault('connection-reset');
		await expect(client.get('/splits')).rejects.toThrow(/ECONNRESET|socket hang up/);
		sandbox.fault('time-out');
		await expect(client.get('/splits', { timeout: 1_000 })).rejects.toThrow('timeout');
		sandbox.fault('slow-response', { delayMs: 50 });
		expect((await client.get('/splits')).status).toBe(200);
	});

	it('redirect leads to a host that logs what it is sent', async () => {
		sandbox.fault('redirect');
		const answer = await clientOf(sandbox).get('/splits');
		expect(answer.status).toBe(302);
		expect(answer.headers.location).toBe(`${sandbox.foreignUrl}/api/v1/splits`);
		const leak = await clientOf(sandbox).get(answer.headers.location);
		expect(leak.status).toBe(403);
		expect(sandbox.requests().at(-1)).toMatchObject({ origin: 'foreign', apiKey: 'known' });
	});

	it('apply to what they match, so often as asked, until cleared', async () => {
		sandbox.fault('server-error', { count: 2, match: { method: 'POST', path: '/splits' } });
		const client = clientOf(sandbox);
		expect((await client.get('/splits')).status).toBe(200);
		const statuses = [];
		for (let index = 0; index < 3; index += 1) {
			statuses.push((await client.post('/splits', create)).status);
		}
		expect(statuses).toEqual([500, 500, 201]);
		sandbox.fault('error', { status: 418, after: 1 });
		expect((await client.get('/splits')).status).toBe(200);
		expect((await client.get('/splits')).status).toBe(418);
		expect((await client.get('/splits')).status).toBe(200);
		sandbox.fault('unavailable', { count: 'always' });
		expect((await client.get('/splits')).status).toBe(503);
		expect((await client.get('/splits')).status).toBe(503);
		sandbox.clearFaults();
		expect((await client.get('/splits')).status).toBe(200);
		expect(() => sandbox.fault('earthquake')).toThrow('No fault "earthquake"');
	});
});

describe('of creates', () => {
	it('leave a job behind that the client does not hear of', async () => {
		const client = clientOf(sandbox);
		sandbox.fault('create-succeeds-but-connection-drops');
		await expect(client.post('/splits', create)).rejects.toThrow(/ECONNRESET|socket hang up/);
		sandbox.fault('create-succeeds-but-500');
		expect((await client.post('/splits', create)).status).toBe(500);
		sandbox.fault('create-succeeds-but-times-out');
		await expect(client.post('/splits', create, { timeout: 1_000 })).rejects.toThrow('timeout');
		// On a busy machine the client may give up before the server has looked at its request.
		await until(() => sandbox.jobs().length === 3);
	});
});

describe('of jobs', () => {
	it('fail with any code, stop, or hide their progress', async () => {
		const client = clientOf(sandbox);
		const start = async (): Promise<string> => (await client.post('/splits', create)).data.id;
		sandbox.fault('job-fails', { code: 'FILE_TOO_LARGE', message: 'too much', details: { a: 1 } });
		sandbox.fault('job-stuck', { progress: 60 });
		const failing = await jobWhen(client, await start(), 'failed');
		expect(failing.error).toEqual({
			...{ code: 'FILE_TOO_LARGE', message: 'too much', details: { a: 1 } },
		});
		const stuck = await start();
		await until(() => sandbox.job(stuck)?.progress === 60);
		expect((await client.get(`/splits/${stuck}`)).data).toMatchObject({
			...{ status: 'processing', progress: 60 },
		});
		sandbox.nextJobs({ stuckAt: 10, withoutProgress: true });
		const silent = await jobWhen(client, await start(), 'processing');
		expect(silent).not.toHaveProperty('progress');
	});

	it('nextJobs takes a function, and progress rises in steps over the time asked for', async () => {
		const client = clientOf(sandbox);
		sandbox.nextJobs((job) =>
			job.request.metadata?.slow === true
				? { minimumMs: 1_500, progressSteps: 4, failWith: { code: 'JOB_FAILED' } }
				: { stuckAt: 5 },
		);
		const { data } = await client.post('/splits', { ...create, metadata: { slow: true } });
		const seen: number[] = [];
		await until(async () => {
			const job = (await client.get(`/splits/${data.id}`)).data;
			if (job.status === 'processing') seen.push(job.progress);
			return job.status === 'failed';
		});
		expect(seen.every((value) => value % 25 === 0)).toBe(true);
		expect(seen).toEqual([...seen].sort((a, b) => a - b));
		expect(new Set(seen).size).toBeGreaterThan(1);
	});
});
