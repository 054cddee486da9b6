import type { Execution } from '../../harness/client';
import { errorOf } from '../../harness/client';
import {
	expectedStarts,
	jsonOf,
	runExample,
	SEGMENT_SECONDS,
	startsOf,
} from './support/exampleStage';
import { useWaitingStage } from './support/waitingStage';

const stage = useWaitingStage();

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
