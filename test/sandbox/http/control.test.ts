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
