import { setTimeout as sleep } from 'node:timers/promises';
import { itemsOf } from '../../harness/client';
import type { N8n } from '../../harness/n8n';
import { sandboxCredential } from '../../harness/sandboxCredential';
import type { Sandbox } from '../../sandbox';
import { sandboxWithRecording, TWO_AT_ONCE } from '../support/sandbox';
import { until } from '../support/until';
import { startOwnN8n } from './support/n8n';
import { pausingWorkflow } from './support/paused';

/** A batch that was under way when n8n was killed. */
interface CutOff {
	sandbox: Sandbox;
	workflowId: string;
	executionId: string;
	/** The jobs that had been submitted by then. */
	submitted: number;
}

const COUNT = 8;

// n8n starts twice before the first test.
jest.setTimeout(300_000);

const MODES = {
	polls: { waitMode: 'poll', waitOptions: { pollInterval: 1 } },
	pauses: { waitMode: 'webhook' },
	'does not wait': { waitMode: 'none' },
};
type Way = keyof typeof MODES;
const WAYS = Object.keys(MODES) as Way[];

let n8n: N8n;
const batches = {} as Record<Way, CutOff>;

/** Starts a batch on a service of its own. */
const start = async (way: Way): Promise<void> => {
	const { client } = n8n;
	const sandbox = await sandboxWithRecording(TWO_AT_ONCE);
	const credential = await sandboxCredential(client, sandbox);
	const draft = pausingWorkflow({ client, credential, sandbox }, COUNT, MODES[way]);
	const { id: workflowId } = await client.createWorkflow(draft);
	const executionId = await client.startManually(workflowId);
	batches[way] = { sandbox, workflowId, executionId, submitted: 0 };
};

beforeAll(async () => {
	n8n = await startOwnN8n();
	await Promise.all(WAYS.map(start));
	const all = Object.values(batches);
	await until(() => all.every(({ sandbox }) => sandbox.jobs().length >= 3));
	await n8n.kill();
	// A create may have been on its way.
	await sleep(500);
	for (const batch of all) batch.submitted = batch.sandbox.jobs().length;
	await n8n.restart();
});

afterAll(async () => {
	await n8n?.stop();
	await Promise.all(Object.values(batches).map(async ({ sandbox }) => await sandbox.close()));
});

describe('n8n, killed while it submits a batch', () => {
	it.each(WAYS)('submits nothing by itself afterwards: %s', async (way) => {
		const { sandbox, executionId, submitted } = batches[way];
		expect(submitted).toBeLessThan(COUNT);
		expect((await n8n.client.execution(executionId)).status).not.toBe('success');
		expect(sandbox.jobs()).toHaveLength(submitted);
	});

	it('runs the batches anew', async () => {
		const runs = await Promise.all(
			WAYS.map(async (way) => {
				const { sandbox, workflowId, submitted } = batches[way];
				const execution = await n8n.client.runManually(workflowId);
				const ended = itemsOf(execution, 'AudioSpliter');
				return {
					...{ way, status: execution.status, items: ended.length },
					completed: ended.filter(({ json }) => json.status === 'completed').length,
					jobs: sandbox.jobs().length - submitted,
				};
			}),
		);
		const done = { status: 'success', items: COUNT, jobs: COUNT };
		expect(runs).toEqual([
			{ ...done, way: 'polls', completed: COUNT },
			{ ...done, way: 'pauses', completed: COUNT },
			{ ...done, way: 'does not wait', completed: expect.any(Number) as number },
		]);
	});
});
