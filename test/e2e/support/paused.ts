import type { INodeParameters } from 'n8n-workflow';
import { audioSpliter, itemsNode, manualTrigger, workflow } from '../../../harness/workflows';
import type { Sandbox } from '../../../sandbox';
import { RECORDING } from '../../support/sandbox';
import type { Stage } from './stage';

/** A workflow that makes `count` items, creates a job for each, and pauses. */
export const pausingWorkflow = (
	{ credential, sandbox }: Stage,
	count: number,
	parameters: INodeParameters = {},
	more: Parameters<typeof audioSpliter>[2] = {},
) =>
	workflow('Pause', [
		manualTrigger(),
		itemsNode(Array.from({ length: count }, (_unused, number) => ({ number }))),
		audioSpliter(
			{
				resource: 'splitJob',
				operation: 'create',
				sourceUrl: sandbox.fileUrl(RECORDING),
				segmentDuration: 5,
				waitMode: 'webhook',
				...parameters,
			},
			credential,
			more,
		),
	]);

/** Starts the workflow and waits until it is stored and waiting (or has ended, if it does not wait). */
export async function startPaused(
	stage: Stage,
	draft: ReturnType<typeof pausingWorkflow>,
): Promise<{ executionId: string; workflowId: string; jobIds: string[] }> {
	const known = new Set(stage.sandbox.jobs().map(({ id }) => id));
	const { id: workflowId } = await stage.client.createWorkflow(draft);
	const executionId = await stage.client.startManually(workflowId);
	await stage.client.waitForExecution(executionId, {
		status: ['waiting', 'success', 'error', 'crashed', 'canceled'],
	});
	const jobIds = stage.sandbox
		.jobs()
		.map(({ id }) => id)
		.filter((id) => !known.has(id));
	return { executionId, workflowId, jobIds };
}

/** How often the API was asked for each job, and for the list. */
export function callsOf(sandbox: Sandbox, jobIds: string[]) {
	const api = sandbox
		.requests()
		.filter(({ origin, method }) => origin === 'api' && method === 'GET');
	return {
		gets: jobIds.map((id) => api.filter(({ path }) => path.endsWith(`/splits/${id}`)).length),
		lists: api.filter(({ path }) => /\/splits(\?|$)/.test(path)).length,
	};
}
