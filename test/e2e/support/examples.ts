import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { INode, INodeParameters } from 'n8n-workflow';
import type { N8nClient, SavedWorkflow } from '../../../harness/client';
import { repository } from '../../../harness/folders';
import type { CredentialReference, WorkflowDraft } from '../../../harness/workflows';

/** A workflow of the folder `examples`, as a user gets it. */
export const readExample = (name: string): WorkflowDraft =>
	JSON.parse(readFileSync(join(repository, 'examples', `${name}.json`), 'utf8')) as WorkflowDraft;

interface Assignment {
	name: string;
	value: unknown;
}

const ownNode = ({ type }: INode): boolean => type.startsWith('n8n-nodes-audiospliter.');

const nodeOf = ({ nodes }: WorkflowDraft, name: string): INode => {
	const found = nodes.find((node) => node.name === name);
	if (!found) throw new Error(`The workflow has no node '${name}'.`);
	return found;
};

/** Puts values into the node 'Settings', as its user does. @throws on a setting that the example does not have */
const changeSettings = (draft: WorkflowDraft, settings: Record<string, unknown>): void => {
	for (const [name, value] of Object.entries(settings)) {
		const { assignments } = nodeOf(draft, 'Settings').parameters.assignments as unknown as {
			assignments: Assignment[];
		};
		const assignment = assignments.find((candidate) => candidate.name === name);
		if (!assignment) throw new Error(`The example has no setting '${name}'.`);
		assignment.value = value;
	}
};

/** Changes a draft before it is imported. */
export type Edit = (draft: WorkflowDraft) => void;

/** Chooses a credential for a node that is not this package's. */
export const chooseCredential =
	(node: string, type: string, { id, name }: CredentialReference): Edit =>
	(draft) => {
		nodeOf(draft, node).credentials = { [type]: { id, name } };
	};

/** Changes parameters of a node. */
export const changeParameters =
	(node: string, parameters: INodeParameters): Edit =>
	(draft) => {
		Object.assign(nodeOf(draft, node).parameters, parameters);
	};

/** Does with an example what its notes ask for: import it, choose the credential, check the settings. */
export const importExample = async (
	n8n: N8nClient,
	name: string,
	credential: CredentialReference,
	settings: Record<string, unknown> = {},
	edits: Edit[] = [],
): Promise<SavedWorkflow> => {
	const draft = readExample(name);
	for (const node of draft.nodes.filter(ownNode)) {
		node.credentials = { audioSpliterApi: { id: credential.id, name: credential.name } };
	}
	changeSettings(draft, settings);
	for (const edit of edits) edit(draft);
	return await n8n.createWorkflow(draft);
};
