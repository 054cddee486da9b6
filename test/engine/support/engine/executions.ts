import { ExecutionLifecycleHooks, WorkflowExecute } from 'n8n-core';
import { stringify } from 'flatted';
import type {
	IDataObject,
	INodeExecutionData,
	INodeTypes,
	IPinData,
	IRun,
	IWorkflowBase,
	WorkflowExecuteMode,
} from 'n8n-workflow';
import { createRunExecutionData, Workflow } from 'n8n-workflow';
import { additionalDataFor } from './additionalData';
import type { CredentialStore } from './credentials';

/** A workflow as n8n's database keeps it. */
export type StoredWorkflow = IWorkflowBase & { id: string };

/** How an execution begins. */
export interface StartOptions {
	/** `manual`, as the editor's button, by default. */
	mode?: WorkflowExecuteMode;
	/** What the first node gets, as a parent workflow hands items over, or as a trigger's webhook does. */
	startItems?: INodeExecutionData[];
	/** Items that stand for what a node would put out, by node name. */
	pinData?: IPinData;
}

/** An execution that has begun. */
export interface Started {
	id: string;
	/** What n8n would store once it has ended, as text. */
	ended: Promise<string>;
	/** Resolves when nothing of it runs any more, which can be later than its end. */
	idle: Promise<unknown>;
	/** Does what the editor's Stop does. */
	cancel(): void;
}

interface Place {
	nodeTypes: INodeTypes;
	credentials: CredentialStore;
}

let lastId = 0;

const failedRun = (mode: WorkflowExecuteMode, error: Error): IRun => ({
	data: createRunExecutionData({
		resultData: {
			error: { ...error, name: error.name, message: error.message, stack: error.stack } as never,
			runData: {},
		},
	}),
	mode,
	startedAt: new Date(),
	stoppedAt: new Date(),
	status: 'error',
	storedAt: 'db',
});

/** Begins where a sub-workflow or a trigger's workflow does: with items for the first node. */
const withItems = (stored: StoredWorkflow, items: INodeExecutionData[]) =>
	createRunExecutionData({
		executionData: {
			nodeExecutionStack: [
				{ node: stored.nodes[0] as never, data: { main: [items] }, source: null },
			],
		},
	});

/** Starts an execution of a workflow, and keeps its static data as n8n does. */
export const startExecution = (
	place: Place,
	stored: StoredWorkflow,
	{ mode = 'manual', startItems, pinData }: StartOptions,
): Started => {
	const id = String(++lastId);
	const { nodeTypes } = place;
	const hooks = new ExecutionLifecycleHooks(mode, id, stored);
	let timer: NodeJS.Timeout | undefined;
	const toText = (run: IRun): string =>
		JSON.stringify({ ...run, id, workflowId: stored.id, data: stringify(run.data) });
	// n8n stores what the first of these calls brings: a cancel calls it before the node has ended. It writes the data down a
	// moment later, so that what a node throws at once is in it.
	const ended = new Promise<string>((resolve) => {
		hooks.addHandler('workflowExecuteAfter', (run: IRun, staticData?: IDataObject) => {
			if (staticData !== undefined) {
				stored.staticData = JSON.parse(JSON.stringify(staticData)) as IDataObject;
			}
			setImmediate(() => resolve(toText(run)));
		});
	});
	const seconds = stored.settings?.executionTimeout ?? 0;
	const additionalData = additionalDataFor(place.credentials, {
		executionId: id,
		workflowId: stored.id,
		hooks,
		...(seconds > 0 && { executionTimeoutTimestamp: Date.now() + seconds * 1000 }),
	});
	const workflow = new Workflow({ ...stored, nodeTypes });
	try {
		const execute = new WorkflowExecute(
			additionalData,
			mode,
			startItems && withItems(stored, startItems),
		);
		const startNode = workflow.getNode(stored.nodes[0]?.name ?? '') ?? undefined;
		const running = startItems
			? execute.processRunExecutionData(workflow)
			: execute.run({ workflow, startNode, pinData });
		const limit = additionalData.executionTimeoutTimestamp;
		if (limit !== undefined) timer = setTimeout(() => running.cancel(), limit - Date.now());
		const idle = running.then(
			() => clearTimeout(timer),
			() => clearTimeout(timer),
		);
		return { id, ended, idle, cancel: () => running.cancel() };
	} catch (error) {
		// What the engine refuses to start, n8n stores as a failed execution.
		const failed = Promise.resolve(toText(failedRun(mode, error as Error)));
		return { id, ended: failed, idle: failed, cancel: () => undefined };
	}
};
