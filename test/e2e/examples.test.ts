import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import axios from 'axios';
import type { Execution } from '../../harness/client';
import { errorOf, itemsOf } from '../../harness/client';
import { repository } from '../../harness/folders';
import {
	expectedStarts,
	jsonOf,
	replaceAddresses,
	runExample,
	SEGMENT_SECONDS,
	startsOf,
	TRANSCRIPTION_LIMIT,
	useExampleStage,
} from './support/exampleStage';
import { importExample, readExample } from './support/examples';

const EXAMPLES = readdirSync(join(repository, 'examples')).map((name) =>
	name.replace(/\.json$/, ''),
);
const TRANSCRIPTION_LIMIT_MB = 0.05;

const stage = useExampleStage();

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
		const executionId = await runExample(stage, 'transcribe-a-long-recording', {
			...{ recordingUrl: stage.sandbox.fileUrl('recording.mp3'), maxSegmentSize },
			transcriptionUrl: stage.sandbox.transcriptionUrl,
		});
		return await stage.n8n.waitForExecution(executionId);
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
		const { id, nodes } = await importExample(
			stage.n8n,
			'transcribe-an-uploaded-recording',
			stage.credential,
			{
				transcriptionUrl: stage.sandbox.transcriptionUrl,
				maxSegmentSize: TRANSCRIPTION_LIMIT_MB,
			},
		);
		await stage.n8n.activate(id);
		const { webhookId } = nodes.find(({ name }) => name === 'Upload form') ?? {};
		const page = `${stage.n8n.url}/form/${webhookId}`;
		expect((await axios.get<string>(page, { proxy: false })).data).toContain('type="file"');

		const bytes = await axios.get<ArrayBuffer>(stage.sandbox.fileUrl('recording.mp3'), {
			...{ responseType: 'arraybuffer', proxy: false },
		});
		const form = new FormData();
		form.set('field-0', new Blob([bytes.data], { type: 'audio/mpeg' }), 'interview.mp3');
		const submitted = await axios.post<{ formWaitingUrl: string }>(page, form, { proxy: false });
		const [{ id: executionId = '' } = {}] = await stage.n8n.waitForExecutions(id, 1, {
			status: ['waiting'],
		});
		const shown = await axios.get<string>(submitted.data.formWaitingUrl, { proxy: false });
		expect(shown.data).toContain('The transcript');
		expect(shown.data).toMatch(/\[00:00:00\] \d+\.\d seconds of audio from /);

		// The page tells n8n that it is shown.
		await axios.post(submitted.data.formWaitingUrl, undefined, { proxy: false });
		const execution = await stage.n8n.waitForExecution(executionId);
		expect(errorOf(execution)).toBeUndefined();
		expect(jsonOf(execution, 'Split the upload').length).toBeGreaterThan(2);
		await stage.n8n.deactivate(id);
	});
});

describe('submit recordings and react to finished jobs', () => {
	it('goes from one workflow to the other, for completed and failed jobs', async () => {
		const reacting = await importExample(stage.n8n, 'react-to-finished-jobs', stage.credential);
		await stage.n8n.activate(reacting.id);
		const { webhookId } = reacting.nodes.find(({ name }) => name === 'Job finished') ?? {};

		stage.sandbox.nextJobs({ minimumMs: 500 });
		stage.sandbox.nextJobs({
			minimumMs: 500,
			failWith: { code: 'CORRUPT_FILE', message: 'No frames' },
		});
		const draft = await importExample(stage.n8n, 'submit-recordings', stage.credential, {
			...{
				webhookUrl: `${stage.n8n.url}/webhook/${webhookId}/webhook`,
				segmentDuration: SEGMENT_SECONDS,
			},
		});
		await replaceAddresses(stage, draft.id);
		const submitted = await stage.n8n.runManually(draft.id, { trigger: 'Start' });
		expect(errorOf(submitted)).toBeUndefined();
		const jobs = jsonOf(submitted, 'Submit');
		expect(jobs.map(({ status }) => status)).toEqual(['queued', 'queued']);

		const reactions = await stage.n8n.waitForExecutions(reacting.id, 2);
		const executions = await Promise.all(
			reactions.map(async ({ id }) => await stage.n8n.execution(id)),
		);
		for (const execution of executions) expect(errorOf(execution)).toBeUndefined();
		const kept = executions.flatMap((execution) => itemsOf(execution, 'Segment to keep'));
		expect(kept.map(({ json }) => json.title)).toEqual(Array(3).fill('First recording'));
		expect(startsOf(kept.map(({ json }) => json))).toEqual(expectedStarts);
		for (const { binary } of kept) {
			expect((await stage.n8n.binary(binary?.data?.id ?? '')).length).toBeGreaterThan(10_000);
		}
		const reported = executions.flatMap((execution) => jsonOf(execution, 'Failure to report'));
		expect(reported).toEqual([
			{
				message: `AudioSpliter could not split job ${String(jobs[1]?.id)}: No frames (CORRUPT_FILE)`,
			},
		]);
		await stage.n8n.deactivate(reacting.id);
	});
});

describe('report failures, with retry', () => {
	it('tries again what may pass, alone, and reports what does not', async () => {
		const draft = await importExample(stage.n8n, 'report-failures-with-retry', stage.credential, {
			...{ segmentDuration: SEGMENT_SECONDS, attempts: 3, secondsBeforeRetry: 1 },
		});
		await replaceAddresses(stage, draft.id);
		const before = stage.sandbox.jobs().length;
		// The first recording: away, then there. The second: corrupt.
		stage.sandbox.nextJobs({ failWith: { code: 'DOWNLOAD_FAILED', message: 'Not there' } });
		stage.sandbox.nextJobs({ failWith: { code: 'CORRUPT_FILE', message: 'No frames' } });
		const execution = await stage.n8n.runManually(draft.id, { trigger: 'Start' });
		expect(errorOf(execution)).toBeUndefined();

		expect(
			stage.sandbox
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
		const draft = await importExample(stage.n8n, 'report-failures-with-retry', stage.credential, {
			...{ segmentDuration: SEGMENT_SECONDS, attempts: 2, secondsBeforeRetry: 1 },
		});
		await replaceAddresses(stage, draft.id);
		stage.sandbox.nextJobs({ failWith: { code: 'DOWNLOAD_FAILED', message: 'Not there' } }, 4);
		const execution = await stage.n8n.runManually(draft.id, { trigger: 'Start' });
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
		stage.sandbox.nextJobs({ minimumMs: 1_500 });
		const executionId = await runExample(stage, 'webhook-first-polling-as-fallback', {
			...{ recordingUrl: stage.sandbox.fileUrl('recording.mp3'), segmentDuration: SEGMENT_SECONDS },
		});
		const execution = await stage.n8n.waitForExecution(executionId);
		expect(errorOf(execution)).toBeUndefined();
		expect(segmentsOf(execution)).toEqual(expectedStarts);
		const [job] = jsonOf(execution, 'Split and pause');
		expect(job).not.toHaveProperty('waitTimedOut');
		const looks = stage.sandbox
			.requests()
			.filter(({ path }) => path.endsWith(`/splits/${String(job?.id)}`));
		expect(looks).toHaveLength(1);
	});

	it('goes on by polling where no webhook comes', async () => {
		const execution = await stage.n8n.waitForExecution(stage.slow.neverCalled, {
			timeout: 180_000,
		});
		expect(errorOf(execution)).toBeUndefined();
		expect(jsonOf(execution, 'Split and pause')[0]?.waitTimedOut).toBe(true);
		expect(segmentsOf(execution)).toEqual(expectedStarts);
		expect(stage.silent.deliveries().at(-1)?.state).toBe('dropped');
	}, 300_000);

	it('goes on by polling where the webhook comes late, and only once', async () => {
		const execution = await stage.n8n.waitForExecution(stage.slow.calledLate, { timeout: 180_000 });
		expect(errorOf(execution)).toBeUndefined();
		const [job] = jsonOf(execution, 'Split and pause');
		expect(job?.waitTimedOut).toBe(true);
		expect(segmentsOf(execution)).toEqual(expectedStarts);
		const url = stage.sandbox.job(String(job?.id))?.request.webhookUrl ?? '';
		const late = await stage.sandbox.send({ url, jobId: String(job?.id), maxAttempts: 1 }).done;
		expect(late.attempts[0]?.status).toBe(409);
		expect(await stage.n8n.executions(execution.workflowId)).toHaveLength(1);
	}, 300_000);
});

describe('polling without holding a slot', () => {
	it('is stored while it waits, and comes to its end', async () => {
		expect((await stage.seenWaiting).data.resultData.lastNodeExecuted).toBe('Wait');
		const executionId = stage.slow.pollingWithoutSlot;
		const execution = await stage.n8n.waitForExecution(executionId, { timeout: 180_000 });
		expect(errorOf(execution)).toBeUndefined();
		expect(startsOf(jsonOf(execution, 'Your next step'))).toEqual(expectedStarts);
	}, 300_000);

	it('gives up after the looks that the settings allow, and names the job', async () => {
		stage.sandbox.nextJobs({ stuckAt: 40 });
		const executionId = await runExample(stage, 'polling-without-holding-a-slot', {
			...{ recordingUrl: stage.sandbox.fileUrl('recording.mp3'), segmentDuration: SEGMENT_SECONDS },
			...{ secondsBetweenLooks: 1, looks: 2 },
		});
		const execution = await stage.n8n.waitForExecution(executionId);
		expect(execution.data.resultData.runData.Look).toHaveLength(2);
		expect(errorOf(execution)?.message).toMatch(
			/^Not finished in time: job_\w+ \(processing, 40 %\)$/,
		);
	});
});
