import { join } from 'node:path';
import type { IDataObject } from 'n8n-workflow';
import type { Execution, N8nClient } from '../../../harness/client';
import { itemsOf } from '../../../harness/client';
import { sandboxCredential } from '../../../harness/sandboxCredential';
import type { CredentialReference } from '../../../harness/workflows';
import type { Sandbox } from '../../../sandbox';
import { startSandbox } from '../../../sandbox';
import { makeRecording } from '../../../sandbox/audio/recording';
import { importExample } from './examples';
import { connectToN8n } from './n8n';

export const RECORDING = 'recording.mp3';
/** Seconds; long enough for several segments, short enough to be cut in no time. */
export const RECORDING_SECONDS = 30;
export const SEGMENT_SECONDS = 10;
export const expectedStarts = [0, SEGMENT_SECONDS, 2 * SEGMENT_SECONDS];
/** Bytes, in place of 25 MB, so that a short recording is too large as a whole. */
export const TRANSCRIPTION_LIMIT = 60_000;
/** Seconds, in place of 1,400: longer than a segment, shorter than the recording. */
export const TRANSCRIPTION_SECONDS = 12;

/** What a node put out, of its last run. */
export const jsonOf = (execution: Execution, node: string) =>
	itemsOf(execution, node).map(({ json }) => json);

/** What a node put out, of all its runs. */
export const jsonOfAllRuns = (execution: Execution, node: string): IDataObject[] =>
	(execution.data.resultData.runData[node] ?? []).flatMap(
		({ data }) => data?.main?.[0]?.map(({ json }) => json) ?? [],
	);

/** In whole seconds: MP3 is cut between frames. */
export const startsOf = (segments: IDataObject[]): number[] =>
	segments.map(({ start }) => Math.round(Number(start)));

export interface ExampleStage {
	n8n: N8nClient & { url: string };
	sandbox: Sandbox;
	credential: CredentialReference;
}

/** Imports an example and starts it, by default with the credential for the sandbox that calls back. */
export const runExample = async (
	{ n8n, credential }: Pick<ExampleStage, 'n8n' | 'credential'>,
	name: string,
	settings: Record<string, unknown>,
): Promise<string> => {
	const { id } = await importExample(n8n, name, credential, settings);
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

/** Serves a recording of the given length. @returns its URL */
export const addRecording = async (
	{ sandbox }: Pick<ExampleStage, 'sandbox'>,
	name: string,
	seconds = RECORDING_SECONDS,
): Promise<string> => {
	const path = join(sandbox.folder, name);
	await makeRecording(path, { minutes: seconds / 60, kbitPerSecond: 32 });
	sandbox.addFile(name, path);
	return sandbox.fileUrl(name);
};

/** @returns what is there as soon as the tests run, not before */
export const useExampleStage = (): ExampleStage => {
	const stage = {} as ExampleStage;
	beforeAll(async () => {
		stage.n8n = await connectToN8n();
		stage.sandbox = await startSandbox({
			// A minute of the retry schedule in a second.
			timeScale: 60,
			...{ transcriptionMaxBytes: TRANSCRIPTION_LIMIT },
			...{ transcriptionMaxSeconds: TRANSCRIPTION_SECONDS },
		});
		await addRecording(stage, RECORDING);
		stage.credential = await sandboxCredential(stage.n8n, stage.sandbox);
	});
	// It may be missing where the set-up failed.
	afterAll(async () => await stage.sandbox?.close());
	return stage;
};
