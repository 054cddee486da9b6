import type { N8n } from '../../harness/n8n';
import { sandboxCredential } from '../../harness/sandboxCredential';
import { untilIdle } from '../../harness/untilIdle';
import type { CredentialReference } from '../../harness/workflows';
import type { Sandbox } from '../../sandbox';
import { startSandbox } from '../../sandbox';
import { pollingWorkflow } from '../rounds/listening';
import type { Sink } from '../rounds/sink';
import { startSink } from '../rounds/sink';
import { until } from '../support/until';
import { startOwnN8n } from './support/n8n';

let n8n: N8n;
let sandbox: Sandbox;
let sink: Sink;
let credential: CredentialReference;

beforeAll(async () => {
	[sandbox, sink] = await Promise.all([startSandbox({ plan: 'pro' }), startSink()]);
	n8n = await startOwnN8n();
	credential = await sandboxCredential(n8n.client, sandbox);
});

afterAll(async () => {
	await n8n.stop();
	await Promise.all([sandbox.close(), sink.close()]);
});

const executionsOf = async (workflowId: string): Promise<number> => {
	const [row] = await n8n.client.query<{ n: number }>(
		'select count(*) n from execution_entity where workflowId = ?',
		workflowId,
	);
	return row?.n ?? 0;
};

/** n8n polls once whenever it activates a workflow. */
const pollNow = async (workflowId: string) => {
	await n8n.client.deactivate(workflowId);
	await n8n.client.activate(workflowId);
};

describe('the polling trigger', () => {
	it('emits each job once that finishes after the publication, and none from before', async () => {
		for (let index = 0; index < 1_000; index++) sandbox.addSyntheticJob({ id: `old_${index}` });
		const { workflowId } = await pollingWorkflow(n8n, credential, sink);
		await n8n.client.activate(workflowId);
		sandbox.clearRequests();
		await pollNow(workflowId);
		// Whatever the account's history.
		expect(sandbox.requests().map(({ path }) => path.replace(/.*status=/, ''))).toEqual([
			'completed',
			'failed',
		]);
		for (let round = 0; round < 30; round++) {
			for (let index = 0; index < 10; index++) {
				const status = index % 5 === 4 ? 'failed' : 'completed';
				sandbox.addSyntheticJob({ id: `new_${round}_${index}`, status });
			}
			await pollNow(workflowId);
			if (round === 10) await n8n.restart();
			if (round === 20) {
				await n8n.kill();
				await n8n.restart();
			}
		}
		await until(() => new Set(sink.received).size >= 300, { within: 120_000, every: 200 });
		await untilIdle(n8n.client, workflowId);
		console.log(`300 jobs over 30 polls: ${await executionsOf(workflowId)} executions`);
		expect(sink.received.filter((id) => id.startsWith('old'))).toEqual([]);
		expect(sink.received).toHaveLength(300);
	});
});
