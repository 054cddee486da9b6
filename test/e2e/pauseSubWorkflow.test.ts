import type { INode, INodeParameters } from 'n8n-workflow';
import { itemsOf } from '../../harness/client';
import { isFrom } from '../../harness/n8nVersions';
import { itemsNode, manualTrigger, otherNode, setNode, workflow } from '../../harness/workflows';
import { limitJobs } from '../support/sandbox';
import { agentWorkflow } from './support/agent';
import { startChatModel } from './support/chatModel';
import { sharedN8n } from './support/n8n';
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
		limitJobs(stage.sandbox, 0);
		const parent = await startParent(2, call(sub));
		await stage.client.waitForExecution(parent, { status: ['waiting'] });
		limitJobs(stage.sandbox);
		const execution = await stage.client.waitForExecution(parent);
		expect(execution.status).toBe('success');
		expect(itemsOf(execution, 'Call').map(({ json }) => [json.status, json.after])).toEqual([
			['completed', true],
			['completed', true],
		]);
	});

	it('goes on by itself where the caller does not wait', async () => {
		const sub = await createSub();
		limitJobs(stage.sandbox, 0);
		const parent = await startParent(1, call(sub, { waitForSubWorkflow: false }));
		expect((await stage.client.waitForExecution(parent)).status).toBe('success');
		await stage.client.waitForExecutions(sub, 1, { status: ['waiting'] });
		limitJobs(stage.sandbox);
		const [ran] = await stage.client.waitForExecutions(sub, 1, { status: ['success'] });
		const execution = await stage.client.execution(ran?.id ?? '');
		expect(itemsOf(execution, 'Edit Fields')[0]?.json).toMatchObject({ status: 'completed' });
	});

	/** Lets an agent call the sub-workflow as its tool. @returns the agent's execution, and what the tool said */
	const runAgent = async (version: number, sub: string) => {
		const { client } = stage;
		const model = await startChatModel();
		try {
			const credential = await client.createCredential('openAiApi', {
				apiKey: 'none',
				url: model.url,
			});
			const tool = otherNode('@n8n/n8n-nodes-langchain.toolWorkflow', 2.2, 'Tool', {
				description: 'Splits a recording',
				workflowId: { __rl: true, mode: 'id', value: sub },
				workflowInputs: { mappingMode: 'defineBelow', value: {} },
			});
			model.callWith({});
			const parent = await client.createWorkflow(agentWorkflow(version, credential, tool));
			return { execution: await client.runManually(parent.id), said: model.toolSaid() };
		} finally {
			await model.close();
		}
	};

	it('gives an agent that waits the finished job', async () => {
		stage.sandbox.nextJobs({ minimumMs: 3_000 }, 1);
		const { execution, said } = await runAgent(3, await createSub());
		expect(execution.status).toBe('success');
		expect(said).toContain('"status":"completed"');
	});

	// n8n 2.8 does not let the node know that an agent calls its workflow; 2.40 was seen to.
	const whereKnown = isFrom('2.40', sharedN8n().install.version) ? it : it.skip;
	whereKnown(
		'refuses, and submits nothing, where an agent would go on without the result',
		async () => {
			const { said } = await runAgent(2.2, await createSub());
			expect(said).toContain(
				"'Pause Until Webhook' cannot be used in a workflow that this AI agent",
			);
			expect(stage.sandbox.requests().filter(({ method }) => method === 'POST')).toEqual([]);
		},
	);
});
