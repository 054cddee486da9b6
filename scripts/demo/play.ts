import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Credential } from '../../harness/client';
import { itemsOf } from '../../harness/client';
import type { N8nInstall } from '../../harness/installN8n';
import { installN8n } from '../../harness/installN8n';
import type { N8n } from '../../harness/n8n';
import { startN8n } from '../../harness/n8n';
import { build, pack } from '../../harness/pack';
import { assertPortIsFree } from '../../harness/ports';
import { atEnd } from '../../harness/processes';
import type { Sandbox } from '../../sandbox';
import { probe } from '../../sandbox/audio/ffmpeg';
import { makeRecording } from '../../sandbox/audio/recording';
import { runSteps } from '../progress';
import type { Outcome } from './checks';
import { emittedEvents, sendAgain } from './events';
import { checkSegments } from './segments';
import type { Workflows } from './stage';
import {
	CREATE_NODE,
	createCredential,
	createWorkflows,
	RECORDING,
	RECORDING_MINUTES,
	startAudioSpliter,
} from './stage';
import { watchJobs } from './watchJobs';

export interface PlayOptions {
	version: string;
	port?: number;
	/** For the recording and the downloaded segments. */
	folder: string;
	/** Called with the name of what has been started, and goes on until it is ended. */
	onStart: (name: string) => void;
}

export interface Played {
	n8n: N8n;
	sandbox: Sandbox;
	workflows: Workflows;
	outcome: Omit<Outcome, 'segmentSeconds'>;
}

/** Does `work` on n8n. Where n8n ends meanwhile, that is the error, and not the connection that broke with it. */
const whileRunning = async <T>(n8n: N8n, work: Promise<T>): Promise<T> => {
	const ended = n8n.ended().then(() => {
		const said = n8n.logTail().split('\n').slice(-5).join('\n');
		throw new Error(`n8n ended in the middle. It said last:\n${said}`);
	});
	// Whichever loses the race may still fail, later and unheard.
	ended.catch(() => undefined);
	try {
		return await Promise.race([work, ended]);
	} catch (error) {
		// The connection breaks a moment before the system reports the end.
		await Promise.race([ended, sleep(500)]);
		throw error;
	}
};

/** Sets the stage and plays both workflows on it, showing each step. */
export const play = async (options: PlayOptions): Promise<Played> => {
	const { version, port, folder, onStart } = options;
	const recording = join(folder, RECORDING);
	const outcome: Omit<Outcome, 'segmentSeconds'> = {
		recording: 0,
		segments: [],
		events: [],
		redeliveries: [],
		eventsAfterwards: [],
	};
	// Each is set by the step that makes it, before the steps that use it.
	let install!: N8nInstall;
	let tarball!: string;
	let sandbox!: Sandbox;
	let n8n!: N8n;
	let credential!: Credential;
	let workflows!: Workflows;

	if (port !== undefined) await assertPortIsFree(port);
	await runSteps([
		{
			title: `Install n8n ${version}`,
			run: async (tell) => {
				install = await installN8n(version, { onProgress: tell });
			},
		},
		{
			title: 'Build and pack the nodes',
			run: async () => {
				await build();
				tarball = await pack(folder);
			},
		},
		{
			title: `Make a recording of ${RECORDING_MINUTES} minutes`,
			run: async () => {
				await makeRecording(recording, { minutes: RECORDING_MINUTES });
				outcome.recording = (await probe(recording)).duration;
			},
		},
		{
			title: 'Start AudioSpliter (the sandbox)',
			run: async () => {
				sandbox = await startAudioSpliter(recording);
				atEnd(async () => await sandbox.close());
				onStart('the sandbox');
				return sandbox.baseUrl;
			},
		},
		{
			title: 'Start n8n with the nodes installed',
			run: async () => {
				onStart('n8n');
				// Else it tells times of New York.
				const env = { GENERIC_TIMEZONE: Intl.DateTimeFormat().resolvedOptions().timeZone };
				n8n = await startN8n({ install, tarball, port, env });
				atEnd(async () => await n8n.stop());
				return n8n.url;
			},
		},
		{
			title: 'Create the credential and the workflows',
			run: async () => {
				credential = await whileRunning(n8n, createCredential(n8n, sandbox));
				const source = sandbox.fileUrl(RECORDING);
				workflows = await whileRunning(n8n, createWorkflows(n8n, credential, source));
			},
		},
		{
			title: 'Split the recording: Create, waiting by polling',
			run: async (tell) => {
				const stopWatching = watchJobs(sandbox, tell);
				try {
					const run = n8n.client.runManually(workflows.create.id, { timeout: 300_000 });
					const execution = await whileRunning(n8n, run);
					const failure = execution.data.resultData.error;
					if (failure) throw new Error(`The workflow failed: ${failure.message}`);
					const items = itemsOf(execution, CREATE_NODE);
					outcome.segments = await checkSegments(n8n.client, items, join(folder, 'segments'));
					return `${items.length} segments`;
				} finally {
					stopWatching();
				}
			},
		},
		{
			title: "Receive the job's completion: the trigger",
			run: async () => {
				await whileRunning(n8n, n8n.client.waitForExecutions(workflows.trigger.id, 1));
				outcome.events = await emittedEvents(n8n.client, workflows.trigger.id);
				return outcome.events[0]?.deliveryId;
			},
		},
		{
			title: 'Send the same delivery twice more',
			run: async () => {
				outcome.redeliveries = await whileRunning(n8n, sendAgain(sandbox, workflows.webhookUrl, 2));
				// An execution that should not be would be there by now.
				await sleep(1000);
				outcome.eventsAfterwards = await emittedEvents(n8n.client, workflows.trigger.id);
			},
		},
	]);
	return { n8n, sandbox, workflows, outcome };
};
