import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { startSandbox, type Sandbox, type SandboxOptions } from '../../sandbox';
import { makeRecording } from '../../sandbox/audio/recording';
import { clientOf, getBytes, jobWhen, temporaryFolder } from './support';

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let recording: string;
const open: Sandbox[] = [];

async function start(options: SandboxOptions = {}): Promise<Sandbox> {
	const sandbox = await startSandbox({ files: { 'talk one.mp3': recording }, ...options });
	open.push(sandbox);
	return sandbox;
}

const byDuration = (sandbox: Sandbox): Record<string, unknown> => ({
	...{ sourceUrl: sandbox.fileUrl('talk one.mp3'), splitMode: 'duration', segmentDuration: 5 },
});

beforeAll(async () => {
	folder = temporaryFolder();
	recording = join(folder.path, 'talk.mp3');
	await makeRecording(recording, { minutes: 0.2 });
});
afterEach(async () => {
	await Promise.all(open.splice(0).map(async (sandbox) => await sandbox.close()));
});
afterAll(async () => await folder.remove());

describe('create, get, delete', () => {
	it('takes a job from queued to completed with the documented fields', async () => {
		const sandbox = await start({ processing: { queuedMs: 150, minimumMs: 1_500 } });
		const client = clientOf(sandbox);
		const body = {
			...byDuration(sandbox),
			...{ outputFormat: 'flac', metadata: { orderId: 'A-17' } },
		};
		const created = await client.post('/splits', body);
		expect(created.status).toBe(201);
		expect(created.data).toEqual({
			...{ id: expect.stringMatching(/^job_/), status: 'queued', splitMode: 'duration' },
			...{ segmentDuration: 5, outputFormat: 'flac', metadata: { orderId: 'A-17' } },
			createdAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/),
		});
		const processing = await jobWhen(client, created.data.id, 'processing');
		expect(Object.keys(processing).sort()).toEqual(
			['createdAt', 'id', 'progress', 'segmentDuration', 'splitMode', 'status'].sort(),
		);
		const job = await jobWhen(client, created.data.id, 'completed');
		expect(job).toMatchObject({
			...{ status: 'completed', outputFormat: 'flac', sourceFileName: 'talk one.mp3' },
			...{ sourceDuration: 12, metadata: { orderId: 'A-17' } },
			completedAt: expect.stringMatching(/Z$/),
		});
		const segments = job.segments as Array<Record<string, unknown>>;
		expect(segments.map(({ index }) => index)).toEqual([0, 1, 2]);
		const file = await getBytes(String(segments[2]?.downloadUrl));
		expect(file.headers['content-type']).toBe('audio/flac');
		expect(file.data.length).toBe(segments[2]?.size);
		expect(file.data.subarray(0, 4).toString()).toBe('fLaC');
	});

	it('deletes a job with its files, once, and not while it is processing', async () => {
		const sandbox = await start();
		const client = clientOf(sandbox);
		const { data } = await client.post('/splits', byDuration(sandbox));
		const job = await jobWhen(client, data.id, 'completed');
		const [segment] = job.segments as Array<{ downloadUrl: string }>;
		const gone = await client.delete(`/splits/${data.id}`);
		expect([gone.status, gone.data]).toEqual([204, '']);
		expect((await getBytes(segment?.downloadUrl ?? '')).status).toBe(404);
		expect((await client.get(`/splits/${data.id}`)).data.error).toMatchObject({
			...{ code: 'JOB_NOT_FOUND', status: 404 },
		});
		expect((await client.delete(`/splits/${data.id}`)).status).toBe(404);
		const busy = sandbox.addSyntheticJob({ status: 'processing', progress: 40 });
		const refused = await client.delete(`/splits/${busy.id}`);
		expect([refused.status, refused.data.error.code]).toEqual([409, 'JOB_ALREADY_PROCESSING']);
	});

	it.each([
		['no body', undefined, 400, 'INVALID_PARAMS'],
		['no sourceUrl', { sourceUrl: undefined }, 400, 'INVALID_PARAMS'],
		['a sourceUrl that is none', { sourceUrl: 'ftp://x/y.mp3' }, 400, 'INVALID_URL'],
		['an unknown mode', { splitMode: 'silence' }, 400, 'INVALID_PARAMS'],
		['a fraction of a second', { segmentDuration: 1.5 }, 400, 'INVALID_PARAMS'],
		['0 seconds', { segmentDuration: 0 }, 400, 'DURATION_TOO_SHORT'],
		['fileSize without a size', { splitMode: 'fileSize' }, 400, 'INVALID_PARAMS'],
		['an unknown format', { outputFormat: 'wma' }, 400, 'INVALID_FORMAT'],
		['a webhook URL that is none', { webhookUrl: 'here' }, 400, 'INVALID_PARAMS'],
		['a field that it does not know', { segmentLength: 5 }, 400, 'INVALID_PARAMS'],
		['the size of the other mode', { maxFileSize: 1_048_576 }, 400, 'INVALID_PARAMS'],
		['metadata that is a list', { metadata: [] }, 400, 'INVALID_PARAMS'],
	])('refuses a create with %s', async (_name, change, status, code) => {
		const sandbox = await start();
		const body = change === undefined ? undefined : { ...byDuration(sandbox), ...change };
		const answer = await clientOf(sandbox).post('/splits', body);
		expect(answer.status).toBe(status);
		expect(answer.data.error).toMatchObject({ code, status, message: expect.any(String) });
		expect(sandbox.jobs()).toEqual([]);
	});

	it.each([
		['DURATION_TOO_LONG', { segmentDuration: 60 }],
		['DOWNLOAD_FAILED', { sourceUrl: 'http://127.0.0.1:9/talk.mp3' }],
	])('fails a job with %s', async (code, change) => {
		const sandbox = await start();
		const client = clientOf(sandbox);
		const { data } = await client.post('/splits', { ...byDuration(sandbox), ...change });
		const job = await jobWhen(client, data.id, 'failed');
		expect(job.error).toMatchObject({ code, message: expect.any(String) });
	});

	it('tells text and broken audio apart', async () => {
		const sandbox = await start();
		sandbox.addFile('page.html', __filename);
		sandbox.addFile('broken.mp3', __filename);
		const client = clientOf(sandbox);
		for (const [name, code] of [
			['page.html', 'UNSUPPORTED_FORMAT'],
			['broken.mp3', 'CORRUPT_FILE'],
		] as const) {
			const body = { ...byDuration(sandbox), sourceUrl: sandbox.fileUrl(name) };
			const { data } = await client.post('/splits', body);
			expect((await jobWhen(client, data.id, 'failed')).error).toMatchObject({ code });
		}
	});
});

describe('list', () => {
	it('pages through jobs, newest first, and filters by status', async () => {
		const sandbox = await start();
		for (const index of [0, 1, 2, 3, 4]) {
			sandbox.addSyntheticJob({ id: `job_${index}`, status: index === 2 ? 'failed' : 'completed' });
		}
		const client = clientOf(sandbox);
		const { data } = await client.get('/splits?limit=2&page=2');
		expect(data.data.map(({ id }: { id: string }) => id)).toEqual(['job_2', 'job_1']);
		expect(data.pagination).toEqual({ page: 2, limit: 2, total: 5, totalPages: 3 });
		const failed = (await client.get('/splits?status=failed')).data.data;
		expect(failed).toHaveLength(1);
		expect(failed[0]).toMatchObject({ id: 'job_2', error: { code: 'JOB_FAILED' } });
		expect((await client.get('/splits?limit=101')).status).toBe(400);
		expect((await client.get('/splits?status=odd')).status).toBe(400);
	});

	it('follows its switches', async () => {
		const sandbox = await start();
		sandbox.addSyntheticJob({ id: 'job_a', request: { metadata: { a: 1 } } });
		sandbox.addSyntheticJob({ id: 'job_b' });
		sandbox.setSwitch('listShape', 'array');
		sandbox.setSwitch('listHonoursPage', false);
		sandbox.setSwitch('listItemsCarrySegments', 'off');
		sandbox.setSwitch('listItemsCarryMetadata', false);
		sandbox.setSwitch('listOrder', 'oldest');
		const { data } = await clientOf(sandbox).get('/splits?limit=1&page=2');
		expect(data).toHaveLength(1);
		expect(data[0].id).toBe('job_a');
		expect(Object.keys(data[0])).not.toEqual(expect.arrayContaining(['segments']));
		expect(Object.keys(data[0])).not.toEqual(expect.arrayContaining(['metadata']));
		expect(() => sandbox.setSwitch('listShapes', 'array')).toThrow('No switch "listShapes"');
	});
});

describe('keys, limits and quotas', () => {
	it('answers 401 and 403 by the key', async () => {
		const sandbox = await start({ keys: [{ key: 'as_test_reader', scopes: ['splits:read'] }] });
		const codeFor = async (key: string, method: string): Promise<unknown[]> => {
			const { status, data } = await clientOf(sandbox, key).request({ method, url: '/splits' });
			return [status, data.error?.code];
		};
		expect(await codeFor('', 'GET')).toEqual([401, 'UNAUTHORIZED']);
		expect(await codeFor('as_test_nobody', 'GET')).toEqual([401, 'UNAUTHORIZED']);
		expect(await codeFor('as_test_reader', 'GET')).toEqual([200, undefined]);
		expect(await codeFor('as_test_reader', 'POST')).toEqual([403, 'INSUFFICIENT_SCOPE']);
		sandbox.revokeKey('as_test_reader');
		expect(await codeFor('as_test_reader', 'GET')).toEqual([401, 'KEY_REVOKED']);
	});

	it('counts requests per key and says so on every answer', async () => {
		const sandbox = await start({ plan: 'free', keys: [{ key: 'as_test_other' }] });
		const client = clientOf(sandbox);
		const answers = [];
		// Twenty-one in one go pass the limit of ten even where a minute ends between them.
		for (let index = 0; index < 21; index += 1) answers.push(await client.get('/splits/job_none'));
		const [first] = answers;
		expect(first?.status).toBe(404);
		expect(first?.headers['x-ratelimit-limit']).toBe('10');
		expect(Number(first?.headers['x-ratelimit-reset']) % 60).toBe(0);
		const limited = answers.find(({ status }) => status === 429);
		expect(limited?.headers['x-ratelimit-remaining']).toBe('0');
		expect(limited?.data.error).toMatchObject({ code: 'RATE_LIMITED', status: 429 });
		expect(limited?.data.error.retryAfter).toBe(Number(limited?.headers['retry-after']));
		expect((await clientOf(sandbox, 'as_test_other').get('/splits')).status).toBe(200);
	});

	it('keeps to the concurrent jobs of the plan, or refuses by switch', async () => {
		const sandbox = await start({ plan: 'free', processing: { stuckAt: 10 } });
		const client = clientOf(sandbox);
		for (let index = 0; index < 3; index += 1) await client.post('/splits', byDuration(sandbox));
		expect(sandbox.jobs().map(({ status }) => status)).toEqual([
			...['processing', 'processing', 'queued'],
		]);
		sandbox.setSwitch('overConcurrency', '429');
		expect((await client.post('/splits', byDuration(sandbox))).status).toBe(429);
	});

	it.each([
		[1, '5'],
		[5, '1'],
	])(
		'asks a refused job to come back in its own time, %s times as fast',
		async (timeScale, wait) => {
			const processing = { stuckAt: 10 };
			const switches = { overConcurrency: '429' } as const;
			const sandbox = await start({ plan: 'free', processing, switches, timeScale });
			const client = clientOf(sandbox);
			for (let index = 0; index < 2; index += 1) await client.post('/splits', byDuration(sandbox));
			expect((await client.post('/splits', byDuration(sandbox))).headers['retry-after']).toBe(wait);
		},
	);

	it('counts the concurrent jobs of each key by itself, against its own plan', async () => {
		const sandbox = await start({ processing: { stuckAt: 10 } });
		sandbox.addKey({ key: 'as_test_free', plan: 'free' });
		const free = clientOf(sandbox, 'as_test_free');
		for (let index = 0; index < 3; index += 1) await free.post('/splits', byDuration(sandbox));
		for (let index = 0; index < 3; index += 1) {
			await clientOf(sandbox).post('/splits', byDuration(sandbox));
		}
		expect(sandbox.jobs().map(({ status }) => status)).toEqual([
			...['processing', 'processing', 'queued'],
			...['processing', 'processing', 'processing'],
		]);
		sandbox.setSwitch('overConcurrency', '429');
		expect((await free.post('/splits', byDuration(sandbox))).status).toBe(429);
		expect((await clientOf(sandbox).post('/splits', byDuration(sandbox))).status).toBe(201);
	});

	it('refuses by quota and by size', async () => {
		const sandbox = await start({ plan: 'free', minutesUsed: 60 });
		const client = clientOf(sandbox);
		const spent = await client.post('/splits', byDuration(sandbox));
		expect([spent.status, spent.data.error.code]).toEqual([402, 'QUOTA_EXCEEDED']);
		sandbox.setPlan({
			...{ requestsPerMinute: 60, concurrentJobs: 1, maxFileSize: 1000, minutesPerMonth: 100 },
		});
		const large = await client.post('/splits', byDuration(sandbox));
		expect([large.status, large.data.error.code]).toEqual([413, 'FILE_TOO_LARGE']);
		sandbox.setSwitch('sizeCheck', 'none');
		const { data } = await client.post('/splits', byDuration(sandbox));
		expect((await jobWhen(client, data.id, 'failed')).error).toMatchObject({
			code: 'FILE_TOO_LARGE',
		});
	});
});

describe('close', () => {
	it('ends a running job, both servers and the temporary files', async () => {
		const sandbox = await startSandbox({ files: { 'talk one.mp3': recording } });
		sandbox.nextJobs({ stuckAt: 50 });
		await clientOf(sandbox).post('/splits', byDuration(sandbox));
		await clientOf(sandbox).post('/splits', byDuration(sandbox));
		expect(existsSync(sandbox.folder)).toBe(true);
		await sandbox.close();
		expect(existsSync(sandbox.folder)).toBe(false);
		await expect(clientOf(sandbox).get('/splits')).rejects.toThrow('ECONNREFUSED');
		await expect(getBytes(sandbox.cdnUrl)).rejects.toThrow('ECONNREFUSED');
	});
});
