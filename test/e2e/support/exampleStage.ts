import { join } from 'node:path';
import type { IDataObject } from 'n8n-workflow';
import type { Execution, N8nClient } from '../../../harness/client';
import { itemsOf } from '../../../harness/client';
import { sandboxCredential } from '../../../harness/sandboxCredential';
import type { CredentialReference } from '../../../harness/workflows';
import type { Sandbox } from '../../../sandbox';
import { startSandbox } from '../../../sandbox';
import { makeRecording } from '../../../sandbox/audio/recording';
import { until } from '../../support/until';
import { importExample } from './examples';
import { connectToN8n } from './n8n';

/** Seconds; long enough for several segments, short enough to be cut in no time. */
const RECORDING_SECONDS = 30;
export const SEGMENT_SECONDS = 10;
export const expectedStarts = [0, SEGMENT_SECONDS, 2 * SEGMENT_SECONDS];
/** Bytes, in place of 25 MB, so that a short recording is too large as a whole. */
export const TRANSCRIPTION_LIMIT = 60_000;

export const jsonOf = (execution: Execution, node: string) =>
	itemsOf(execution, node).map(({ json }) => json);

/** In whole seconds: MP3 is cut between frames. */
export const startsOf = (segments: IDataObject[]): number[] =>
	segments.map(({ start }) => Math.round(Number(start)));

/** IDs of executions of examples that take a minute or more: they run while the others are tested. */
interface SlowExamples {
	pollingWithoutSlot: string;
	neverCalled: string;
	calledLate: string;
}

export interface ExampleStage {
	n8n: N8nClient & { url: string };
	sandbox: Sandbox;
	/** A service that has disabled all webhooks of the account. */
	silent: Sandbox;
	credential: CredentialReference;
	slow: SlowExamples;
	/** The first of the slow ones, looked at while it waited. */
	seenWaiting: Promise<Execution>;
}

/** Imports an example and starts it, by default with the credential for the sandbox that calls back. */
export const runExample = async (
	{ n8n, ...stage }: Pick<ExampleStage, 'n8n' | 'credential'>,
	name: string,
	settings: Record<string, unknown>,
): Promise<string> => {
	const { id } = await importExample(n8n, name, stage.credential, settings);
	return await n8n.startManually(id, { trigger: 'Start' });
};

/** Puts the sandbox's addresses into the code of the node 'Recordings', where a user's list would be. */
export const replaceAddresses = async (
	{ n8n, sandbox }: ExampleStage,
	id: string,
): Promise<void> => {
	const { nodes } = await n8n.getWorkflow(id);
	for (const { name, parameters } of nodes) {
		if (name !== 'Recordings') continue;
		parameters.jsCode = String(parameters.jsCode).replaceAll(
			'http://127.0.0.1:4010',
			new URL(sandbox.baseUrl).origin,
		);
	}
	await n8n.updateWorkflow(id, { nodes });
};

const startSilentSandbox = async (): Promise<Sandbox> => {
	const started = await startSandbox({ switches: { disableScope: 'account' } });
	for (let event = 0; event < 3; event++) {
		await started.send({ url: 'http://127.0.0.1:1/', jobId: `job_${event}`, maxAttempts: 1 }).done;
	}
	expect(started.disabledWebhooks()).toEqual(['*']);
	return started;
};

const startSlowExamples = async (stage: ExampleStage): Promise<SlowExamples> => {
	const { n8n, sandbox, silent } = stage;
	const recordingUrl = sandbox.fileUrl('recording.mp3');
	const segmentDuration = SEGMENT_SECONDS;
	const minutes = { minutesForTheWebhook: 0.02, minutesForPolling: 3 };
	// Its job takes longer than n8n takes to look at executions whose time is over (once a minute).
	sandbox.nextJobs({ minimumMs: 75_000 });
	const calledLate = await runExample(stage, 'webhook-first-polling-as-fallback', {
		...{ recordingUrl, segmentDuration, ...minutes },
	});
	// The others' jobs come after it.
	await until(() => sandbox.jobs().length > 0);
	const [pollingWithoutSlot, neverCalled] = await Promise.all([
		runExample(stage, 'polling-without-holding-a-slot', { recordingUrl, segmentDuration }),
		runExample(
			{ n8n, credential: await sandboxCredential(n8n, silent) },
			'webhook-first-polling-as-fallback',
			{ segmentDuration, ...minutes, recordingUrl: silent.fileUrl('recording.mp3') },
		),
	]);
	return { pollingWithoutSlot, neverCalled, calledLate };
};

/** @returns what is there as soon as the tests run, not before */
export const useExampleStage = (): ExampleStage => {
	const stage = {} as ExampleStage;
	beforeAll(async () => {
		stage.n8n = await connectToN8n();
		// A minute of the retry schedule in a second.
		stage.sandbox = await startSandbox({
			...{ timeScale: 60, transcriptionMaxBytes: TRANSCRIPTION_LIMIT },
		});
		stage.silent = await startSilentSandbox();
		const recording = join(stage.sandbox.folder, 'recording.mp3');
		await makeRecording(recording, { minutes: RECORDING_SECONDS / 60, kbitPerSecond: 32 });
		for (const one of [stage.sandbox, stage.silent]) one.addFile('recording.mp3', recording);
		stage.credential = await sandboxCredential(stage.n8n, stage.sandbox);
		stage.slow = await startSlowExamples(stage);
		stage.seenWaiting = stage.n8n.waitForExecution(stage.slow.pollingWithoutSlot, {
			status: ['waiting'],
		});
		// Its test awaits it. Until then nobody would have taken a failure.
		stage.seenWaiting.catch(() => undefined);
	});
	afterAll(async () => {
		// One may be missing where the set-up failed.
		for (const started of [stage.sandbox, stage.silent]) await started?.close();
	});
	return stage;
};
