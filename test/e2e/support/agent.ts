import type { INode } from 'n8n-workflow';
import type { CredentialReference, WorkflowDraft } from '../../../harness/workflows';
import { manualTrigger, otherNode, workflow } from '../../../harness/workflows';

/** The newest agent leaves its tools to the engine, the one before runs them inside itself. */
export const AGENTS = [3, 2.2];

/** An AI agent with a chat model (`startChatModel`) and one tool. */
export const agentWorkflow = (
	version: number,
	model: CredentialReference,
	tool: INode,
): WorkflowDraft => {
	const agent = otherNode('@n8n/n8n-nodes-langchain.agent', version, 'Agent', {
		promptType: 'define',
		text: 'Do what is needed.',
		options: { enableStreaming: false },
	});
	const chat = otherNode(
		'@n8n/n8n-nodes-langchain.lmChatOpenAi',
		1.2,
		'Model',
		{ model: { __rl: true, mode: 'id', value: 'stand-in' }, options: {} },
		{ credentials: { openAiApi: { id: model.id, name: model.name } } },
	);
	// In the old order of execution the agent would go on before its tool has run.
	const draft = workflow('Agent', [manualTrigger(), agent], { executionOrder: 'v1' });
	return {
		...draft,
		nodes: [...draft.nodes, chat, tool],
		connections: {
			...draft.connections,
			Model: { ai_languageModel: [[{ node: 'Agent', type: 'ai_languageModel', index: 0 }]] },
			[tool.name]: { ai_tool: [[{ node: 'Agent', type: 'ai_tool', index: 0 }]] },
		},
	};
};
