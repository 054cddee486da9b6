import { HookContext, PollContext } from 'n8n-core';
import type { IDataObject, INodeExecutionData, INodeTypes, IWebhookData } from 'n8n-workflow';
import { Workflow } from 'n8n-workflow';
import { additionalDataFor } from './additionalData';
import type { CredentialStore } from './credentials';
import type { StoredWorkflow } from './executions';

/** What came of a publication. */
export interface Publication {
	/** Why n8n would not publish the workflow. */
	error?: { name: string; message: string; description?: string | null };
	/** What executions would begin with, one for each that a first poll has started. */
	started: INodeExecutionData[][];
}

/**
 * Publishes a workflow as far as its first node has a say: n8n asks a webhook's node whether it can, and polls once where the node
 * polls. The clocks that it would set are not played here.
 */
export const publishWorkflow = async (
	{ nodeTypes, credentials }: { nodeTypes: INodeTypes; credentials: CredentialStore },
	stored: StoredWorkflow,
): Promise<Publication> => {
	const workflow = new Workflow({ ...stored, active: true, nodeTypes });
	const node = workflow.getNode(stored.nodes[0]?.name ?? '');
	if (node === null) throw new Error('The workflow has no nodes.');
	const type = nodeTypes.getByNameAndVersion(node.type, node.typeVersion);
	const additionalData = additionalDataFor(credentials, { workflowId: stored.id });
	const started: INodeExecutionData[][] = [];
	const as = [workflow, node, additionalData, 'trigger', 'activate'] as const;
	try {
		if (type.poll === undefined) {
			const data = { webhookDescription: type.description.webhooks?.[0] } as IWebhookData;
			await type.webhookMethods?.default?.create.call(new HookContext(...as, data));
		} else {
			await type.poll.call(new PollContext(...as, (items) => void started.push(items[0] ?? [])));
		}
	} catch (error) {
		const { name, message, description } = error as NonNullable<Publication['error']>;
		return { error: { name, message, description }, started };
	}
	stored.staticData = JSON.parse(JSON.stringify(workflow.staticData)) as IDataObject;
	return { started };
};
