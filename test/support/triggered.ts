import type { INode, INodeExecutionData, INodeParameters } from 'n8n-workflow';
import type { N8nClient } from '../../harness/client';
import { storedOutputs } from '../../harness/storedOutputs';
import { untilIdle } from '../../harness/untilIdle';
import type { CredentialReference } from '../../harness/workflows';
import { audioSpliterTrigger, productionUrl, setNode, workflow } from '../../harness/workflows';
import type { Sandbox } from '../../sandbox';

export const TRIGGER = 'AudioSpliter Trigger';

type SendOptions = Parameters<Sandbox['send']>[0];

/** What a sender was answered. */
export interface Answer {
	status: number | null;
	body: unknown;
}

export const RECEIVED = { status: 200, body: { received: true } };
export const DUPLICATE = { status: 200, body: { received: true, duplicate: true } };

/** An active workflow that begins with the trigger. */
export interface Triggered {
	workflowId: string;
	url: string;
	trigger: INode & { webhookId: string };
	/** Delivers one event, once. */
	post(options?: Omit<SendOptions, 'url'>): Promise<Answer>;
	/** Executions so far, whatever became of them. */
	executions(): Promise<number>;
	/**
	 * Waits until nothing runs, and gives what the trigger put out: one list of items for each execution, oldest first.
	 *
	 * @param stranded executions that never will
	 */
	outputs(stranded?: string[]): Promise<INodeExecutionData[][]>;
}

const answerOf = (status: number | null, text: string): Answer => {
	try {
		return { status, body: JSON.parse(text) };
	} catch {
		return { status, body: text };
	}
};

/** What a draft with the trigger looks like; its first node is the trigger. */
export const triggerDraft = (trigger: INode) => workflow('Trigger', [trigger, setNode({})]);

/** What can be done with a workflow that is there and active. */
export function triggered(
	client: N8nClient,
	sandbox: Sandbox,
	n8nUrl: string,
	workflowId: string,
	trigger: INode & { webhookId: string },
): Triggered {
	const url = productionUrl(n8nUrl, trigger);
	return {
		workflowId,
		url,
		trigger,
		async post(options = {}) {
			// As AudioSpliter does, the sandbox gives up on a URL that has refused three events in a row.
			sandbox.enableWebhook(url);
			const { attempts } = await sandbox.send({ url, maxAttempts: 1, ...options }).done;
			const attempt = attempts[0];
			return answerOf(attempt?.status ?? null, attempt?.responseBody ?? '');
		},
		async executions() {
			const [row] = await client.query<{ n: number }>(
				'select count(*) n from execution_entity where workflowId = ?',
				workflowId,
			);
			return row?.n ?? 0;
		},
		async outputs(stranded) {
			await untilIdle(client, workflowId, stranded);
			return await storedOutputs(client, workflowId, trigger.name);
		},
	};
}

/** Saves and activates a workflow that begins with the trigger. */
export async function activeTrigger(
	{ client, sandbox, url }: { client: N8nClient; sandbox: Sandbox; url: string },
	credential: CredentialReference,
	parameters: INodeParameters = {},
	more: Partial<INode> = {},
): Promise<Triggered> {
	const trigger = audioSpliterTrigger(parameters, credential, { more });
	const { id } = await client.createWorkflow(triggerDraft(trigger));
	await client.activate(id);
	return triggered(client, sandbox, url, id, trigger);
}

/** The IDs of the jobs that were emitted, each as often as it was. */
export const emittedJobs = (outputs: INodeExecutionData[][]): string[] =>
	outputs.flat().map(({ json }) => String(json.id ?? json.jobId));

/**
 * `data` of the event that tells of a job of the sandbox, as Get Job has it now. Empties the sandbox's log of requests: the
 * call made here is none of n8n's.
 */
export async function completedData(
	sandbox: Sandbox,
	jobId: string,
): Promise<{ segments: Array<Record<string, unknown>> } & Record<string, unknown>> {
	const response = await fetch(`${sandbox.baseUrl}/splits/${jobId}`, {
		headers: { 'X-API-Key': sandbox.apiKey },
	});
	const job = (await response.json()) as { segments: Array<Record<string, unknown>> };
	sandbox.clearRequests();
	return {
		status: 'completed',
		splitMode: 'duration',
		segmentCount: job.segments.length,
		totalDuration: 1800,
		segments: job.segments,
		metadata: { orderId: 'Ä-17' },
	};
}
