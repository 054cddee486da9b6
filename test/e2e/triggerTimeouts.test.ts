import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { INode, INodeParameters, IWorkflowSettings } from 'n8n-workflow';
import { errorOf } from '../../harness/client';
import { sandboxCredential } from '../../harness/sandboxCredential';
import { audioSpliterTrigger } from '../../harness/workflows';
import { callsTo } from '../support/sandbox';
import type { Triggered } from '../support/triggered';
import {
	DUPLICATE,
	emittedJobs,
	RECEIVED,
	TRIGGER,
	triggerDraft,
	triggered,
} from '../support/triggered';
import { until } from '../support/until';
import { isOlder } from './support/n8n';
import { useSandbox } from './support/stage';

const stage = useSandbox();

/** The service takes no call for so many seconds, which is longer than the time-out. */
const REFUSED_FOR_S = 4;

/** Publishes a trigger with a key of its own: what a test learns of a key's rate limit would hold up the next one. */
const activate = async (
	settings: IWorkflowSettings,
	parameters: INodeParameters = { output: 'segments' },
	more: Partial<INode> = {},
): Promise<Triggered> => {
	const { client, sandbox, url } = stage;
	const apiKey = `as_test_sk_${randomUUID()}`;
	sandbox.addKey({ key: apiKey });
	const credential = await sandboxCredential(client, sandbox, { apiKey });
	const trigger = audioSpliterTrigger(parameters, credential, { more });
	const { id } = await client.createWorkflow({ ...triggerDraft(trigger), settings });
	await client.activate(id);
	return triggered(client, sandbox, url, id, trigger);
};

/** Delivers the end of a job that has to be asked for, since its segments are not in the event. */
const deliver = async (trigger: Triggered, jobId: string, deliveryId: string): Promise<void> => {
	const data = { status: 'completed', segments: [] };
	expect(await trigger.post({ jobId, data, deliveryId })).toEqual(RECEIVED);
};

const newest = async (trigger: Triggered) => {
	const [execution] = await stage.client.executions(trigger.workflowId);
	return await stage.client.execution(execution?.id ?? '');
};

const retry = async (trigger: Triggered): Promise<void> => {
	const { id } = await newest(trigger);
	const path = `/rest/executions/${id}/retry`;
	const { status, data } = await stage.client.http.post<unknown>(path, { loadWorkflow: false });
	expect({ status, data }).toMatchObject({ status: 200 });
};

const recordsOf = async ({ workflowId }: Triggered): Promise<number> => {
	const rows = await stage.client.query<{ value: string }>(
		'select value from processed_data where workflowId = ?',
		workflowId,
	);
	return rows.reduce((sum, { value }) => {
		return sum + (JSON.parse(value) as { data: unknown[] }).data.length;
	}, 0);
};

/** The stop has to find the trigger at work, however busy the machine is. */
const untilAtWork = async (): Promise<void> => await until(() => callsTo(stage.sandbox).length > 0);

describe("a workflow's time-out of 3 seconds", () => {
	const settings = { executionTimeout: 3 };

	it.each<[string, () => string]>([
		[
			'the service takes no call',
			() => {
				stage.sandbox.fault('rate-limit', { retryAfterSeconds: REFUSED_FOR_S, count: 'always' });
				return stage.sandbox.addSyntheticJob({ segments: 2 }).id;
			},
		],
		[
			'the service goes on saying that the job is not finished',
			() => stage.sandbox.addSyntheticJob({ status: 'processing' }).id,
		],
		[
			'the service does not answer',
			() => {
				stage.sandbox.fault('slow-response', { delayMs: 20_000, count: 'always' });
				return stage.sandbox.addSyntheticJob({ segments: 2 }).id;
			},
		],
	])('loses no event while %s: an error that the editor can retry', async (_what, setUp) => {
		const jobId = setUp();
		const trigger = await activate(settings);
		await deliver(trigger, jobId, `timed out ${jobId}`);
		expect(await trigger.outputs()).toEqual([[]]);
		const execution = await newest(trigger);
		expect(execution.status).toBe('error');
		expect(errorOf(execution, TRIGGER)?.message).toBe(
			"The event could not be emitted within the workflow's time-out of 3 seconds",
		);
		expect(await recordsOf(trigger)).toBe(0);
		expect(callsTo(stage.sandbox)).not.toEqual([]);

		stage.sandbox.clearFaults();
		stage.sandbox.addSyntheticJob({ id: jobId, segments: 2 });
		// A retry has no more time than the first run, so it comes once the service takes calls again: a limit's end is told in
		// whole seconds.
		await sleep((REFUSED_FOR_S + 1) * 1_000);
		await retry(trigger);
		expect(emittedJobs(await trigger.outputs())).toEqual([jobId, jobId]);
		expect(await trigger.post({ jobId, deliveryId: 'later' })).toEqual(DUPLICATE);
	});
});

it('Retry On Fail has its pauses before the time-out, which would lose the event in one of them', async () => {
	const { id: jobId } = stage.sandbox.addSyntheticJob({ status: 'processing' });
	const parameters = { output: 'segments' };
	const trigger = await activate({ executionTimeout: 10 }, parameters, { retryOnFail: true });
	await deliver(trigger, jobId, 'retrying');
	expect(await trigger.outputs()).toEqual([[]]);
	expect((await newest(trigger)).status).toBe('error');
	await retry(trigger);
	expect(await trigger.outputs()).toEqual([[], []]);
	expect((await newest(trigger)).status).toBe('error');
	stage.sandbox.addSyntheticJob({ id: jobId, segments: 2 });
	await retry(trigger);
	expect(emittedJobs(await trigger.outputs())).toEqual([jobId, jobId]);
});

describe('an execution that its user stops', () => {
	it('keeps its event for a retry, and a redelivery is emitted as well', async () => {
		const { id: jobId } = stage.sandbox.addSyntheticJob({ status: 'processing' });
		const trigger = await activate({});
		await deliver(trigger, jobId, 'stopped');
		await untilAtWork();
		await stage.client.stopExecution((await newest(trigger)).id);
		expect(await trigger.outputs()).toEqual([[]]);
		expect((await newest(trigger)).status).toBe('canceled');
		expect(await recordsOf(trigger)).toBe(0);

		stage.sandbox.addSyntheticJob({ id: jobId, segments: 2 });
		await retry(trigger);
		// n8n 2.8 stores a stopped execution without the input of the node that was at work, so a retry has nothing to run.
		if (isOlder()) {
			expect(emittedJobs(await trigger.outputs())).toEqual([]);
			await deliver(trigger, jobId, 'again');
		}
		expect(emittedJobs(await trigger.outputs())).toEqual([jobId, jobId]);
	});

	it('leaves it to a redelivery where nobody retries it', async () => {
		const { id: jobId } = stage.sandbox.addSyntheticJob({ status: 'processing' });
		const trigger = await activate({});
		await deliver(trigger, jobId, 'stopped');
		await untilAtWork();
		await stage.client.stopExecution((await newest(trigger)).id);
		await trigger.outputs();
		stage.sandbox.addSyntheticJob({ id: jobId, segments: 2 });
		await deliver(trigger, jobId, 'again');
		expect(emittedJobs(await trigger.outputs())).toEqual([jobId, jobId]);
	});
});
