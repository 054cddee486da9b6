import { createHmac } from 'node:crypto';
import { startSandbox, type Sandbox, type SandboxOptions } from '../../sandbox';
import { RETRY_DELAYS_MS } from '../../sandbox/world/options';
import { until } from '../support/until';
import { clientOf, startReceiver } from './support';

const MINUTE_MS = 60_000;
const open: Array<{ close: () => Promise<void> }> = [];

async function start(options: SandboxOptions = {}): Promise<Sandbox> {
	const sandbox = await startSandbox({ retryDelaysMs: [1, 1, 1, 1, 1, 1, 1], ...options });
	open.push(sandbox);
	return sandbox;
}

async function receive(
	answer?: (index: number) => number | null,
): Promise<Awaited<ReturnType<typeof startReceiver>>> {
	const receiver = await startReceiver(answer);
	open.push(receiver);
	return receiver;
}

afterEach(async () => {
	await Promise.all(open.splice(0).map(async ({ close }) => await close()));
});

const hmac = (secret: string, body: string): string =>
	createHmac('sha256', secret).update(body, 'utf8').digest('hex');

it('keeps the documented schedule: 8 attempts over 82 h 36 min', () => {
	expect(RETRY_DELAYS_MS.map((delay) => delay / MINUTE_MS)).toEqual([
		...[1, 5, 30, 120, 480, 1440, 2880],
	]);
});

it('sends the documented headers and body, signed', async () => {
	const sandbox = await start();
	const { url, received } = await receive();
	const { done } = sandbox.send({ url, jobId: 'job_1', data: { status: 'completed', n: 'Grüße' } });
	expect(await done).toMatchObject({ state: 'delivered', attempts: [{ status: 200 }] });
	const [request] = received;
	expect(request?.headers).toMatchObject({
		'content-type': 'application/json',
		'x-audiospliter-event': 'job.completed',
		'x-audiospliter-delivery': expect.stringMatching(/./),
		'user-agent': 'AudioSpliter-Webhook/1.0',
		'x-audiospliter-signature': hmac(sandbox.signingSecret, request?.body ?? ''),
	});
	expect(JSON.parse(request?.body ?? '')).toEqual({
		...{ event: 'job.completed', jobId: 'job_1', timestamp: expect.stringMatching(/Z$/) },
		data: { status: 'completed', n: 'Grüße' },
	});
});

it('signs with a secret that was replaced meanwhile, also what is on its way', async () => {
	const sandbox = await start({ retryDelaysMs: [500] });
	const { url, received } = await receive((index) => (index === 0 ? 401 : 200));
	const before = sandbox.signingSecret;
	const { done } = sandbox.send({ url });
	await until(() => received.length > 0);
	sandbox.setSigningSecret('whsec_new');
	await done;
	expect(sandbox.signingSecret).toBe('whsec_new');
	expect(received.map(({ headers }) => headers['x-audiospliter-signature'])).toEqual(
		received.map(({ body }, index) => hmac(index === 0 ? before : 'whsec_new', body)),
	);
});

it('signs pretty-printed bodies that no re-serializer writes again', async () => {
	const sandbox = await start({ switches: { signBody: 'pretty' } });
	const { url, received } = await receive();
	await sandbox.send({ url, data: { name: 'äöü 日本 🎧🎙' } }).done;
	const body = received[0]?.body ?? '';
	expect(body).toContain('\n');
	expect(body).toMatch(/\\u00/);
	expect(body).toMatch(/[äöü]/);
	expect(JSON.parse(body).data.name).toBe('äöü 日本 🎧🎙');
	expect(hmac(sandbox.signingSecret, JSON.stringify(JSON.parse(body)))).not.toBe(
		received[0]?.headers['x-audiospliter-signature'],
	);
	expect(received[0]?.headers['x-audiospliter-signature']).toBe(hmac(sandbox.signingSecret, body));
});

it.each([
	['4xx', 410],
	['5xx', 500],
	['a redirect, which it does not follow', 302],
])('retries after %s, eight attempts in all, with one delivery ID', async (_name, status) => {
	const sandbox = await start();
	const { url, received } = await receive(() => status);
	const delivery = await sandbox.send({ url }).done;
	expect(delivery.state).toBe('exhausted');
	expect(delivery.attempts.map((attempt) => attempt.status)).toEqual(Array(8).fill(status));
	expect(received).toHaveLength(8);
	expect(new Set(received.map(({ headers }) => headers['x-audiospliter-delivery'])).size).toBe(1);
	expect(new Set(received.map(({ body }) => body)).size).toBe(1);
});

it('scales the documented waits', async () => {
	// One minute and five, 60,000 times as fast: unscaled, this test would not end in time.
	const sandbox = await start({ retryDelaysMs: undefined, timeScale: 60_000 });
	const { url } = await receive((index) => (index < 2 ? 503 : 204));
	expect(await sandbox.send({ url }).done).toMatchObject({
		state: 'delivered',
		attempts: [{ status: 503 }, { status: 503 }, { status: 204 }],
	});
});

it('takes silence and a refused connection for failures', async () => {
	const sandbox = await start({ webhookTimeoutMs: 2_000 });
	const { url } = await receive((index) => (index === 0 ? null : 200));
	const slow = await sandbox.send({ url }).done;
	expect(slow.attempts).toMatchObject([
		{ status: null, error: 'no response within 2000 ms' },
		{ status: 200 },
	]);
	const refused = await sandbox.send({ url: 'http://127.0.0.1:9/', maxAttempts: 2 }).done;
	expect(refused.attempts).toMatchObject([{ status: null }, { status: null }]);
	expect(refused.attempts[0]?.error).toContain('ECONNREFUSED');
});

it('gives each attempt an ID of its own by switch', async () => {
	const sandbox = await start({ switches: { deliveryIdPerAttempt: true } });
	const { url, received } = await receive((index) => (index < 3 ? 500 : 200));
	await sandbox.send({ url }).done;
	expect(new Set(received.map(({ headers }) => headers['x-audiospliter-delivery'])).size).toBe(4);
});

it('disables a URL after three exhausted events in a row, until it is enabled again', async () => {
	const sandbox = await start();
	let status = 500;
	const { url, received } = await receive(() => status);
	const states = async (count: number): Promise<string[]> => {
		const ended: string[] = [];
		for (let index = 0; index < count; index += 1) {
			ended.push((await sandbox.send({ url, maxAttempts: 2 }).done).state);
		}
		return ended;
	};
	expect(await states(2)).toEqual(['exhausted', 'exhausted']);
	status = 200;
	expect(await states(1)).toEqual(['delivered']);
	status = 500;
	expect(await states(4)).toEqual(['exhausted', 'exhausted', 'exhausted', 'dropped']);
	expect(sandbox.disabledWebhooks()).toEqual([url]);
	const before = received.length;
	status = 200;
	expect(await states(1)).toEqual(['dropped']);
	expect(received).toHaveLength(before);
	sandbox.enableWebhook(url);
	expect(await states(1)).toEqual(['delivered']);
});

it.each([
	['url', (url: string) => [url, 'dropped', 'delivered']],
	['account', () => ['*', 'dropped', 'dropped']],
] as const)('disables and enables on demand: %s', async (scope, expected) => {
	const sandbox = await start({ switches: { disableScope: scope }, retryDelaysMs: [500] });
	let status = 500;
	const [first, second] = [await receive(() => status), await receive()];
	const waiting = sandbox.send({ url: first.url });
	await until(() => waiting.delivery.nextRetryAt !== undefined);
	status = 200;
	sandbox.disableWebhook(first.url);
	// Also what waits for a retry.
	expect((await waiting.done).state).toBe('dropped');
	const states = [];
	for (const { url } of [first, second]) states.push((await sandbox.send({ url }).done).state);
	expect([...sandbox.disabledWebhooks(), ...states]).toEqual(expected(first.url));
	sandbox.enableWebhook(first.url);
	expect(sandbox.disabledWebhooks()).toEqual([]);
	for (const { url } of [first, second]) {
		expect((await sandbox.send({ url }).done).state).toBe('delivered');
	}
});

it('sends what a receiver must refuse: wrong secret, no signature, no JSON', async () => {
	const sandbox = await start();
	const { url, received } = await receive();
	await sandbox.send({ url, signingSecret: 'whsec_other' }).done;
	await sandbox.send({ url, headers: { 'X-AudioSpliter-Signature': '' } }).done;
	await sandbox.send({ url, rawBody: 'no json' }).done;
	const [wrong, unsigned, text] = received;
	expect(wrong?.headers['x-audiospliter-signature']).toBe(hmac('whsec_other', wrong?.body ?? ''));
	expect(unsigned?.headers).not.toHaveProperty('x-audiospliter-signature');
	expect(text?.body).toBe('no json');
});

describe('events of jobs', () => {
	it('follow a job: progress at 25, 50 and 75 by switch, then the end', async () => {
		const sandbox = await start({ switches: { progressEvents: 'on' } });
		const { url, received } = await receive();
		sandbox.nextJobs({ minimumMs: 400, failWith: { code: 'CORRUPT_FILE', message: 'cut off' } });
		const { data: job } = await clientOf(sandbox).post('/splits', {
			...{ sourceUrl: 'http://127.0.0.1:9/x.mp3', splitMode: 'duration', segmentDuration: 5 },
			...{ webhookUrl: url, metadata: { a: 1 } },
		});
		expect(job.webhookUrl).toBe(url);
		await until(() => received.length === 4);
		await sandbox.settle();
		const bodies = received.map(({ body }) => JSON.parse(body));
		const progress = bodies.filter(({ event }) => event === 'job.progress').map(({ data }) => data);
		expect(progress).toEqual(
			expect.arrayContaining([25, 50, 75].map((at) => ({ status: 'processing', progress: at }))),
		);
		expect(bodies.find(({ event }) => event === 'job.failed')).toMatchObject({
			jobId: job.id,
			data: { status: 'failed', error: { code: 'CORRUPT_FILE', message: 'cut off' } },
		});
	});
});

it('sends a thousand webhooks at bounded concurrency and settles', async () => {
	const sandbox = await start({ webhookConcurrency: 20 });
	const { url, received } = await receive();
	for (let index = 0; index < 1000; index += 1) sandbox.send({ url });
	await sandbox.settle();
	expect(received).toHaveLength(1000);
	expect(sandbox.deliveries().every(({ state }) => state === 'delivered')).toBe(true);
	const ids = received.map(({ headers }) => headers['x-audiospliter-delivery']);
	expect(new Set(ids).size).toBe(1000);
});

it('cancels what waits for a retry when it is closed', async () => {
	const sandbox = await startSandbox();
	const { url } = await receive(() => 500);
	const { delivery, done } = sandbox.send({ url });
	await until(() => delivery.nextRetryAt !== undefined);
	expect(
		(delivery.nextRetryAt ?? 0) - (delivery.attempts[0]?.startedAt ?? 0),
	).toBeGreaterThanOrEqual(MINUTE_MS);
	await sandbox.close();
	expect((await done).state).toBe('cancelled');
});
