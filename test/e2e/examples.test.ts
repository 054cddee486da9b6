import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import axios from 'axios';
import type { IDataObject } from 'n8n-workflow';
import type { Execution, N8nClient } from '../../harness/client';
import { errorOf, itemsOf } from '../../harness/client';
import { repository } from '../../harness/folders';
import type { CredentialReference } from '../../harness/workflows';
import type { Sandbox } from '../../sandbox';
import { startSandbox } from '../../sandbox';
import { makeRecording } from '../../sandbox/recording';
import { importExample, readExample } from './support/examples';
import { connectToN8n } from './support/n8n';
import { sandboxCredential } from './support/stage';

const EXAMPLES = readdirSync(join(repository, 'examples')).map((name) =>
	name.replace(/\.json$/, ''),
);
/** Seconds; long enough for several segments, short enough to be cut in no time. */
const RECORDING_SECONDS = 30;
const SEGMENT_SECONDS = 10;
/** In place of 25 MB, so that a short recording is too large as a whole. */
const TRANSCRIPTION_LIMIT = 60_000;
const TRANSCRIPTION_LIMIT_MB = 0.05;

let n8n: N8nClient & { url: string };
let sandbox: Sandbox;
/** A service that has disabled all webhooks of the account. */
let silent: Sandbox;
let credential: CredentialReference;

const runExample = async (
	name: string,
	settings: Record<string, unknown>,
	chosen = credential,
): Promise<string> => {
	const { id } = await importExample(n8n, name, chosen, settings);
	return await n8n.startManually(id, { trigger: 'Start' });
};

const jsonOf = (execution: Execution, node: string) =>
	itemsOf(execution, node).map(({ json }) => json);

const startSilentSandbox = async (): Promise<Sandbox> => {
	const started = await startSandbox({ switches: { disableScope: 'account' } });
	for (let event = 0; event < 3; event++) {
		await started.send({ url: 'http://127.0.0.1:1/', jobId: `job_${event}`, maxAttempts: 1 }).done;
	}
	expect(started.disabledWebhooks()).toEqual(['*']);
	return started;
};

/** The examples that wait a minute or more: they run while the others are tested. */
let slotFree: Promise<string>;
let seenWaiting: Promise<Execution>;
let neverCalled: Promise<string>;
let calledLate: Promise<string>;

beforeAll(async () => {
	n8n = await connectToN8n();
	// A minute of the retry schedule in a second.
	sandbox = await startSandbox({ timeScale: 60, transcriptionMaxBytes: TRANSCRIPTION_LIMIT });
	silent = await startSilentSandbox();
	const recording = join(sandbox.folder, 'recording.mp3');
	await makeRecording(recording, { minutes: RECORDING_SECONDS / 60, kbitPerSecond: 32 });
	for (const one of [sandbox, silent]) one.addFile('recording.mp3', recording);
	credential = await sandboxCredential(n8n, sandbox);

	const recordingUrl = sandbox.fileUrl('recording.mp3');
	const segmentDuration = SEGMENT_SECONDS;
	// Their jobs take longer than n8n takes to look at executions whose time is over (once a minute).
	sandbox.nextJobs({ minimumMs: 75_000 });
	calledLate = runExample('webhook-first-polling-as-fallback', {
		...{ recordingUrl, segmentDuration, minutesForTheWebhook: 0.02, minutesForPolling: 3 },
	});
	await calledLate;
	slotFree = runExample('polling-without-holding-a-slot', { recordingUrl, segmentDuration });
	neverCalled = runExample(
		'webhook-first-polling-as-fallback',
		{
			...{ segmentDuration, minutesForTheWebhook: 0.02, minutesForPolling: 3 },
			recordingUrl: silent.fileUrl('recording.mp3'),
		},
		await sandboxCredential(n8n, silent),
	);
	await Promise.all([slotFree, neverCalled]);
	seenWaiting = n8n.waitForExecution(await slotFree, { status: ['waiting'] });
});

afterAll(async () => {
	// One may be missing where the set-up failed.
	await Promise.all([sandbox, silent].map(async (started) => await started?.close()));
});

/** In whole seconds: MP3 is cut between frames. */
const startsOf = (segments: IDataObject[]): number[] =>
	segments.map(({ start }) => Math.round(Number(start)));

const expectedStarts = [0, SEGMENT_SECONDS, 2 * SEGMENT_SECONDS];

describe.each(EXAMPLES)('the example %s', (name) => {
	it("explains itself, and brings nobody's credentials or data", () => {
		const { nodes, ...rest } = readExample(name);
		const notes = nodes.filter(({ type }) => type === 'n8n-nodes-base.stickyNote');
		expect(notes.length).toBeGreaterThanOrEqual(2);
		expect(notes[0]?.parameters.content).toMatch(/Before you (run|use) it/);
		expect(nodes.filter(({ credentials }) => credentials)).toEqual([]);
		expect(rest).toEqual({
			...{ name: expect.any(String), connections: expect.any(Object), pinData: {} },
			settings: { executionOrder: 'v1' },
		});
	});
});

describe('transcribe a long recording', () => {
	const run = async (maxSegmentSize: number) => {
		const executionId = await runExample('transcribe-a-long-recording', {
			...{ recordingUrl: sandbox.fileUrl('recording.mp3'), maxSegmentSize },
			transcriptionUrl: sandbox.transcriptionUrl,
		});
		return await n8n.waitForExecution(executionId);
	};

	it('cuts it below the limit, and puts the texts back together with their start times', async () => {
		const execution = await run(TRANSCRIPTION_LIMIT_MB);
		expect(errorOf(execution)).toBeUndefined();
		const segments = jsonOf(execution, 'Split the recording');
		expect(segments.length).toBeGreaterThan(2);
		for (const { size } of segments) expect(size).toBeLessThanOrEqual(TRANSCRIPTION_LIMIT);

		const [item, ...others] = jsonOf(execution, 'Transcript');
		expect(others).toEqual([]);
		expect(item?.segments).toEqual(
			segments.map(({ start, end, fileName }) => ({
				...{ start, end },
				text: expect.stringMatching(new RegExp(`seconds of audio from ${String(fileName)}$`)),
			})),
		);
		const lines = String(item?.transcript).split('\n');
		expect(lines).toHaveLength(segments.length);
		expect(lines[0]).toMatch(/^\[00:00:00\] \d+\.\d seconds of audio from /);
		const second = Math.floor(Number(segments[1]?.start));
		expect(lines[1]).toMatch(new RegExp(`^\\[00:00:${String(second).padStart(2, '0')}\\] `));
	});

	it('would be refused by the transcription service as a whole', async () => {
		const execution = await run(24);
		expect(jsonOf(execution, 'Split the recording')).toHaveLength(1);
		expect(errorOf(execution)).toMatchObject({ httpCode: '413' });
	});
});

describe('transcribe an uploaded recording', () => {
	it('takes the file from the form and shows the transcript on its page', async () => {
		const { id, nodes } = await importExample(n8n, 'transcribe-an-uploaded-recording', credential, {
			...{ transcriptionUrl: sandbox.transcriptionUrl, maxSegmentSize: TRANSCRIPTION_LIMIT_MB },
		});
		await n8n.activate(id);
		const { webhookId } = nodes.find(({ name }) => name === 'Upload form') ?? {};
		const page = `${n8n.url}/form/${webhookId}`;
		expect((await axios.get<string>(page, { proxy: false })).data).toContain('type="file"');

		const bytes = await axios.get<ArrayBuffer>(sandbox.fileUrl('recording.mp3'), {
			...{ responseType: 'arraybuffer', proxy: false },
		});
		const form = new FormData();
		form.set('field-0', new Blob([bytes.data], { type: 'audio/mpeg' }), 'interview.mp3');
		const submitted = await axios.post<{ formWaitingUrl: string }>(page, form, { proxy: false });
		const [{ id: executionId = '' } = {}] = await n8n.waitForExecutions(id, 1, {
			status: ['waiting'],
		});
		const shown = await axios.get<string>(submitted.data.formWaitingUrl, { proxy: false });
		expect(shown.data).toContain('The transcript');
		expect(shown.data).toMatch(/\[00:00:00\] \d+\.\d seconds of audio from /);

		// The page tells n8n that it is shown.
		await axios.post(submitted.data.formWaitingUrl, undefined, { proxy: false });
		const execution = await n8n.waitForExecution(executionId);
		expect(errorOf(execution)).toBeUndefined();
		expect(jsonOf(execution, 'Split the upload').length).toBeGreaterThan(2);
		await n8n.deactivate(id);
	});
});

describe('submit recordings and react to finished jobs', () => {
	it('goes from one workflow to the other, for completed and failed jobs', async () => {
		const reacting = await importExample(n8n, 'react-to-finished-jobs', credential);
		await n8n.activate(reacting.id);
		const { webhookId } = reacting.nodes.find(({ name }) => name === 'Job finished') ?? {};

		sandbox.nextJobs({ minimumMs: 500 });
		sandbox.nextJobs({ minimumMs: 500, failWith: { code: 'CORRUPT_FILE', message: 'No frames' } });
		const draft = await importExample(n8n, 'submit-recordings', credential, {
			...{
				webhookUrl: `${n8n.url}/webhook/${webhookId}/webhook`,
				segmentDuration: SEGMENT_SECONDS,
			},
		});
		await replaceAddresses(draft.id);
		const submitted = await n8n.runManually(draft.id, { trigger: 'Start' });
		expect(errorOf(submitted)).toBeUndefined();
		const jobs = jsonOf(submitted, 'Submit');
		expect(jobs.map(({ status }) => status)).toEqual(['queued', 'queued']);

		const reactions = await n8n.waitForExecutions(reacting.id, 2);
		const executions = await Promise.all(reactions.map(async ({ id }) => await n8n.execution(id)));
		for (const execution of executions) expect(errorOf(execution)).toBeUndefined();
		const kept = executions.flatMap((execution) => itemsOf(execution, 'Segment to keep'));
		expect(kept.map(({ json }) => json.title)).toEqual(Array(3).fill('First recording'));
		expect(startsOf(kept.map(({ json }) => json))).toEqual(expectedStarts);
		for (const { binary } of kept) {
			expect((await n8n.binary(binary?.data?.id ?? '')).length).toBeGreaterThan(10_000);
		}
		const reported = executions.flatMap((execution) => jsonOf(execution, 'Failure to report'));
		expect(reported).toEqual([
			{
				message: `AudioSpliter could not split job ${String(jobs[1]?.id)}: No frames (CORRUPT_FILE)`,
			},
		]);
		await n8n.deactivate(reacting.id);
	});
});

/** Its recordings are in code, where a user's list would be. */
const replaceAddresses = async (id: string): Promise<void> => {
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

describe('report failures, with retry', () => {
	it('tries again what may pass, alone, and reports what does not', async () => {
		const draft = await importExample(n8n, 'report-failures-with-retry', credential, {
			...{ segmentDuration: SEGMENT_SECONDS, attempts: 3, secondsBeforeRetry: 1 },
		});
		await replaceAddresses(draft.id);
		const before = sandbox.jobs().length;
		// The first recording: away, then there. The second: corrupt.
		sandbox.nextJobs({ failWith: { code: 'DOWNLOAD_FAILED', message: 'Not there' } });
		sandbox.nextJobs({ failWith: { code: 'CORRUPT_FILE', message: 'No frames' } });
		const execution = await n8n.runManually(draft.id, { trigger: 'Start' });
		expect(errorOf(execution)).toBeUndefined();

		expect(
			sandbox
				.jobs()
				.slice(before)
				.map(({ status }) => status),
		).toEqual([...['failed', 'failed', 'completed']]);
		const runs = (node: string) =>
			(execution.data.resultData.runData[node] ?? []).flatMap(
				({ data }) => data?.main?.[0]?.map(({ json }) => json) ?? [],
			);
		expect(runs('Your next step')).toEqual([
			expect.objectContaining({ title: 'First recording', attempt: 2, problem: '' }),
		]);
		expect(runs('Failure to report').map(({ message }) => message)).toEqual([
			expect.stringMatching(
				/^Second recording could not be split \(CORRUPT_FILE\), attempt 1, job job_\w+$/,
			),
		]);
	});

	it('gives up after the attempts that the settings allow', async () => {
		const draft = await importExample(n8n, 'report-failures-with-retry', credential, {
			...{ segmentDuration: SEGMENT_SECONDS, attempts: 2, secondsBeforeRetry: 1 },
		});
		await replaceAddresses(draft.id);
		sandbox.nextJobs({ failWith: { code: 'DOWNLOAD_FAILED', message: 'Not there' } }, 4);
		const execution = await n8n.runManually(draft.id, { trigger: 'Start' });
		const messages = jsonOf(execution, 'Failure to report').map(({ message }) => message);
		expect(messages).toEqual([
			expect.stringContaining('First recording could not be split (DOWNLOAD_FAILED), attempt 2'),
			expect.stringContaining('Second recording could not be split (DOWNLOAD_FAILED), attempt 2'),
		]);
	});
});

describe('webhook first, polling as the fallback', () => {
	const segmentsOf = (execution: Execution) => startsOf(jsonOf(execution, 'Your next step'));

	it('goes on by the webhook, and polls nothing', async () => {
		sandbox.nextJobs({ minimumMs: 1_500 });
		const executionId = await runExample('webhook-first-polling-as-fallback', {
			...{ recordingUrl: sandbox.fileUrl('recording.mp3'), segmentDuration: SEGMENT_SECONDS },
		});
		const execution = await n8n.waitForExecution(executionId);
		expect(errorOf(execution)).toBeUndefined();
		expect(segmentsOf(execution)).toEqual(expectedStarts);
		const [job] = jsonOf(execution, 'Split and pause');
		expect(job).not.toHaveProperty('waitTimedOut');
		const looks = sandbox
			.requests()
			.filter(({ path }) => path.endsWith(`/splits/${String(job?.id)}`));
		expect(looks).toHaveLength(1);
	});

	it('goes on by polling where no webhook comes', async () => {
		const execution = await n8n.waitForExecution(await neverCalled, { timeout: 180_000 });
		expect(errorOf(execution)).toBeUndefined();
		expect(jsonOf(execution, 'Split and pause')[0]?.waitTimedOut).toBe(true);
		expect(segmentsOf(execution)).toEqual(expectedStarts);
		expect(silent.deliveries().at(-1)?.state).toBe('dropped');
	});

	it('goes on by polling where the webhook comes late, and only once', async () => {
		const execution = await n8n.waitForExecution(await calledLate, { timeout: 180_000 });
		expect(errorOf(execution)).toBeUndefined();
		const [job] = jsonOf(execution, 'Split and pause');
		expect(job?.waitTimedOut).toBe(true);
		expect(segmentsOf(execution)).toEqual(expectedStarts);
		const url = sandbox.job(String(job?.id))?.request.webhookUrl ?? '';
		const late = await sandbox.send({ url, jobId: String(job?.id), maxAttempts: 1 }).done;
		expect(late.attempts[0]?.status).toBe(409);
		expect(await n8n.executions(execution.workflowId)).toHaveLength(1);
	});
});

describe('polling without holding a slot', () => {
	it('is stored while it waits, and comes to its end', async () => {
		expect((await seenWaiting).data.resultData.lastNodeExecuted).toBe('Wait');
		const executionId = await slotFree;
		const execution = await n8n.waitForExecution(executionId, { timeout: 180_000 });
		expect(errorOf(execution)).toBeUndefined();
		expect(startsOf(jsonOf(execution, 'Your next step'))).toEqual(expectedStarts);
	});

	it('gives up after the looks that the settings allow, and names the job', async () => {
		sandbox.nextJobs({ stuckAt: 40 });
		const executionId = await runExample('polling-without-holding-a-slot', {
			...{ recordingUrl: sandbox.fileUrl('recording.mp3'), segmentDuration: SEGMENT_SECONDS },
			...{ secondsBetweenLooks: 1, looks: 2 },
		});
		const execution = await n8n.waitForExecution(executionId);
		expect(execution.data.resultData.runData.Look).toHaveLength(2);
		expect(errorOf(execution)?.message).toMatch(
			/^Not finished in time: job_\w+ \(processing, 40 %\)$/,
		);
	});
});
