import type { Proxy } from '../../harness/cluster/proxy';
import { startProxy } from '../../harness/cluster/proxy';
import type { N8n } from '../../harness/n8n';
import { sandboxCredential } from '../../harness/sandboxCredential';
import type { Sandbox } from '../../sandbox';
import { startSandbox } from '../../sandbox';
import { lateAnswers } from '../rounds/trigger/slots';
import { activeTrigger, emittedJobs } from '../support/triggered';
import { startOwnN8n } from './support/n8n';

let n8n: N8n | undefined;
let proxy: Proxy | undefined;
let sandbox: Sandbox;

afterEach(async () => {
	await n8n?.stop();
	await proxy?.close();
	await sandbox.close();
});

describe('n8n behind a proxy', () => {
	const start = async (strip: string | undefined, env: NodeJS.ProcessEnv) => {
		let main = 0;
		sandbox = await startSandbox();
		proxy = await startProxy(() => ({ processors: [], main }), { strip });
		n8n = await startOwnN8n({
			env: { ...env, WEBHOOK_URL: `${proxy.url}${strip ?? ''}/`, N8N_PROXY_HOPS: '1' },
		});
		main = n8n.port;
		return { proxy, n8n };
	};

	const expectToWork = async (base: string, at: N8n) => {
		const settings = await at.client.http.get<{ data: Record<string, string> }>('/rest/settings');
		const { urlBaseWebhook, endpointWebhook } = settings.data.data;
		expect(urlBaseWebhook).toBe(`${base}/`);

		sandbox.setSwitch('signBody', 'pretty');
		const credential = await sandboxCredential(at.client, sandbox);
		const trigger = await activeTrigger({ client: at.client, sandbox, url: base }, credential);
		// The URL that the editor shows, whatever the proxy makes of it.
		const url = `${urlBaseWebhook}${endpointWebhook}/${trigger.trigger.webhookId}/webhook`;
		const headers = { 'X-Forwarded-For': '203.0.113.7', 'X-Forwarded-Proto': 'https' };
		const send = async (jobId: string, more = {}) => {
			const data = { status: 'completed', segments: [], metadata: { title: 'Größe – 音声' } };
			const sending = sandbox.send({ url, jobId, data, headers, maxAttempts: 1, ...more });
			const { status, responseBody } = (await sending.done).attempts[0] ?? {};
			return { status, body: responseBody };
		};
		expect(await send('a')).toEqual({ status: 200, body: '{"received":true}' });
		expect(emittedJobs(await trigger.outputs())).toEqual(['a']);
		expect(await send('a')).toEqual({ status: 200, body: '{"received":true,"duplicate":true}' });
		expect((await send('b', { signingSecret: 'whsec_other' })).status).toBe(401);
		expect(emittedJobs(await trigger.outputs())).toEqual(['a']);
		sandbox.setSwitch('signBody', 'compact');
	};

	it('receives events under a path that the proxy takes off', async () => {
		const { proxy: front, n8n: at } = await start('/audio', { N8N_PATH: '/audio/' });
		await expectToWork(`${front.url}/audio`, at);
	}, 600_000);

	it('receives events under a path that the proxy leaves on', async () => {
		const { proxy: front, n8n: at } = await start(undefined, {
			N8N_ENDPOINT_WEBHOOK: 'audio/hooks',
		});
		await expectToWork(front.url, at);
	}, 600_000);
});

describe('one execution at a time, each slower than the sender waits', () => {
	it('emits each event once, although its acknowledgement comes too late', async () => {
		// The sender's 30 seconds last one and a half.
		sandbox = await startSandbox({ timeScale: 20, webhookTimeoutMs: 1_500 });
		n8n = await startOwnN8n({ env: { N8N_CONCURRENCY_PRODUCTION_LIMIT: '1' } });
		const credential = await sandboxCredential(n8n.client, sandbox);
		const at = { client: n8n.client, url: n8n.url, sandbox, credential };
		const figures = await lateAnswers(at, { events: 3, seconds: 3 });
		console.log('Late acknowledgements:', figures);
		expect(figures.timedOut).toBeGreaterThan(0);
		expect(figures).toMatchObject({ emitted: 3, repeated: 0, delivered: 3 });
	}, 600_000);
});
