import type { INode, INodeParameters } from 'n8n-workflow';
import { itemsOf } from '../../harness/client';
import { itemsNode, manualTrigger, otherNode, setNode, workflow } from '../../harness/workflows';
import { pausingWorkflow } from './support/paused';
import { useSandbox } from './support/stage';

const stage = useSandbox({ timeScale: 60 });

/** A sub-workflow that pauses: what it is given, Create, and a node after it. */
const createSub = async () => {
	const start = otherNode('n8n-nodes-base.executeWorkflowTrigger', 1.1, 'Start', {
		inputSource: 'passthrough',
	});
	const [, , pause] = pausingWorkflow(stage, 1).nodes;
	const draft = workflow('Sub', [start, pause as INode, setNode({ after: true })]);
	const { id } = await stage.client.createWorkflow(draft);
	await stage.client.activate(id);
	return id;
};

const call = (workflowId: string, options: INodeParameters = {}) =>
	otherNode('n8n-nodes-base.executeWorkflow', 1.2, 'Call', {
		source: 'database',
		workflowId: { __rl: true, mode: 'id', value: workflowId },
		options,
	});

const startParent = async (count: number, calling: INode): Promise<string> => {
	const items = Array.from({ length: count }, (_unused, number) => ({ number }));
	const draft = workflow('Parent', [manualTrigger(), itemsNode(items), calling]);
	const { id } = await stage.client.createWorkflow(draft);
	return await stage.client.startManually(id);
};

describe('pause until webhook, in a sub-workflow', () => {
	it('pauses the workflow that called it as well, and gives it the finished jobs', async () => {
		const sub = await createSub();
		stage.sandbox.nextJobs({ minimumMs: 3_000 }, 2);
		const parent = await startParent(2, call(sub));
		await stage.client.waitForExecution(parent, { status: ['waiting'] });
		const execution = await stage.client.waitForExecution(parent);
		expect(execution.status).toBe('success');
		expect(itemsOf(execution, 'Call').map(({ json }) => [json.status, json.after])).toEqual([
			['completed', true],
			['completed', true],
		]);
	});

	it('goes on by itself where the caller does not wait', async () => {
		const sub = await createSub();
		stage.sandbox.nextJobs({ minimumMs: 3_000 }, 1);
		const parent = await startParent(1, call(sub, { waitForSubWorkflow: false }));
		expect((await stage.client.waitForExecution(parent)).status).toBe('success');
		const [ran] = await stage.client.waitForExecutions(sub, 1, { status: ['success'] });
		const execution = await stage.client.execution(ran?.id ?? '');
		expect(itemsOf(execution, 'Edit Fields')[0]?.json).toMatchObject({ status: 'completed' });
	});
});
