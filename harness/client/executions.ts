import { setTimeout as sleep } from 'node:timers/promises';
import { parse } from 'flatted';
import type {
	ExecutionError,
	ExecutionStatus,
	INodeExecutionData,
	IRunExecutionData,
} from 'n8n-workflow';
import type { Session } from './session';

export interface ExecutionSummary {
	id: string;
	workflowId: string;
	status: ExecutionStatus;
	mode: string;
	createdAt: string;
	startedAt: string | null;
	stoppedAt: string | null;
	waitTill: string | null;
}

/** An execution with what its nodes did. */
export interface Execution extends ExecutionSummary {
	data: IRunExecutionData;
}

interface ExecutionAnswer extends ExecutionSummary {
	data: string;
	dataTooLargeToDisplay?: boolean;
}

interface ExecutionPage {
	results: ExecutionSummary[];
	nextCursor?: string | null;
}

export interface ManualRun {
	/** The trigger to start from; by default the workflow's first node. */
	trigger?: string;
}

export interface WaitOptions {
	/** The states to wait for; by default any in which it has ended. */
	status?: ExecutionStatus[];
	/** Milliseconds; by default a little less than a test may take. */
	timeout?: number;
}

const PAGE = 100;
/** Milliseconds: a busy machine can be ten times slower than an idle one. */
const PATIENCE = 110_000;
const ENDED: ExecutionStatus[] = ['success', 'error', 'crashed', 'canceled'];
const ALL: ExecutionStatus[] = [...ENDED, 'new', 'running', 'waiting', 'unknown'];

/** Where the list goes on after a page; undefined after the last one. n8n before 2.41 knows no cursor. */
const nextPlace = ({
	results,
	nextCursor,
}: ExecutionPage): { cursor: string } | { lastId: string } | undefined => {
	if (typeof nextCursor === 'string') return { cursor: nextCursor };
	const last = results.at(-1);
	const isFull = nextCursor === undefined && results.length >= PAGE;
	return isFull && last !== undefined ? { lastId: last.id } : undefined;
};

/** The items that a node put out, of its last run. */
export const itemsOf = (execution: Execution, node: string, output = 0): INodeExecutionData[] =>
	execution.data.resultData.runData[node]?.at(-1)?.data?.main?.[output] ?? [];

/** The error that ended an execution, or the one that a node of it ended with. */
export const errorOf = (execution: Execution, node?: string): ExecutionError | undefined => {
	const { error, runData } = execution.data.resultData;
	return node === undefined ? error : runData[node]?.at(-1)?.error;
};

/** n8n's REST calls about executions, as the editor makes them. @throws N8nRequestError */
export const executionCalls = ({ call, http }: Session) => {
	const execution = async (id: string): Promise<Execution> => {
		const { data, dataTooLargeToDisplay, ...summary } = await call<ExecutionAnswer>(
			'GET',
			`/rest/executions/${id}`,
		);
		if (dataTooLargeToDisplay) {
			throw new Error(`Execution ${id} holds more data than n8n shows; read it from the database.`);
		}
		return { ...summary, data: parse(data) as IRunExecutionData };
	};

	/** The newest first, all of them: n8n hands out a hundred at a time. */
	const executions = async (workflowId: string, status = ALL): Promise<ExecutionSummary[]> => {
		// Without a status n8n heeds no place to go on from, and hands out the first page again.
		const filter = JSON.stringify({ workflowId, status });
		const all: ExecutionSummary[] = [];
		let place: Record<string, string> | undefined = {};
		while (place !== undefined) {
			const page: ExecutionPage = await call(
				'GET',
				`/rest/executions?${new URLSearchParams({ filter, limit: String(PAGE), ...place })}`,
			);
			all.push(...page.results);
			place = nextPlace(page);
		}
		return all;
	};

	const waitForExecution = async (id: string, options: WaitOptions = {}): Promise<Execution> => {
		const { status = ENDED, timeout = PATIENCE } = options;
		const deadline = Date.now() + timeout;
		for (;;) {
			const seen = await execution(id);
			if (status.includes(seen.status)) return seen;
			if (Date.now() > deadline || ENDED.includes(seen.status)) {
				throw new Error(
					`Execution ${id} is ${seen.status}, not ${status.join(' or ')}, after ${timeout} ms at most.`,
				);
			}
			await sleep(100);
		}
	};

	const start = async (workflowId: string, { trigger }: ManualRun) => {
		const workflow = await call<{ nodes: Array<{ name: string }> }>(
			'GET',
			`/rest/workflows/${workflowId}`,
		);
		const name = trigger ?? workflow.nodes[0]?.name;
		return await call<{ executionId?: string; waitingForWebhook?: boolean }>(
			'POST',
			`/rest/workflows/${workflowId}/run`,
			{
				// Versions before 2.3x want the workflow itself.
				workflowData: workflow,
				triggerToStartFrom: { name },
			},
		);
	};

	const stopExecution = async (id: string): Promise<void> => {
		await call('POST', `/rest/executions/${id}/stop`);
	};

	return {
		execution,
		executions,
		waitForExecution,

		/** Starts a workflow as the editor's button does. @returns the execution's id, without waiting for it */
		startManually: async (workflowId: string, run: ManualRun = {}): Promise<string> => {
			const { executionId } = await start(workflowId, run);
			if (!executionId)
				throw new Error('n8n waits for a test event instead of starting the workflow.');
			return executionId;
		},

		/** Runs a workflow as the editor's button does, and waits for its end. */
		runManually: async (
			workflowId: string,
			run: ManualRun & WaitOptions = {},
		): Promise<Execution> => {
			const { executionId } = await start(workflowId, run);
			if (!executionId)
				throw new Error('n8n waits for a test event instead of running the workflow.');
			return await waitForExecution(executionId, run);
		},

		/** Makes a trigger listen on its test URL (`/webhook-test/…`) for one event, for two minutes. */
		listenForTestEvent: async (workflowId: string, trigger?: string): Promise<void> => {
			const { waitingForWebhook } = await start(workflowId, { trigger });
			if (!waitingForWebhook)
				throw new Error('The trigger has no test webhook: n8n ran the workflow.');
		},

		stopExecution,

		/** Retries an execution that a kill cut off. What n8n would show as running for ever is stopped first. */
		retryCutOff: async (id: string): Promise<void> => {
			if ((await execution(id)).status === 'running') await stopExecution(id);
			await call('POST', `/rest/executions/${id}/retry`, { loadWorkflow: false });
		},

		/** Waits until a workflow has as many executions in the given states, and returns them, the newest first. */
		waitForExecutions: async (
			workflowId: string,
			count: number,
			{ status = ENDED, timeout = PATIENCE }: WaitOptions = {},
		): Promise<ExecutionSummary[]> => {
			const deadline = Date.now() + timeout;
			for (;;) {
				const seen = await executions(workflowId, status);
				if (seen.length >= count) return seen;
				if (Date.now() > deadline) {
					const have = (await executions(workflowId)).map(({ id, status: is }) => `${id} ${is}`);
					throw new Error(
						`Workflow ${workflowId} had ${seen.length} of ${count} executions: ${have.slice(0, 10).join(', ')}`,
					);
				}
				await sleep(100);
			}
		},

		/** The bytes of an item's file. */
		binary: async (id: string): Promise<Buffer> => {
			const response = await http.get<ArrayBuffer>('/rest/binary-data', {
				params: { id, action: 'download' },
				responseType: 'arraybuffer',
			});
			if (response.status !== 200)
				throw new Error(`n8n answered ${response.status} for the file ${id}.`);
			return Buffer.from(response.data);
		},
	};
};
