import type {
	IExecuteFunctions,
	INodeExecutionData,
	INodeType,
	INodeTypeDescription,
	IWebhookFunctions,
	IWebhookResponseData,
} from 'n8n-workflow';
import { NodeConnectionTypes, NodeOperationError } from 'n8n-workflow';
import { checkCredential } from './api/checkCredential';
import { findOperation, properties } from './resources';
import { searchJobs } from './resources/listSearch';
import { resume } from './waiting/pausing/resume';
import { resumeWebhooks } from './waiting/pausing/resumeUrl';

export class AudioSpliter implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'AudioSpliter',
		name: 'audioSpliter',
		icon: { light: 'file:audiospliter.svg', dark: 'file:audiospliter.dark.svg' },
		group: ['transform'],
		version: 1,
		subtitle: '={{ $parameter["operation"] + ": " + $parameter["resource"] }}',
		description: 'Split long audio files into segments by duration or file size',
		defaults: { name: 'AudioSpliter' },
		usableAsTool: true,
		inputs: [NodeConnectionTypes.Main],
		outputs: [NodeConnectionTypes.Main],
		credentials: [{ name: 'audioSpliterApi', required: true, testedBy: 'checkCredential' }],
		webhooks: resumeWebhooks,
		properties,
	};

	methods = { listSearch: { searchJobs }, credentialTest: { checkCredential } };

	/** Called by n8n for an execution of this node that is paused. */
	async webhook(this: IWebhookFunctions): Promise<IWebhookResponseData> {
		return await resume(this);
	}

	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		const resource = this.getNodeParameter('resource', 0);
		const operation = this.getNodeParameter('operation', 0);
		const found = findOperation(resource, operation);
		if (found === undefined) {
			throw new NodeOperationError(
				this.getNode(),
				`The operation '${operation}' of '${resource}' does not exist`,
				{ description: "Select a value for 'Resource' and 'Operation'." },
			);
		}
		return [await found.execute(this)];
	}
}
