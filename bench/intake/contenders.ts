import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { INode } from 'n8n-workflow';
import { repository } from '../../harness/folders';
import type { N8n } from '../../harness/n8n';
import { sandboxCredential } from '../../harness/sandboxCredential';
import type { CredentialReference, WorkflowDraft } from '../../harness/workflows';
import { productionUrl } from '../../harness/workflows';
import type { Sandbox } from '../../sandbox';
import { remember } from './remember';

/** The workflows of the folder `baselines`. */
export type Baseline =
	| 'audiospliter-trigger'
	| 'audiospliter-trigger-version-2'
	| 'empty-trigger'
	| 'n8n-webhook'
	| 'hand-built-chain'
	| 'static-data-trigger';

export interface Contender {
	label: string;
	baseline: Baseline;
	/** Set where the trigger is given a credential that it does not read. */
	withCredential?: boolean;
	/** The trigger's node version, where it is another than the baseline's. */
	typeVersion?: number;
	/** Events that its store holds before the measurement begins. */
	remembered?: number;
	/** Stands in place of the baseline's last node. */
	last?: INode;
	/** Whether it looks for missed events meanwhile, each minute. */
	looks?: boolean;
	/** Whether the goal is about it, so that it is measured in more rounds than others. */
	decides?: boolean;
}

/** A contender's workflow, active on n8n. */
export interface ActiveContender extends Contender {
	workflowId: string;
	url: string;
}

/** What each node of the baselines uses, by the name of the credential type. */
export type Credentials = Record<'audioSpliterApi' | 'crypto', CredentialReference>;

export const createCredentials = async (
	{ client }: Pick<N8n, 'client'>,
	sandbox: Sandbox,
): Promise<Credentials> => {
	return {
		audioSpliterApi: await sandboxCredential(client, sandbox),
		crypto: await client.createCredential('crypto', { hmacSecret: sandbox.signingSecret }),
	};
};

const credentialTypeOf = (
	{ type }: INode,
	{ withCredential = false }: Contender,
): keyof Credentials | undefined => {
	if (type === 'n8n-nodes-base.crypto') return 'crypto';
	if (type.endsWith('.emptyTrigger') && withCredential) return 'audioSpliterApi';
	return /\.(audioSpliterTrigger(Version2)?|staticDataTrigger)$/.test(type)
		? 'audioSpliterApi'
		: undefined;
};

const readBaseline = (name: Baseline): WorkflowDraft =>
	JSON.parse(
		readFileSync(join(repository, 'bench', 'baselines', `${name}.json`), 'utf8'),
	) as WorkflowDraft;

/** Does with a baseline what its user does, with a URL of its own, so that it can be there several times. */
export async function activateContender(
	{ client, url }: Pick<N8n, 'client' | 'url'>,
	credentials: Credentials,
	contender: Contender,
): Promise<ActiveContender> {
	const draft = readBaseline(contender.baseline);
	const [trigger] = draft.nodes;
	if (trigger === undefined) throw new Error(`${contender.baseline}.json has no nodes.`);
	const webhookId = randomUUID();
	trigger.webhookId = webhookId;
	trigger.typeVersion = contender.typeVersion ?? trigger.typeVersion;
	if (contender.looks === true)
		Object.assign(trigger.parameters, { lookForMissed: true, lookEvery: 1 });
	const isWebhookNode = trigger.type === 'n8n-nodes-base.webhook';
	if (isWebhookNode) trigger.parameters.path = webhookId;
	for (const node of draft.nodes) {
		const type = credentialTypeOf(node, contender);
		if (type !== undefined) node.credentials = { [type]: credentials[type] };
	}
	const { last } = contender;
	if (last !== undefined)
		draft.nodes.splice(-1, 1, { ...last, name: draft.nodes.at(-1)?.name ?? '' });
	const { id } = await client.createWorkflow({ ...draft, name: contender.label });
	await client.activate(id);
	return {
		...contender,
		workflowId: id,
		url: isWebhookNode ? `${url}/webhook/${webhookId}` : productionUrl(url, { webhookId }),
	};
}

/** Fills the store of a contender that is to have one. */
export async function fillStore(n8n: N8n, node: string, contender: ActiveContender): Promise<void> {
	if (contender.remembered === undefined || contender.remembered === 0) return;
	const { nodes } = await n8n.client.getWorkflow(contender.workflowId);
	const { userFolder } = n8n;
	await remember(
		{ node, userFolder, workflowId: contender.workflowId, nodeId: nodes[0]?.id ?? '' },
		contender.remembered,
	);
}
