import type {
	IExecuteFunctions,
	IHookFunctions,
	INodeExecutionData,
	INodeType,
	INodeTypeDescription,
	ITriggerFunctions,
	ITriggerResponse,
	IWebhookFunctions,
	IWebhookResponseData,
} from 'n8n-workflow';
import { NodeConnectionTypes } from 'n8n-workflow';
import { CREDENTIAL_TYPE } from './api/account';
import { checkCredential } from './api/checkCredential';
import { assertCanReceive } from './trigger/activation';
import { lookForMissed, notePublicationOf } from './trigger/arriving/lookForMissed';
import { receive } from './trigger/arriving/receive';
import { emit } from './trigger/emit';
import { triggerFields } from './trigger/fields';

export class AudioSpliterTrigger implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'AudioSpliter Trigger',
		name: 'audioSpliterTrigger',
		icon: { light: 'file:audiospliter.svg', dark: 'file:audiospliter.dark.svg' },
		group: ['trigger'],
		version: 1,
		subtitle:
			'={{ [$parameter["events"]].flat().map((event) => "Job " + event.slice(4).toTitleCase()).join(", ") }}',
		description:
			'Split long audio into segments by duration or file size, and react when jobs finish',
		eventTriggerDescription: 'Waiting for AudioSpliter to call the Test URL',
		activationMessage:
			"You can now create jobs with the trigger's Production URL as their Webhook URL.",
		defaults: { name: 'AudioSpliter Trigger' },
		inputs: [],
		outputs: [NodeConnectionTypes.Main],
		credentials: [{ name: CREDENTIAL_TYPE, required: true, testedBy: 'checkCredential' }],
		webhooks: [
			{
				name: 'default',
				httpMethod: 'POST',
				path: 'webhook',
				responseMode: 'onReceived',
				// Empty, so that n8n answers with what webhook() gives. An expression would be evaluated twice for each delivery.
				responseData: '',
			},
		],
		properties: triggerFields,
		triggerPanel: {
			header: 'Wait for AudioSpliter to call',
			executionsHelp: {
				inactive:
					"Webhooks have two modes: test and production.<br /><br /><b>While you build</b>, copy the Test URL, click 'Execute step', then create a job with that URL as its Webhook URL. Each test takes one event.<br /><br /><b>When you are ready</b>, publish the workflow and use the Production URL.",
				active:
					"Webhooks have two modes: test and production.<br /><br /><b>While you build</b>, copy the Test URL, click 'Execute step', then create a job with that URL as its Webhook URL. Each test takes one event.<br /><br /><b>Events at the Production URL</b> run this workflow by themselves: see them in the list of executions.",
			},
			activationHint:
				'Publish the workflow so that events of jobs with the Production URL start it.',
		},
	};

	// n8n runs the test of the first node that it finds for a credential, whichever that is.
	methods = { credentialTest: { checkCredential } };

	webhookMethods = {
		default: {
			// AudioSpliter has no endpoint that registers webhooks: each job carries its own URL.
			async checkExists(this: IHookFunctions): Promise<boolean> {
				return false;
			},
			async create(this: IHookFunctions): Promise<boolean> {
				await assertCanReceive(this);
				notePublicationOf(this);
				return true;
			},
			async delete(this: IHookFunctions): Promise<boolean> {
				return true;
			},
		},
	};

	async webhook(this: IWebhookFunctions): Promise<IWebhookResponseData> {
		return await receive(this);
	}

	/** n8n calls this beside the webhook, when it activates the workflow and when it starts. */
	async trigger(this: ITriggerFunctions): Promise<ITriggerResponse> {
		return await lookForMissed(this);
	}

	/** n8n runs this inside the execution that `webhook()` started, where the node may take its time. */
	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		return [await emit(this)];
	}
}
