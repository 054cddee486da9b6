import type {
	IExecuteFunctions,
	INodeExecutionData,
	INodeType,
	INodeTypeDescription,
	IPollFunctions,
} from 'n8n-workflow';
import { NodeConnectionTypes } from 'n8n-workflow';
import { checkCredential } from './api/checkCredential';
import { poll } from './trigger/arriving/poll';
import { emit } from './trigger/emit';
import { pollingTriggerFields } from './trigger/fields';
import { emitLatest } from './trigger/latestJob';

export class AudioSpliterPollingTrigger implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'AudioSpliter Polling Trigger',
		name: 'audioSpliterPollingTrigger',
		icon: { light: 'file:audiospliter.svg', dark: 'file:audiospliter.dark.svg' },
		group: ['trigger'],
		version: 1,
		subtitle:
			'={{ [$parameter["events"]].flat().map((event) => "Job " + event.slice(4).toTitleCase()).join(", ") }}',
		description: 'Starts the workflow when jobs finish, for an n8n that has no public URL',
		eventTriggerDescription: '',
		activationMessage:
			'From now on, each poll starts this workflow for the jobs that have finished.',
		defaults: { name: 'AudioSpliter Polling Trigger' },
		polling: true,
		inputs: [],
		outputs: [NodeConnectionTypes.Main],
		credentials: [{ name: 'audioSpliterApi', required: true, testedBy: 'checkCredential' }],
		properties: pollingTriggerFields,
		// Without it n8n speaks of events in "AudioSpliter Polling".
		triggerPanel: {
			header: 'Fetch a finished job from AudioSpliter',
			executionsHelp: {
				inactive:
					"<b>While you build</b>, click 'Fetch Test Event' to get the latest finished job.<br /><br /><b>When you are ready</b>, publish the workflow. n8n then asks AudioSpliter at the Poll Times, and runs the workflow for the jobs that have finished.",
				active:
					"<b>While you build</b>, click 'Fetch Test Event' to get the latest finished job.<br /><br /><b>Jobs that finish</b> run this workflow by themselves, at the Poll Times: see the list of executions.",
			},
			activationHint: 'Publish the workflow so that jobs start it when they finish.',
		},
	};

	// n8n runs the test of the first node that it finds for a credential, whichever that is.
	methods = { credentialTest: { checkCredential } };

	async poll(this: IPollFunctions): Promise<INodeExecutionData[][] | null> {
		return await poll(this);
	}

	/** n8n runs this in the execution that a poll started, and for a test in the editor, where there was no poll. */
	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		return [this.getMode() === 'manual' ? await emitLatest(this) : await emit(this)];
	}
}
