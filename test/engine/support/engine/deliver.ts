import { WebhookContext } from 'n8n-core';
import type { INodeExecutionData, INodeTypes, IWebhookData } from 'n8n-workflow';
import { Workflow } from 'n8n-workflow';
import { additionalDataFor } from './additionalData';
import type { CredentialStore } from './credentials';
import type { StoredWorkflow } from './executions';

/** A request to the webhook of a workflow's first node. */
export interface WebhookRequest {
	headers: Record<string, string>;
	body: string;
}

/** What the node answered, and what an execution would begin with, if one does. */
export interface WebhookAnswer {
	status: number;
	body: unknown;
	items?: INodeExecutionData[];
}

/** Calls the node's `webhook()` with a request that n8n has read: what n8n makes of the answer is not played here. */
export const callWebhook = async (
	{ nodeTypes, credentials }: { nodeTypes: INodeTypes; credentials: CredentialStore },
	stored: StoredWorkflow,
	{ headers, body }: WebhookRequest,
): Promise<WebhookAnswer> => {
	const workflow = new Workflow({ ...stored, nodeTypes });
	const node = workflow.getNode(stored.nodes[0]?.name ?? '');
	if (node === null) throw new Error('The workflow has no nodes.');
	const refused: WebhookAnswer = { status: 200, body: undefined };
	const response = {
		status(code: number) {
			refused.status = code;
			return response;
		},
		json: (answer: unknown) => {
			refused.body = answer;
		},
	};
	const additionalData = additionalDataFor(credentials, { workflowId: stored.id });
	Object.assign(additionalData, {
		httpRequest: { headers, rawBody: Buffer.from(body), params: {}, query: {} },
		httpResponse: response,
	});
	const data = { node: node.name, workflowId: stored.id } as IWebhookData;
	const context = new WebhookContext(workflow, node, additionalData, 'webhook', data, [], null);
	const { webhook } = nodeTypes.getByNameAndVersion(node.type, node.typeVersion);
	const answer = await webhook?.call(context);
	if (answer?.noWebhookResponse === true) return refused;
	return { status: 200, body: answer?.webhookResponse, items: answer?.workflowData?.[0] };
};
