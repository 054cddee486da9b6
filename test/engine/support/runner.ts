import { parse } from 'flatted';
import type { INodeTypeDescription, IRunExecutionData } from 'n8n-workflow';
import type { Execution } from '../../../harness/client';
import type { WorkflowDraft } from '../../../harness/workflows';
import type { Runner } from '../../support/action';
import type { Engine } from './engine';
import type { WebhookAnswer, WebhookRequest } from './engine/deliver';
import type { StartOptions } from './engine/executions';
import type { ListQuery } from './engine/lists';
import type { Publication } from './engine/publish';

/** An execution that has begun. */
export interface Running {
	/** What n8n would store, once it would: a cancel stores it before the node has ended. */
	ended: Promise<Execution>;
	/** Resolves when nothing of it runs any more. */
	idle: Promise<unknown>;
	/** Does what the editor's Stop does. */
	cancel(): void;
}

/** Runs workflows in n8n's engine, in this process. */
export interface EngineRunner extends Runner {
	/** Saves a workflow, to be run more than once. @returns its id */
	save(draft: WorkflowDraft): string;
	start(workflowId: string, options?: StartOptions): Running;
	/** Runs a saved workflow, or a new one, until it has ended. */
	runWith(workflow: WorkflowDraft | string, options: StartOptions): Promise<Execution>;
	/** Calls the webhook of a saved workflow's first node. */
	deliver(workflowId: string, request: WebhookRequest): Promise<WebhookAnswer>;
	/** Publishes a saved workflow, or publishes it again. */
	publish(workflowId: string): Promise<Publication>;
	/** What a list of the editor shows: one of the node's `listSearch` methods. */
	search(query: ListQuery): Promise<unknown>;
	/** How many executions of this runner hold a text anywhere in what n8n would store of them. */
	executionsWith(text: string): number;
	staticData(workflowId: string): Record<string, unknown>;
	description(node: string): INodeTypeDescription;
}

declare global {
	// Set by `environment.ts`.
	var engine: Engine;
}

const readExecution = (text: string): Execution => {
	const { data, ...summary } = JSON.parse(text) as Omit<Execution, 'data'> & { data: string };
	return { ...summary, data: parse(data) as IRunExecutionData };
};

/** The runner on this process's engine. */
export const engineRunner = (): EngineRunner => {
	const { engine } = globalThis;
	const stored: string[] = [];
	const keep = (text: string): Execution => {
		stored.push(text);
		return readExecution(text);
	};
	const save = (draft: WorkflowDraft) => engine.saveWorkflow(JSON.stringify(draft));
	const start = (workflowId: string, options: StartOptions = {}): Running => {
		const { ended, idle, cancel } = engine.start(workflowId, JSON.stringify(options));
		return { ended: ended.then(keep), idle, cancel };
	};
	const runWith = async (workflow: WorkflowDraft | string, options: StartOptions) => {
		const id = typeof workflow === 'string' ? workflow : save(workflow);
		return await start(id, options).ended;
	};
	return {
		save,
		start,
		runWith,
		run: async (draft) => await runWith(draft, {}),
		deliver: async (id, request) =>
			JSON.parse(await engine.deliver(id, JSON.stringify(request))) as WebhookAnswer,
		publish: async (id) => JSON.parse(await engine.publish(id)) as Publication,
		search: async (query) => JSON.parse(await engine.search(JSON.stringify(query))) as unknown,
		executionsWith: (text) => stored.filter((execution) => execution.includes(text)).length,
		staticData: (id) => JSON.parse(engine.staticData(id)) as Record<string, unknown>,
		createCredential: async (type, data) => engine.saveCredential(type, JSON.stringify(data)),
		binary: async (id) => await engine.binary(id),
		description: (node) => JSON.parse(engine.description(node)) as INodeTypeDescription,
	};
};
