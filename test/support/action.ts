import type { INode, INodeExecutionData, INodeParameters, IWorkflowSettings } from 'n8n-workflow';
import type { Execution } from '../../harness/client';
import { errorOf, itemsOf } from '../../harness/client';
import type { CredentialReference, WorkflowDraft } from '../../harness/workflows';
import { audioSpliter, itemsNode, manualTrigger, workflow } from '../../harness/workflows';
import type { Sandbox } from '../../sandbox';

/** What runs workflows: n8n's engine in this process, or an installed n8n. */
export interface Runner {
	/** Saves a credential of a type. */
	createCredential(type: string, data: Record<string, string>): Promise<CredentialReference>;
	/** Runs a workflow as the editor's button does, and waits for its end. */
	run(draft: WorkflowDraft, options?: { timeout?: number }): Promise<Execution>;
	/** The bytes of an item's file. */
	binary(id: string): Promise<Buffer>;
}

/** Where a row of the action node's tests runs. */
export interface ActionPlace {
	runner: Runner;
	sandbox: Sandbox;
	/** The sandbox's, for the node. */
	credential: CredentialReference;
}

export interface RunOptions {
	/** What the node gets; by default the trigger's own item, which is empty. */
	items?: object[];
	/** Nodes between the trigger and this package's node, instead of `items`. */
	before?: INode[];
	/** Settings of this package's node: `onError`, `retryOnFail` … */
	more?: Partial<INode>;
	settings?: IWorkflowSettings;
	/** Milliseconds. */
	timeout?: number;
}

export interface Ran {
	execution: Execution;
	items: INodeExecutionData[];
	/** The items' JSON. */
	json: Array<Record<string, unknown>>;
	/** What came out of the error output, if there is one. */
	failed: INodeExecutionData[];
	/** The error that the execution ended with, as n8n stored it. */
	error: StoredError | undefined;
}

/** An error as n8n stores it with an execution. */
export interface StoredError {
	name: string;
	message: string;
	description?: string | null;
	httpCode?: string | null;
	failure?: unknown;
	context?: { itemIndex?: number };
}

/** A workflow that hands items to this package's node. */
export const actionWorkflow = (
	{ credential }: Pick<ActionPlace, 'credential'>,
	parameters: INodeParameters,
	{ items, before = items ? [itemsNode(items)] : [], more, settings }: RunOptions = {},
): WorkflowDraft =>
	workflow(
		'Action',
		[manualTrigger(), ...before, audioSpliter(parameters, credential, { more })],
		settings,
	);

/** What this package's node did in an execution. */
export const readRun = (execution: Execution): Ran => {
	const items = itemsOf(execution, 'AudioSpliter');
	return {
		execution,
		items,
		json: items.map((item) => item.json as Record<string, unknown>),
		failed: itemsOf(execution, 'AudioSpliter', 1),
		error: errorOf(execution) as StoredError | undefined,
	};
};

/** Runs this package's node by itself, as the editor's button does, until the execution has ended. */
export const runAction = async (
	place: Pick<ActionPlace, 'runner' | 'credential'>,
	parameters: INodeParameters,
	options: RunOptions = {},
): Promise<Ran> =>
	readRun(
		await place.runner.run(actionWorkflow(place, parameters, options), {
			timeout: options.timeout,
		}),
	);

/** A job by its ID, as the Job field stores it. */
export const byId = (value: string) => ({ __rl: true, mode: 'id', value });

/** Pairs each item with the input item of the same position. */
export const pairs = (count: number) =>
	Array.from({ length: count }, (_unused, item) => ({ item }));
