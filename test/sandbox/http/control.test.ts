import axios, { type AxiosInstance } from 'axios';
import { startSandbox, type Sandbox } from '../../../sandbox';
import { clientOf, startReceiver } from '../support';

let sandbox: Sandbox;
let control: AxiosInstance;
let receiver: Awaited<ReturnType<typeof startReceiver>> | undefined;

beforeEach(async () => {
	sandbox = await startSandbox();
	control = axios.create({
		baseURL: new URL('/__sandbox', sandbox.baseUrl).href,
		...{ validateStatus: null, proxy: false },
	});
});
afterEach(async () => {
	await receiver?.close();
	receiver = undefined;
	await sandbox.close();
});

it('sets faults, switches and plans for other processes, and shows the state', async () => {
	const client = clientOf(sandbox);
	await control.post('/faults', { name: 'unavailable', count: 'always' });
	expect((await client.get('/splits')).status).toBe(503);
	await control.delete('/faults');
	expect((await client.get('/splits')).status).toBe(200);
	await control.post('/switches', { listShape: 'array' });
	expect((await client.get('/splits')).data).toEqual([]);
	await control.post('/plan', { plan: 'starter' });
	expect((await client.get('/splits')).headers['x-ratelimit-limit']).toBe('60');
	const { data } = await control.post('/synthetic-jobs', { segments: 3 });
	await control.post('/expire-files', { jobId: data.id });
	expect((await control.get('/state')).data).toMatchObject({
		...{ switches: { listShape: 'array' }, jobs: [{ id: data.id, filesExpired: true }] },
		requests: { api: 4, cdn: 0 },
	});
	expect((await control.get('/requests')).data[0]).toMatchObject({
		...{ status: 503, fault: 'unavailable', apiKey: 'known' },
	});
	expect(JSON.stringify((await control.get('/requests')).data)).not.toContain(sandbox.apiKey);
	expect((await control.post('/faults', { name: 'earthquake' })).status).toBe(400);
});

it('sends webhooks and tells every attempt', async () => {
	receiver = await startReceiver();
	const { url, received } = receiver;
	const sent = await control.post('/send', { url, event: 'job.failed', times: 3, wait: true });
	expect(received).toHaveLength(3);
	expect(sent.data.deliveries).toHaveLength(3);
	const { data } = await control.get('/settle');
	expect(data.deliveries[0]).toMatchObject({
		...{ event: 'job.failed', state: 'delivered', url },
		attempts: [{ number: 1, status: 200, responseBody: '{"received":true}' }],
	});
});

it('seeds and ends jobs, and keeps webhooks back, disables them and sends them late', async () => {
	receiver = await startReceiver();
	const { url: webhookUrl, received } = receiver;
	const seeded = await control.post('/seed-jobs', { count: 3, completedAt: 0, webhookUrl });
	expect(seeded.data.ids).toHaveLength(3);
	const { data } = await control.post('/synthetic-jobs', {
		...{ status: 'processing', request: { webhookUrl } },
	});
	await control.post('/withhold-webhooks', { on: true });
	await control.post('/finish-job', { jobId: data.id });
	expect(sandbox.job(data.id)?.status).toBe('completed');
	expect((await control.post('/send-end', { jobId: seeded.data.ids[1] })).data).toMatchObject({
		...{ event: 'job.completed', jobId: seeded.data.ids[1] },
	});
	await control.get('/settle');
	expect(received).toHaveLength(1);
	expect((await control.post('/send-withheld', {})).data).toEqual({ sent: 1 });
	await control.get('/settle');
	expect(received).toHaveLength(2);
	await control.post('/disable-webhook', { url: webhookUrl });
	const state = await control.get('/state');
	expect(state.data.disabledWebhooks).toEqual([webhookUrl]);
	await control.post('/enable-webhook', { url: webhookUrl });
	expect(sandbox.disabledWebhooks()).toEqual([]);
	expect((await control.post('/finish-job', { jobId: 'job_none' })).status).toBe(400);
});
