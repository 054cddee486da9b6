import type { INode } from 'n8n-workflow';
import type { N8nClient } from '../../harness/client';
import type { CredentialReference } from '../../harness/workflows';
import { audioSpliterTrigger, otherNode, productionUrl, workflow } from '../../harness/workflows';
import type { Sink } from './sink';

/** An active workflow that is counted outside n8n: AudioSpliter Trigger, then one call to the sink for each item. */
export interface Listening {
	workflowId: string;
	nodeId: string;
	/** The production URL, in a cluster through its proxy. */
	url: string;
}

export const listen = async (
	{ client, url }: { client: N8nClient; url: string },
	credential: CredentialReference,
	sink: Sink,
): Promise<Listening> => {
	const trigger = audioSpliterTrigger({}, credential);
	const tell: INode = otherNode('n8n-nodes-base.httpRequest', 4.2, 'Tell', {
		url: `=${sink.url}/?job={{ $json.id }}`,
	});
	const { id } = await client.createWorkflow(workflow('Listening', [trigger, tell]));
	await client.activate(id);
	return { workflowId: id, nodeId: trigger.id, url: productionUrl(url, trigger) };
};
