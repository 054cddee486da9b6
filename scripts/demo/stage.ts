import type { Credential, SavedWorkflow } from '../../harness/client';
import type { N8n } from '../../harness/n8n';
import type { WorkflowDraft } from '../../harness/workflows';
import {
	audioSpliter,
	audioSpliterTrigger,
	manualTrigger,
	productionUrl,
	stickyNote,
	workflow,
} from '../../harness/workflows';
import type { Sandbox } from '../../sandbox';
import { startSandbox } from '../../sandbox';

/** The file's name. */
export const RECORDING = 'recording.mp3';

/** Length of the recording and of the segments that it is cut into. */
export const RECORDING_MINUTES = 12;
export const SEGMENT_SECONDS = 150;

export const CREATE_NODE = 'AudioSpliter';
export const TRIGGER_NODE = 'AudioSpliter Trigger';

/** The AudioSpliter of the demo, with the recording on a URL that it can fetch. */
export const startAudioSpliter = async (recording: string): Promise<Sandbox> =>
	await startSandbox({
		files: { [RECORDING]: recording },
		// Long enough for the polling to have something to see.
		processing: { minimumMs: 5_000 },
	});

export interface Workflows {
	create: SavedWorkflow;
	trigger: SavedWorkflow;
	/** Where the trigger receives events. */
	webhookUrl: string;
}

/** The credential, tested as the editor's button does it. */
export const createCredential = async (n8n: N8n, sandbox: Sandbox): Promise<Credential> => {
	const { apiKey, signingSecret, baseUrl } = sandbox;
	const data = { apiKey, signingSecret, baseUrl };
	const credential = await n8n.client.createCredential('audioSpliterApi', data, 'AudioSpliter');
	const { status, message } = await n8n.client.testCredential(credential, data);
	if (status !== 'OK') throw new Error(`n8n's test of the credential failed: ${message}`);
	return credential;
};

const SPLIT_NOTE = `## Split a recording
Execute it: **${CREATE_NODE}** splits the recording into segments of ${SEGMENT_SECONDS} seconds, waits by polling, and downloads them. Each comes out as an item with its position and its file.

Its job carries the webhook URL of the workflow *React to finished jobs*, which starts when the job is done.`;

const REACT_NOTE = `## React to finished jobs
**${TRIGGER_NODE}** has received the completion of the demo's job. The same delivery, sent twice more, started nothing.

This workflow is published: execute *Split a recording*, and it runs again by itself. See *Executions*, not this canvas. (*Execute workflow* here waits for a job with the Test URL, and the demo's has the Production URL.)`;

const withNote = (draft: WorkflowDraft, text: string): WorkflowDraft => ({
	...draft,
	nodes: [...draft.nodes, stickyNote(text, { position: [-32, -304], width: 480, height: 240 })],
});

/** The two workflows; the trigger's is active when this resolves. */
export const createWorkflows = async (
	n8n: N8n,
	credential: Credential,
	sourceUrl: string,
): Promise<Workflows> => {
	const onEvent = audioSpliterTrigger(
		{ events: ['job.completed', 'job.failed'], output: 'job' },
		credential,
		{ name: TRIGGER_NODE },
	);
	const webhookUrl = productionUrl(n8n.url, onEvent);
	const trigger = await n8n.client.createWorkflow(
		withNote(workflow('React to finished jobs', [onEvent]), REACT_NOTE),
	);
	await n8n.client.activate(trigger.id);

	const create = await n8n.client.createWorkflow(
		withNote(
			workflow('Split a recording', [
				manualTrigger(),
				audioSpliter(
					{
						...{ resource: 'splitJob', operation: 'create', source: 'url', sourceUrl },
						...{ splitMode: 'duration', segmentDuration: SEGMENT_SECONDS },
						...{ waitMode: 'poll', output: 'segments', download: true },
						additionalFields: { webhookUrl },
						waitOptions: { pollInterval: 1, maxWait: 5 },
					},
					credential,
					{ name: CREATE_NODE },
				),
			]),
			SPLIT_NOTE,
		),
	);
	return { create, trigger, webhookUrl };
};
