import type { IWorkflowExecuteAdditionalData } from 'n8n-workflow';
import type { CredentialStore } from './credentials';

const BASE = 'http://localhost:5678';

const none = async (): Promise<never> => {
	throw new Error('There is no such thing in the engine tests.');
};

/** What n8n gives the engine along with a workflow: addresses, credentials, what to do at the end. */
export const additionalDataFor = (
	credentials: CredentialStore,
	more: Partial<IWorkflowExecuteAdditionalData>,
): IWorkflowExecuteAdditionalData =>
	({
		credentialsHelper: credentials,
		executeWorkflow: none,
		getRunExecutionData: async () => undefined,
		getRuntimeCredential: async () => undefined,
		startRunnerTask: none,
		logAiEvent: () => undefined,
		currentNodeExecutionIndex: 0,
		restApiUrl: `${BASE}/rest`,
		instanceBaseUrl: `${BASE}/`,
		formBaseUrl: `${BASE}/form`,
		formWaitingBaseUrl: `${BASE}/form-waiting`,
		formTestBaseUrl: `${BASE}/form-test`,
		webhookBaseUrl: `${BASE}/webhook`,
		webhookWaitingBaseUrl: `${BASE}/webhook-waiting`,
		webhookTestBaseUrl: `${BASE}/webhook-test`,
		mcpBaseUrl: `${BASE}/mcp`,
		mcpTestBaseUrl: `${BASE}/mcp-test`,
		variables: {},
		...more,
	}) as unknown as IWorkflowExecuteAdditionalData;
