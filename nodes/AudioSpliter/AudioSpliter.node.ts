import type {
	IExecuteFunctions,
	INodeExecutionData,
	INodeType,
	INodeTypeDescription,
	IWebhookFunctions,
	IWebhookResponseData,
} from 'n8n-workflow';
import { NodeConnectionTypes } from 'n8n-workflow';
import { checkCredential } from './api/checkCredential';
import { failAllItems } from './n8n/items';
import { properties, readOperation, subtitle } from './resources';
import { searchJobs } from './resources/listSearch';
import type { Operation } from './resources/operation';
import { manySegmentsHint } from './resources/splitJob/manySegments';
import { resume } from './waiting/pausing/resume';
import { resumeWebhooks, waitingTooltip } from './waiting/pausing/resumeUrl';

export class AudioSpliter implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'AudioSpliter',
		name: 'audioSpliter',
		icon: { light: 'file:audiospliter.svg', dark: 'file:audiospliter.dark.svg' },
		group: ['transform'],
		version: 1,
		subtitle,
		description:
			'Split long audio into segments by duration or file size, and react when jobs finish',
		defaults: { name: 'AudioSpliter' },
		usableAsTool: true,
		inputs: [NodeConnectionTypes.Main],
		outputs: [NodeConnectionTypes.Main],
		// Spelled out, since n8n's linter looks for the credential's test by this name.
		credentials: [{ name: 'audioSpliterApi', required: true, testedBy: 'checkCredential' }],
		webhooks: resumeWebhooks,
		waitingNodeTooltip: waitingTooltip,
		hints: [manySegmentsHint],
		properties,
	};

	methods = { listSearch: { searchJobs }, credentialTest: { checkCredential } };

	/** Called by n8n for an execution of this node that is paused. */
	async webhook(this: IWebhookFunctions): Promise<IWebhookResponseData> {
		return await resume(this);
	}

	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		let operation: Operation;
		try {
			operation = readOperation(this);
		} catch (error) {
			return [failAllItems(this, error)];
		}
		return [await operation.execute(this)];
	}
}
