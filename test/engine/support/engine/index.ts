import 'reflect-metadata';
import { engineFolder } from './settings';
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { Container } from '@n8n/di';
import { BinaryDataService, DataDeduplicationService, PackageDirectoryLoader } from 'n8n-core';
import type { ICredentialDataDecryptedObject } from 'n8n-workflow';
import type { SavedCredential } from './credentials';
import { CredentialStore } from './credentials';
import type { WebhookRequest } from './deliver';
import { callWebhook } from './deliver';
import { TableDeduplicator } from './deduplicator';
import type { Started, StartOptions, StoredWorkflow } from './executions';
import { startExecution } from './executions';
import type { ListQuery } from './lists';
import { searchList } from './lists';
import { NodeTypes } from './nodeTypes';
import { publishWorkflow } from './publish';
import { useUnlimitedRegex } from './regexEngine';

/**
 * n8n's engine with the packed nodes in it. It runs outside of jest's sandbox of modules, loaded once for all files of a worker, so
 * that its values are of its own realm: all that crosses is text, functions and buffers.
 */
export interface Engine {
	/** Saves a workflow, given as JSON. @returns its id */
	saveWorkflow(draft: string): string;
	/** Starts a saved workflow; the options are JSON of {@link StartOptions}. */
	start(workflowId: string, options: string): Started;
	/** What the workflow has kept in its static data, as JSON. */
	staticData(workflowId: string): string;
	/** Saves a credential whose values are JSON. */
	saveCredential(type: string, data: string): SavedCredential;
	/** Calls the webhook of a workflow's first node; request and answer are JSON. */
	deliver(workflowId: string, request: string): Promise<string>;
	/** Publishes a workflow, which has its first node poll where it is one that does; what came of it as JSON. */
	publish(workflowId: string): Promise<string>;
	/** What a list of the editor shows; the query is JSON of {@link ListQuery}, the answer JSON. */
	search(query: string): Promise<string>;
	/** The bytes of an item's file. */
	binary(id: string): Promise<Buffer>;
	/** The description of one of the package's nodes, as JSON. */
	description(name: string): string;
}

const createEngine = async (): Promise<Engine> => {
	useUnlimitedRegex();
	const folder = join(engineFolder(), 'node_modules', 'n8n-nodes-audiospliter');
	const loader = new PackageDirectoryLoader(folder);
	await loader.loadAll();
	const files = Container.get(BinaryDataService);
	await files.init();
	await DataDeduplicationService.init(new TableDeduplicator());
	const place = {
		nodeTypes: new NodeTypes(loader),
		credentials: new CredentialStore((name) => loader.getCredential(name).type),
	};
	const workflows = new Map<string, StoredWorkflow>();
	const stored = (id: string): StoredWorkflow => {
		const found = workflows.get(id);
		if (found === undefined) throw new Error(`There is no workflow ${id}.`);
		return found;
	};
	return {
		saveWorkflow(draft) {
			const id = randomUUID();
			workflows.set(id, { ...(JSON.parse(draft) as StoredWorkflow), id, active: false });
			return id;
		},
		start: (id, options) => startExecution(place, stored(id), JSON.parse(options) as StartOptions),
		staticData: (id) => JSON.stringify(stored(id).staticData ?? {}),
		saveCredential: (type, data) =>
			place.credentials.save(type, JSON.parse(data) as ICredentialDataDecryptedObject),
		deliver: async (id, request) =>
			JSON.stringify(await callWebhook(place, stored(id), JSON.parse(request) as WebhookRequest)),
		publish: async (id) => JSON.stringify(await publishWorkflow(place, stored(id))),
		search: async (query) =>
			JSON.stringify(await searchList(place, JSON.parse(query) as ListQuery)),
		binary: async (id) => await files.getAsBuffer({ id } as never),
		description: (name) => JSON.stringify(loader.getNode(name).type.description),
	};
};

let engine: Promise<Engine> | undefined;

/** The engine of this process. */
export const loadEngine = async (): Promise<Engine> => await (engine ??= createEngine());
