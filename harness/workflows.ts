import { randomUUID } from 'node:crypto';
import type { IConnections, INode, INodeParameters, IWorkflowSettings } from 'n8n-workflow';

const PACKAGE = 'n8n-nodes-audiospliter';

/** A workflow as the editor would save it. */
export interface WorkflowDraft {
	name: string;
	nodes: INode[];
	connections: IConnections;
	settings?: IWorkflowSettings;
}

/** A credential as a node refers to it. */
export interface CredentialReference {
	id: string;
	name: string;
}

export interface NodeOptions {
	name?: string;
	/** Anything else that the editor can set on a node: `onError`, `retryOnFail`, `disabled` … */
	more?: Partial<INode>;
}

const node = (
	type: string,
	typeVersion: number,
	name: string,
	parameters: INodeParameters,
	more: Partial<INode> = {},
): INode => ({ id: randomUUID(), name, type, typeVersion, position: [0, 0], parameters, ...more });

const credentials = (credential: CredentialReference | undefined): Partial<INode> =>
	credential
		? { credentials: { audioSpliterApi: { id: credential.id, name: credential.name } } }
		: {};

/** "When clicking Execute": puts out one empty item. */
export const manualTrigger = ({ name = 'Manual Trigger', more }: NodeOptions = {}): INode =>
	node('n8n-nodes-base.manualTrigger', 1, name, {}, more);

/** This package's action node. */
export const audioSpliter = (
	parameters: INodeParameters,
	credential?: CredentialReference,
	{ name = 'AudioSpliter', more }: NodeOptions = {},
): INode =>
	node(`${PACKAGE}.audioSpliter`, 1, name, parameters, { ...credentials(credential), ...more });

/** This package's trigger. Its production URL is {@link productionUrl} of the same id. */
export const audioSpliterTrigger = (
	parameters: INodeParameters,
	credential?: CredentialReference,
	{
		name = 'AudioSpliter Trigger',
		more,
		webhookId = randomUUID(),
	}: NodeOptions & { webhookId?: string } = {},
): INode & { webhookId: string } => ({
	...node(`${PACKAGE}.audioSpliterTrigger`, 1, name, parameters, {
		...credentials(credential),
		...more,
	}),
	webhookId,
});

/** Turns every item into the given ones: n8n's Code node. `code` is JavaScript that returns the items. */
const codeNode = (code: string, { name = 'Code', more }: NodeOptions = {}): INode =>
	node('n8n-nodes-base.code', 2, name, { mode: 'runOnceForAllItems', jsCode: code }, more);

/** This package's trigger for an n8n without a public URL. Polls every minute. */
export const audioSpliterPollingTrigger = (
	parameters: INodeParameters,
	credential?: CredentialReference,
	{ name = 'AudioSpliter Polling Trigger', more }: NodeOptions = {},
): INode =>
	node(
		`${PACKAGE}.audioSpliterPollingTrigger`,
		1,
		name,
		{ pollTimes: { item: [{ mode: 'everyMinute' }] }, ...parameters },
		{ ...credentials(credential), ...more },
	);

/** Makes the given JSON objects the items: n8n's Code node. */
export const itemsNode = (items: object[], options: NodeOptions = {}): INode =>
	codeNode(`return ${JSON.stringify(items.map((json) => ({ json })))};`, {
		name: 'Items',
		...options,
	});

/** Adds fields to each item: n8n's Edit Fields (Set) node. */
export const setNode = (fields: object, { name = 'Edit Fields', more }: NodeOptions = {}): INode =>
	node(
		'n8n-nodes-base.set',
		3.4,
		name,
		{ mode: 'raw', jsonOutput: JSON.stringify(fields), includeOtherFields: true, options: {} },
		more,
	);

/** Downloads a file into each item's `data`: n8n's HTTP Request node. */
export const downloadNode = (
	url: string,
	{ name = 'HTTP Request', more }: NodeOptions = {},
): INode =>
	node(
		'n8n-nodes-base.httpRequest',
		4.2,
		name,
		{ url, options: { response: { response: { responseFormat: 'file' } } } },
		more,
	);

/** Any other node of n8n's own. */
export const otherNode = (
	type: string,
	typeVersion: number,
	name: string,
	parameters: INodeParameters,
	more?: Partial<INode>,
): INode => node(type, typeVersion, name, parameters, more);

/** Where a note is on the canvas, and how large. */
export interface NotePlace {
	position: [number, number];
	width: number;
	height: number;
}

/** A note on the canvas, in Markdown. */
export const stickyNote = (
	content: string,
	{ position, width, height }: NotePlace,
	name = 'Note',
): INode => node('n8n-nodes-base.stickyNote', 1, name, { content, width, height }, { position });

/** Connects the nodes one after the other. */
export const workflow = (
	name: string,
	nodes: INode[],
	settings: IWorkflowSettings = {},
): WorkflowDraft => {
	const connections: IConnections = {};
	nodes.forEach((from, index) => {
		const to = nodes[index + 1];
		from.position = [index * 220, 0];
		if (to) connections[from.name] = { main: [[{ node: to.name, type: 'main', index: 0 }]] };
	});
	return { name, nodes, connections, settings };
};

/** Where a trigger receives events while its workflow is active. */
export const productionUrl = (n8nUrl: string, trigger: { webhookId: string }): string =>
	`${n8nUrl}/webhook/${trigger.webhookId}/webhook`;

/** Where a trigger receives events while the editor listens for a test event. */
export const testUrl = (n8nUrl: string, trigger: { webhookId: string }): string =>
	`${n8nUrl}/webhook-test/${trigger.webhookId}/webhook`;
