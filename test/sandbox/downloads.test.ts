import axios from 'axios';
import { startSandbox, type Sandbox, type SandboxOptions } from '../../sandbox';
import { until } from '../support/until';
import { clientOf, getBytes } from './support';

const open: Sandbox[] = [];

async function start(options: SandboxOptions = {}): Promise<Sandbox> {
	const sandbox = await startSandbox(options);
	open.push(sandbox);
	return sandbox;
}

afterEach(async () => {
	await Promise.all(open.splice(0).map(async (sandbox) => await sandbox.close()));
});

interface SegmentBody {
	downloadUrl: string;
	expiresAt: string;
	size: number;
}

async function segmentsOf(sandbox: Sandbox, id: string): Promise<SegmentBody[]> {
	return (await clientOf(sandbox).get(`/splits/${id}`)).data.segments;
}

it('serves segments on another origin, without a key, and logs what it was sent', async () => {
	const sandbox = await start();
	const job = sandbox.addSyntheticJob({ segments: 2, segmentBytes: 100_001, format: 'ogg' });
	const [, second] = await segmentsOf(sandbox, job.id);
	const url = new URL(second?.downloadUrl ?? '');
	expect(url.origin).toBe(sandbox.cdnUrl);
	expect(url.origin).not.toBe(new URL(sandbox.baseUrl).origin);
	expect(url.pathname).toMatch(/^\/segments\/.+-1\.ogg$/);
	const file = await getBytes(url.href);
	expect(file.status).toBe(200);
	expect(file.data.length).toBe(100_001);
	expect(file.headers).toMatchObject({ 'content-type': 'audio/ogg', 'content-length': '100001' });
	expect(sandbox.requests().at(-1)).toMatchObject({ origin: 'cdn', apiKey: 'none', status: 200 });
	await axios.get(url.href, { headers: { 'X-API-Key': sandbox.apiKey }, proxy: false });
	expect(sandbox.requests().at(-1)).toMatchObject({ origin: 'cdn', apiKey: 'known' });
});

it('refuses a URL that was changed', async () => {
	const sandbox = await start();
	const job = sandbox.addSyntheticJob();
	const [segment] = await segmentsOf(sandbox, job.id);
	const url = segment?.downloadUrl ?? '';
	expect((await getBytes(url.replace('-0.mp3', '-1.mp3'))).status).toBe(403);
	expect((await getBytes(url.replace(/expires=\d/, 'expires=9'))).status).toBe(403);
	expect((await getBytes(url)).status).toBe(200);
});

it('refuses a URL whose time is over, and gives fresh ones with each Get Job', async () => {
	const sandbox = await start({ segmentUrlLifetimeMs: 2_000 });
	const job = sandbox.addSyntheticJob();
	const [segment] = await segmentsOf(sandbox, job.id);
	const url = segment?.downloadUrl ?? '';
	await until(() => Date.now() > Date.parse(segment?.expiresAt ?? ''));
	const expired = await getBytes(url);
	expect(expired.status).toBe(403);
	expect(String(expired.headers['content-type'])).toContain('xml');
	sandbox.setSwitch('expiredStatus', 410);
	sandbox.setSwitch('expiredBody', 'json');
	const gone = await getBytes(url);
	expect([gone.status, JSON.parse(gone.data.toString()).error.code]).toEqual([
		...[410, 'DOWNLOAD_EXPIRED'],
	]);
	const [fresh] = await segmentsOf(sandbox, job.id);
	expect((await getBytes(fresh?.downloadUrl ?? '')).status).toBe(200);
});

it('lets URLs live for 24 hours', async () => {
	const sandbox = await start();
	const [segment] = await segmentsOf(sandbox, sandbox.addSyntheticJob().id);
	const left = Date.parse(segment?.expiresAt ?? '') - Date.now();
	expect(left).toBeLessThanOrEqual(24 * 3600_000);
	expect(left).toBeGreaterThan(23 * 3600_000);
});

it('forgets files when their retention ends', async () => {
	const sandbox = await start();
	const job = sandbox.addSyntheticJob();
	const [segment] = await segmentsOf(sandbox, job.id);
	sandbox.expireFiles(job.id);
	expect(await segmentsOf(sandbox, job.id)).toEqual([]);
	expect((await getBytes(segment?.downloadUrl ?? '')).status).toBe(404);
	sandbox.setSwitch('segmentsAfterRetention', 'missing');
	expect(await segmentsOf(sandbox, job.id)).toBeUndefined();
	sandbox.setSwitch('segmentsAfterRetention', 'dead');
	const [dead] = await segmentsOf(sandbox, job.id);
	expect((await getBytes(dead?.downloadUrl ?? '')).status).toBe(404);
});

describe('faults', () => {
	let sandbox: Sandbox;
	let urls: string[];
	beforeEach(async () => {
		sandbox = await start();
		const job = sandbox.addSyntheticJob({ segments: 2, segmentBytes: 300_000 });
		urls = (await segmentsOf(sandbox, job.id)).map(({ downloadUrl }) => downloadUrl);
	});

	it.each(['download-truncated', 'download-reset-midway'])('%s breaks off, once', async (name) => {
		sandbox.fault(name, { match: { segmentIndex: 1 } });
		expect((await getBytes(urls[0] ?? '')).data).toHaveLength(300_000);
		await expect(getBytes(urls[1] ?? '')).rejects.toThrow();
		expect((await getBytes(urls[1] ?? '')).data).toHaveLength(300_000);
	});

	it('download-expired and download-server-error answer a status', async () => {
		sandbox.fault('download-expired');
		sandbox.fault('download-server-error', { status: 503 });
		expect((await getBytes(urls[0] ?? '')).status).toBe(403);
		expect((await getBytes(urls[0] ?? '')).status).toBe(503);
	});

	it('download-rate-limit says when to come again', async () => {
		sandbox.fault('download-rate-limit', { retryAfterSeconds: 7 });
		sandbox.fault('download-rate-limit');
		const answers = [];
		for (let index = 0; index < 3; index += 1) answers.push(await getBytes(urls[0] ?? ''));
		expect(answers.map(({ status, headers }) => [status, headers['retry-after']])).toEqual([
			[429, '7'],
			[429, '1'],
			[200, undefined],
		]);
	});

	it('download-rate-limit may give a date', async () => {
		sandbox.setSwitch('retryAfterFormat', 'date');
		sandbox.fault('download-rate-limit', { retryAfterSeconds: 3600 });
		const date = String((await getBytes(urls[0] ?? '')).headers['retry-after']);
		expect(date).toMatch(/ GMT$/);
		expect(Date.parse(date)).toBeGreaterThan(Date.now());
	});

	it('download-empty is a file like any other, without a byte', async () => {
		sandbox.fault('download-empty');
		const empty = await getBytes(urls[0] ?? '');
		expect([empty.status, empty.data.length]).toEqual([200, 0]);
		expect(empty.headers).toMatchObject({ 'content-type': 'audio/mpeg', 'content-length': '0' });
		expect((await getBytes(urls[0] ?? '')).data).toHaveLength(300_000);
	});

	it('download-redirect leads to another host that has the file', async () => {
		sandbox.fault('download-redirect');
		const answer = await getBytes(urls[0] ?? '');
		expect(answer.status).toBe(302);
		const target = String(answer.headers.location);
		expect(new URL(target).origin).toBe(sandbox.foreignUrl);
		expect((await getBytes(target)).data).toHaveLength(300_000);
		expect(sandbox.requests().at(-1)).toMatchObject({ origin: 'foreign', apiKey: 'none' });
	});

	it('download-slow answers late, download-time-out never', async () => {
		sandbox.fault('download-slow', { delayMs: 30 });
		expect((await getBytes(urls[0] ?? '')).data).toHaveLength(300_000);
		sandbox.fault('download-time-out');
		await expect(axios.get(urls[0] ?? '', { timeout: 100, proxy: false })).rejects.toThrow(
			'timeout',
		);
	});
});
