import { randomUUID } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import axios from 'axios';
import type { INode, INodeParameters } from 'n8n-workflow';
import { audioSpliter, downloadNode, otherNode, workflow } from '../../harness/workflows';
import { RECORDING } from '../support/sandbox';
import { until } from '../support/until';
import { runAction } from './support/action';
import { useSandbox } from './support/stage';

const stage = useSandbox();

const create = (waitMode: string): INodeParameters => ({
	resource: 'splitJob',
	operation: 'create',
	source: 'binary',
	segmentDuration: 5,
	waitMode,
});

/** A sub-workflow with n8n's default settings that submits the file which it is given. */
const createSub = async (waitMode: string): Promise<string> => {
	const start = otherNode('n8n-nodes-base.executeWorkflowTrigger', 1.1, 'Start', {
		inputSource: 'passthrough',
	});
	const draft = workflow('Sub', [start, audioSpliter(create(waitMode), stage.credential)]);
	const { id } = await stage.client.createWorkflow(draft);
	await stage.client.activate(id);
	return id;
};

const webhook = (): INode => {
	const path = randomUUID();
	return otherNode(
		'n8n-nodes-base.webhook',
		2,
		'Webhook',
		{ httpMethod: 'POST', path, options: {} },
		{ webhookId: path },
	);
};

/** Starts a parent that gets a file, hands it to the sub-workflow, and is not saved. @returns its id */
const runParent = async (sub: string, waitForSubWorkflow: boolean): Promise<string> => {
	const start = webhook();
	const call = otherNode('n8n-nodes-base.executeWorkflow', 1.2, 'Call', {
		source: 'database',
		workflowId: { __rl: true, mode: 'id', value: sub },
		options: { waitForSubWorkflow },
	});
	const file = downloadNode(stage.sandbox.fileUrl(RECORDING));
	const { id } = await stage.client.createWorkflow(
		workflow('Parent', [start, file, call], { saveDataSuccessExecution: 'none' }),
	);
	await stage.client.activate(id);
	const url = `${stage.client.http.defaults.baseURL}/webhook/${start.webhookId}`;
	await axios.post(url, {}, { proxy: false });
	return id;
};

describe.each([
	['none', true],
	['none', false],
	['webhook', false],
])('a file that a caller hands over, wait mode %s', (waitMode, callerWaits) => {
	it(`outlives a caller that ${callerWaits ? 'waits' : 'does not wait'} and is not saved`, async () => {
		const { sandbox, client } = stage;
		const known = sandbox.jobs().length;
		// The service fetches the file when n8n has long deleted the caller's execution.
		sandbox.nextJobs({ queuedMs: 5_000 });
		const sub = await createSub(waitMode);
		const parent = await runParent(sub, callerWaits);
		await until(() => sandbox.jobs().length > known);
		await until(async () => (await client.executions(parent)).length === 0);
		const job = () => sandbox.jobs().at(-1);
		expect(job()?.status).toBe('queued');
		await until(() => ['completed', 'failed'].includes(job()?.status ?? ''));
		const { size } = await stat(join(sandbox.folder, RECORDING));
		expect(job()?.error).toBeUndefined();
		expect(job()).toMatchObject({ status: 'completed', sourceSize: size });
		await client.waitForExecutions(sub, 1, { status: ['success'] });
		await client.deactivate(parent);
		await client.deactivate(sub);
	});
});

it.each(['none', 'poll', 'webhook'])('refuses an empty file, wait mode %s', async (waitMode) => {
	const empty = otherNode('n8n-nodes-base.code', 2, 'Code', {
		mode: 'runOnceForAllItems',
		jsCode:
			"return [{ json: {}, binary: { data: await this.helpers.prepareBinaryData(Buffer.alloc(0), 'talk.mp3', 'audio/mpeg') } }];",
	});
	const { error } = await runAction(stage, create(waitMode), { before: [empty] });
	expect(error?.message).toBe("The file 'talk.mp3' is empty: it has 0 bytes");
	expect(error?.context?.itemIndex).toBe(0);
	expect(stage.sandbox.requests()).toEqual([]);
});
