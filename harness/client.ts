import type { ICredentialType, INodeTypeDescription } from 'n8n-workflow';
import { credentialCalls } from './client/credentials';
import { executionCalls } from './client/executions';
import type { Session } from './client/session';
import { openSession } from './client/session';
import { workflowCalls } from './client/workflows';
import { databaseReader } from './database';

export type { Credential, CredentialTest } from './client/credentials';
export type { Execution, ExecutionSummary, ManualRun, WaitOptions } from './client/executions';
export { errorOf, itemsOf } from './client/executions';
export { N8nRequestError, OWNER } from './client/session';
export type { SavedWorkflow } from './client/workflows';

const get = async <T>({ http }: Session, path: string): Promise<T> => {
	const response = await http.get<T>(path);
	if (response.status !== 200) throw new Error(`n8n answered ${response.status} to GET ${path}.`);
	return response.data;
};

/** Where a running n8n is. */
export interface N8nAddress {
	url: string;
	userFolder: string;
	/** The Node program that it runs on. */
	node: string;
	/** Of an earlier login on the same n8n. */
	cookie?: string;
}

/** Logs in to a running n8n as its owner. */
export const createClient = async (n8n: N8nAddress) => {
	const session = await openSession(n8n.url, n8n.cookie);
	const { query, release } = databaseReader(n8n.node, n8n.userFolder);
	return {
		...credentialCalls(session),
		...workflowCalls(session),
		...executionCalls(session),

		/** What the editor's node list is made from. */
		nodeTypes: async () => await get<INodeTypeDescription[]>(session, '/types/nodes.json'),
		credentialTypes: async () => await get<ICredentialType[]>(session, '/types/credentials.json'),

		/** A raw request with the owner's login; any status resolves. */
		http: session.http,
		cookie: session.cookie,

		/** Reads the database: `query<{ n: number }>('select count(*) n from execution_entity where workflowId = ?', id)`. */
		query,
		/** Lets go of the database's files, for a start of n8n that finds them as its user's would be. */
		release,
	};
};

export type N8nClient = Awaited<ReturnType<typeof createClient>>;
