import type { INode } from 'n8n-workflow';
import type { N8nClient } from '../../../harness/client';
import { storedOutputs } from '../../../harness/storedOutputs';
import { untilIdle } from '../../../harness/untilIdle';
import type { CredentialReference } from '../../../harness/workflows';
import type { Sandbox } from '../../../sandbox';
import { until } from '../../support/until';
import type { SentEvent } from '../events';
import { countInRow } from '../events';

/** An n8n, and a sandbox that delivers to it. */
export interface Place {
	client: N8nClient;
	/** n8n's. */
	url: string;
	sandbox: Sandbox;
	/** For the sandbox. */
	credential: CredentialReference;
}

/** Name of the node behind the trigger in the workflows here: what it puts out was emitted. */
const LAST = 'Edit Fields';

/** Executions of the workflow by status. */
export const statuses = async (
	{ client }: Pick<Place, 'client'>,
	workflowId: string,
): Promise<Record<string, number>> => {
	const rows = await client.query<{ status: string; n: number }>(
		'select status, count(*) n from execution_entity where workflowId = ? group by status',
		workflowId,
	);
	return Object.fromEntries(rows.map(({ status, n }) => [status, n]));
};

/** IDs of the jobs that came out of the workflow, each as often as it did. */
export const emittedBy = async (
	{ client }: Pick<Place, 'client'>,
	workflowId: string,
): Promise<string[]> => {
	await untilIdle(client, workflowId);
	const outputs = await storedOutputs(client, workflowId, LAST);
	return outputs.flat().map(({ json }) => String(json.id));
};

/** How many of the events are in n8n's table of processed data. */
export const countRemembered = async (
	{ client }: Pick<Place, 'client'>,
	{ workflowId, trigger }: { workflowId: string; trigger: INode },
	events: SentEvent[],
): Promise<number> => {
	const [row] = await client.query<{ value: string }>(
		'select value from processed_data where workflowId = ? and context = ?',
		workflowId,
		`n:${trigger.id}`,
	);
	return countInRow(row?.value, events);
};

/** Waits until the webhook is there: n8n registers it a few seconds after it says that it is ready. */
export const untilRegistered = async ({ sandbox }: Pick<Place, 'sandbox'>, url: string) => {
	const isThere = async () => {
		const probe = { url, event: 'job.queued', jobId: 'probe', maxAttempts: 1 };
		const { attempts } = await sandbox.send(probe).done;
		sandbox.enableWebhook(url);
		return attempts[0]?.status === 200;
	};
	await until(isThere, { every: 200 });
};
