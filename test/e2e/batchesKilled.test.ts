import type { N8n } from '../../harness/n8n';
import { itemsOf } from '../../harness/client';
import { sandboxCredential } from '../../harness/sandboxCredential';
import type { Sandbox } from '../../sandbox';
import { limitJobs, sandboxWithRecording } from '../support/sandbox';
import { until } from '../support/until';
import { startOwnN8n } from './support/n8n';
import { pausingWorkflow } from './support/paused';
import type { Stage } from './support/stage';

let n8n: N8n;
let sandbox: Sandbox;
let stage: Stage;

beforeAll(async () => {
	sandbox = await sandboxWithRecording();
	n8n = await startOwnN8n();
	stage = {
		client: n8n.client,
		sandbox,
		credential: await sandboxCredential(n8n.client, sandbox),
	};
});

afterAll(async () => {
	await n8n?.stop();
	await sandbox?.close();
});

const polling = { waitMode: 'poll', waitOptions: { pollInterval: 1 } };

describe('n8n, killed while it submits a batch', () => {
	const COUNT = 12;

	it.each([
		['polls', polling],
		['pauses', { waitMode: 'webhook' }],
	])('submits nothing by itself afterwards, and runs the batch anew: %s', async (_way, mode) => {
		const before = sandbox.jobs().length;
		sandbox.addKey({ key: `as_test_sk_${before}` });
		const apiKey = { apiKey: `as_test_sk_${before}` };
		const credential = await sandboxCredential(n8n.client, sandbox, apiKey);
		const submitted = () => sandbox.jobs().length - before;
		limitJobs(sandbox, 2);
		sandbox.setSwitch('overConcurrency', '429');
		sandbox.nextJobs({ minimumMs: 1_000 }, 1_000);
		const draft = pausingWorkflow({ ...stage, credential }, COUNT, mode);
		const { id } = await n8n.client.createWorkflow(draft);
		const cutOff = await n8n.client.startManually(id);
		await until(() => submitted() >= 5);
		await n8n.kill();
		const atKill = submitted();
		await n8n.restart();
		expect((await n8n.client.execution(cutOff)).status).not.toBe('success');
		expect(submitted()).toBe(atKill);
		const execution = await n8n.client.runManually(id);
		expect(execution.status).toBe('success');
		expect(itemsOf(execution, 'AudioSpliter').map(({ json }) => json.status)).toEqual(
			Array(COUNT).fill('completed'),
		);
		expect(submitted()).toBe(atKill + COUNT);
	});
});
