import type { INode, INodeParameters } from 'n8n-workflow';
import type { N8nClient } from '../../harness/client';
import type { CredentialReference } from '../../harness/workflows';
import {
	audioSpliterPollingTrigger,
	audioSpliterTrigger,
	otherNode,
	productionUrl,
	workflow,
} from '../../harness/workflows';
import type { Sink } from './sink';

/** An active workflow that is counted outside n8n: AudioSpliter Trigger, then one call to the sink for each item. */
export interface Listening {
	workflowId: string;
	nodeId: string;
	/** The production URL, in a cluster through its proxy. */
	url: string;
}

/** Tells the sink of each item. @param jobId the expression that gives its job's ID */
export const tellNode = (sink: Sink, jobId = '$json.id'): INode =>
	otherNode('n8n-nodes-base.httpRequest', 4.2, 'Tell', {
		url: `=${sink.url}/?job={{ ${jobId} }}`,
	});

export const listen = async (
	{ client, url }: { client: N8nClient; url: string },
	credential: CredentialReference,
	sink: Sink,
	parameters: INodeParameters = {},
): Promise<Listening> => {
	const trigger = audioSpliterTrigger(parameters, credential);
	const { id } = await client.createWorkflow(workflow('Listening', [trigger, tellNode(sink)]));
	await client.activate(id);
	return { workflowId: id, nodeId: trigger.id, url: productionUrl(url, trigger) };
};

/** The same with the polling trigger, not active yet. */
export const pollingWorkflow = async (
	{ client }: { client: N8nClient },
	credential: CredentialReference,
	sink: Sink,
	settings: Pick<INode, 'onError'> = {},
): Promise<{ workflowId: string; nodeId: string }> => {
	const trigger = { ...audioSpliterPollingTrigger({}, credential), ...settings };
	const { id } = await client.createWorkflow(workflow('Polling', [trigger, tellNode(sink)]));
	return { workflowId: id, nodeId: trigger.id };
};
