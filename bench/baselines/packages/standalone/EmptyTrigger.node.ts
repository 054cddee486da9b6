import type {
	INodeType,
	INodeTypeDescription,
	IWebhookFunctions,
	IWebhookResponseData,
} from 'n8n-workflow';

/** Takes every delivery as it comes. No trigger of a community package can do less. */
export class EmptyTrigger implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'Empty Trigger',
		name: 'emptyTrigger',
		group: ['trigger'],
		// The same in both: n8n does more for triggers of version 1.
		version: [1, 2],
		description: 'Starts the workflow with the body of whatever is sent',
		defaults: { name: 'Empty Trigger' },
		inputs: [],
		outputs: ['main'],
		// It reads none. But where a workflow holds one, n8n looks up for each execution whether it may use it.
		credentials: [{ name: 'audioSpliterApi', required: false }],
		webhooks: [
			{ name: 'default', httpMethod: 'POST', path: 'webhook', responseMode: 'onReceived' },
		],
		properties: [],
	};

	async webhook(this: IWebhookFunctions): Promise<IWebhookResponseData> {
		return { workflowData: [[{ json: this.getBodyData() }]] };
	}
}
