import { LoadOptionsContext } from 'n8n-core';
import type { INode, INodeTypes } from 'n8n-workflow';
import { Workflow } from 'n8n-workflow';
import { additionalDataFor } from './additionalData';
import type { CredentialStore } from './credentials';

/** What the editor asks for when a list of a node's field is opened, searched or scrolled to its end. */
export interface ListQuery {
	node: INode;
	/** Of the field: `parameters.jobId`. */
	path: string;
	/** One of the node's `listSearch` methods. */
	method: string;
	filter?: string;
	paginationToken?: string;
}

/** Calls a list's method in the context that n8n gives it. */
export const searchList = async (
	place: { nodeTypes: INodeTypes; credentials: CredentialStore },
	{ node, path, method, filter, paginationToken }: ListQuery,
): Promise<unknown> => {
	const { nodeTypes, credentials } = place;
	const workflow = new Workflow({ nodes: [node], connections: {}, active: false, nodeTypes });
	const additionalData = additionalDataFor(credentials, { workflowId: 'list' });
	additionalData.currentNodeParameters = node.parameters;
	const search = nodeTypes.getByNameAndVersion(node.type, node.typeVersion).methods?.listSearch?.[
		method
	];
	if (search === undefined) throw new Error(`The node has no list '${method}'.`);
	const context = new LoadOptionsContext(workflow, node, additionalData, path);
	return await search.call(context, filter, paginationToken);
};
