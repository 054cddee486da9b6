import { copyFileSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import axios from 'axios';
import { errorOf, itemsOf } from '../../harness/client';
import { repository } from '../../harness/folders';
import { filesFolder } from '../../harness/n8nEnvironment';
import { startChatModel } from './support/chatModel';
import {
	expectedStarts,
	jsonOf,
	jsonOfAllRuns,
	RECORDING,
	RECORDING_SECONDS,
	replaceAddresses,
	runExample,
	SEGMENT_SECONDS,
	startsOf,
	useExampleStage,
} from './support/exampleStage';
import { changeParameters, chooseCredential, importExample, readExample } from './support/examples';
import { sharedN8n } from './support/n8n';

const EXAMPLES = readdirSync(join(repository, 'examples')).map((name) =>
	name.replace(/\.json$/, ''),
);

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

describe('react to finished jobs without a public URL', () => {
	it('brings what finishes after the publication, each job once', async () => {
		const name = 'react-to-finished-jobs-without-a-public-url';
		const { id } = await importExample(stage.n8n, name, stage.credential);
		stage.sandbox.addSyntheticJob({ segmentBytes: 1_000 });
		// n8n polls once whenever it activates a workflow.
		await stage.n8n.activate(id);
		const request = { metadata: { title: 'First recording' } };
		stage.sandbox.addSyntheticJob({ segments: 2, segmentBytes: 1_000, request });
		const error = { code: 'CORRUPT_FILE', message: 'No frames' };
		const failed = stage.sandbox.addSyntheticJob({ status: 'failed', error });
		for (let again = 0; again < 2; again++) {
			await stage.n8n.deactivate(id);
			await stage.n8n.activate(id);
			await stage.n8n.waitForExecutions(id, 1);
		}
		const [first, ...others] = await stage.n8n.executions(id);
		expect(others).toEqual([]);
		const execution = await stage.n8n.waitForExecution(first?.id ?? '');
		expect(errorOf(execution)).toBeUndefined();
		const kept = itemsOf(execution, 'Segment to keep');
		expect(kept.map(({ json }) => json.title)).toEqual([
			...['First recording, part 1 of 2', 'First recording, part 2 of 2'],
		]);
		for (const { binary } of kept) {
			expect(await stage.n8n.binary(binary?.data?.id ?? '')).toHaveLength(1_000);
		}
		expect(jsonOf(execution, 'Failure to report')).toEqual([
			{ message: `AudioSpliter could not split job ${failed.id}: No frames (CORRUPT_FILE)` },
		]);
		await stage.n8n.deactivate(id);
	});
});

describe('submit recordings', () => {
	it('stops at the placeholder, before anything is submitted', async () => {
		const before = stage.sandbox.jobs().length;
		const executionId = await runExample(stage, 'submit-recordings', {});
		const execution = await stage.n8n.waitForExecution(executionId);
		expect(errorOf(execution)?.message).toMatch(
			/^Settings › webhookUrl is still the placeholder\./,
		);
		expect(stage.sandbox.jobs()).toHaveLength(before);
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
		expect(jsonOfAllRuns(execution, 'Your next step')).toEqual([
			expect.objectContaining({ title: 'First recording', attempt: 2, problem: '' }),
		]);
		const reported = jsonOfAllRuns(execution, 'Failure to report');
		expect(reported.map(({ message }) => message)).toEqual([
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

describe('split a folder in batches', () => {
	it('splits every recording, names what failed, and sums up the minutes', async () => {
		const folder = join(filesFolder(sharedN8n().userFolder), 'recordings');
		mkdirSync(folder, { recursive: true });
		for (const name of ['one.mp3', 'two.mp3', 'three.mp3']) {
			copyFileSync(join(stage.sandbox.folder, RECORDING), join(folder, name));
		}
		writeFileSync(join(folder, 'broken.mp3'), 'no audio');
		writeFileSync(join(folder, 'notes.txt'), 'not a recording');

		const executionId = await runExample(stage, 'split-a-folder-in-batches', {
			...{ folder, batchSize: 3, segmentDuration: SEGMENT_SECONDS },
		});
		const execution = await stage.n8n.waitForExecution(executionId);
		expect(errorOf(execution)).toBeUndefined();
		expect(execution.data.resultData.runData.Split).toHaveLength(2);
		const [summary, ...others] = jsonOf(execution, 'Minutes used');
		expect(others).toEqual([]);
		expect(summary).toMatchObject({
			minutesUsed: (3 * RECORDING_SECONDS) / 60,
			failed: ['broken.mp3'],
		});
		const recordings = summary?.recordings as Array<{ fileName: string; segments: number }>;
		expect(recordings.map(({ fileName, segments }) => [fileName, segments]).sort()).toEqual([
			...[
				['broken.mp3', 0],
				['one.mp3', 3],
				['three.mp3', 3],
				['two.mp3', 3],
			],
		]);
	});

	it('stops where the folder has no recordings', async () => {
		const folder = join(filesFolder(sharedN8n().userFolder), 'empty');
		const executionId = await runExample(stage, 'split-a-folder-in-batches', { folder });
		const execution = await stage.n8n.waitForExecution(executionId);
		expect(errorOf(execution)?.message).toContain('No file(s) found');
	});
});

describe('ask an AI agent to split', () => {
	it('splits the recording that it is asked about, and answers in the chat', async () => {
		const model = await startChatModel();
		try {
			const credential = await stage.n8n.createCredential('openAiApi', {
				...{ apiKey: 'none', url: model.url },
			});
			const { id, nodes } = await importExample(
				...([stage.n8n, 'ask-an-ai-agent-to-split', stage.credential, {}] as const),
				[
					chooseCredential('Model', 'openAiApi', credential),
					// The editor's own chat is not to be had from outside.
					changeParameters('Chat', { public: true }),
				],
			);
			model.callWith(
				{ source_url: stage.sandbox.fileUrl(RECORDING), segment_duration: SEGMENT_SECONDS },
				'Split_a_recording',
			);
			await stage.n8n.activate(id);
			const { webhookId } = nodes.find(({ name }) => name === 'Chat') ?? {};
			const answer = await axios.post<{ output: string }>(
				`${stage.n8n.url}/webhook/${webhookId}/chat`,
				{ action: 'sendMessage', sessionId: 'one', chatInput: 'Split this into ten seconds each.' },
				{ proxy: false },
			);
			expect(answer.data.output).toBe('Done.');
			await stage.n8n.deactivate(id);

			expect(
				model
					.tools()
					.map(({ name }) => name)
					.sort(),
			).toEqual([...['Look_up_a_job', 'Split_a_recording']]);
			const { id: jobId, segments, request } = stage.sandbox.jobs().at(-1) ?? {};
			expect(request?.segmentDuration).toBe(SEGMENT_SECONDS);
			expect(segments).toHaveLength(expectedStarts.length);
			expect(model.toolSaid()).toContain(`"id":"${jobId}"`);
			expect(model.toolSaid()).toContain('"status":"completed"');
		} finally {
			await model.close();
		}
	});
});
