import { createHmac } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { WorkflowExecuteMode } from 'n8n-workflow';
import { itemsOf } from '../../harness/client';
import { sandboxCredential } from '../../harness/sandboxCredential';
import { audioSpliterTrigger, workflow } from '../../harness/workflows';
import type { EngineStage } from './support/stage';
import { onStage } from './support/stage';

const TIMED_OUT = "The event could not be emitted within the workflow's time-out of 4 seconds";

/** A trigger with a key of its own, whose workflow ends after so many seconds, and the delivery of a job that is asked for. */
const triggered = async (
	stage: EngineStage,
	jobId: string,
	retryOnFail: boolean,
	executionTimeout = 4,
) => {
	const apiKey = `as_test_sk_${jobId}`;
	stage.sandbox.addKey({ key: apiKey });
	const credential = await sandboxCredential(stage.runner, stage.sandbox, { apiKey });
	const trigger = audioSpliterTrigger({ output: 'segments' }, credential, {
		more: { retryOnFail },
	});
	const settings = { executionTimeout };
	const workflowId = stage.runner.save({ ...workflow('Trigger', [trigger]), settings });
	const data = { status: 'completed', segments: [] };
	const body = JSON.stringify({ event: 'job.completed', jobId, data });
	const signature = createHmac('sha256', stage.sandbox.signingSecret).update(body).digest('hex');
	const headers = { 'x-audiospliter-signature': signature };
	const { items: startItems } = await stage.runner.deliver(workflowId, { body, headers });
	return {
		run: async (mode: WorkflowExecuteMode) =>
			await stage.runner.runWith(workflowId, { mode, startItems }),
	};
};

describe('an event that cannot be emitted within its time-out', () => {
	it.concurrent.each<[string, WorkflowExecuteMode, boolean]>([
		['', 'webhook', false],
		[', with Retry On Fail', 'webhook', true],
		[', in a retry', 'retry', false],
		[', in a retry with Retry On Fail', 'retry', true],
	])(
		'is stored with an error that can be retried%s',
		onStage(async (stage, _what, mode, retryOnFail) => {
			const { id: jobId } = stage.sandbox.addSyntheticJob({ status: 'processing' });
			const trigger = await triggered(stage, jobId, retryOnFail);
			const { status, data } = await trigger.run(mode);
			expect([status, data.resultData.error?.message]).toEqual(['error', TIMED_OUT]);
			expect(data.executionData?.nodeExecutionStack).toHaveLength(1);
			expect(stage.sandbox.requests().length).toBeGreaterThan(0);

			stage.sandbox.addSyntheticJob({ id: jobId, segments: 2 });
			expect(itemsOf(await trigger.run('retry'), 'AudioSpliter Trigger')).toHaveLength(2);
		}),
	);

	it.concurrent(
		'can be retried once the rate limit lets it',
		onStage(async (stage) => {
			const { id: jobId } = stage.sandbox.addSyntheticJob({ segments: 2 });
			const trigger = await triggered(stage, jobId, false);
			stage.sandbox.fault('rate-limit', { retryAfterSeconds: 4, count: 'always' });
			expect((await trigger.run('webhook')).data.resultData.error?.message).toBe(TIMED_OUT);
			stage.sandbox.clearFaults();
			// The limit's end is told in whole seconds.
			await sleep(5_000);
			expect(itemsOf(await trigger.run('retry'), 'AudioSpliter Trigger')).toHaveLength(2);
		}),
	);

	it.concurrent(
		"is lost where n8n's pauses between the tries of Retry On Fail take all of it, which no node can prevent",
		onStage(async (stage) => {
			const { id: jobId } = stage.sandbox.addSyntheticJob({ status: 'processing' });
			const { run } = await triggered(stage, jobId, true, 1.5);
			stage.sandbox.revokeKey(`as_test_sk_${jobId}`);
			const { status, data } = await run('webhook');
			expect(status).toBe('canceled');
			expect(data.executionData?.nodeExecutionStack).toEqual([]);
		}),
	);
});
