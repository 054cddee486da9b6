import { errorOf } from '../../harness/client';
import { audioSpliterTrigger, testUrl } from '../../harness/workflows';
import { inParallel } from '../support/inParallel';
import {
	activeTrigger,
	DUPLICATE,
	emittedJobs,
	RECEIVED,
	TRIGGER,
	triggerDraft,
	triggered,
} from '../support/triggered';
import { useSandbox } from './support/stage';

const REFUSED = { status: 401, body: { error: expect.any(String) } };

const stage = useSandbox();

describe('deduplication', () => {
	it('emits each of 50 events once from 400 deliveries, 16 at a time', async () => {
		const trigger = await activeTrigger(stage, stage.credential);
		const answers = new Map<string, number>();
		await inParallel(400, 16, async (index) => {
			const answer = await trigger.post({
				jobId: `job_${index % 50}`,
				deliveryId: `attempt ${index}`,
			});
			const text = JSON.stringify(answer);
			answers.set(text, (answers.get(text) ?? 0) + 1);
		});
		const jobs = emittedJobs(await trigger.outputs());
		expect(jobs).toHaveLength(50);
		expect(new Set(jobs).size).toBe(50);
		// On a busy machine some answers come after the sender's 30 seconds: no answer is no wrong one.
		answers.delete(JSON.stringify({ status: null, body: '' }));
		expect([...answers.keys()].sort()).toEqual(
			[RECEIVED, DUPLICATE].map((it) => JSON.stringify(it)).sort(),
		);
		const executions = await trigger.executions();
		console.log(`400 deliveries of 50 events: ${jobs.length} emitted, ${executions} executions`);
	});

	it('tells events, jobs and progress values apart', async () => {
		const trigger = await activeTrigger(stage, stage.credential, {
			events: ['job.completed', 'job.failed', 'job.progress'],
		});
		for (const progress of [25, 50, 75, 50]) {
			await trigger.post({ event: 'job.progress', jobId: 'a', data: { progress } });
			await trigger.outputs();
		}
		for (const event of ['job.completed', 'job.failed', 'job.completed']) {
			await trigger.post({ event, jobId: 'a' });
			await trigger.post({ event, jobId: 'b' });
			await trigger.outputs();
		}
		const items = (await trigger.outputs()).flat();
		expect(items.map(({ json }) => [json.id, json.event, json.progress])).toEqual([
			['a', 'job.progress', 25],
			['a', 'job.progress', 50],
			['a', 'job.progress', 75],
			['a', 'job.completed', undefined],
			['b', 'job.completed', undefined],
			['a', 'job.failed', undefined],
			['b', 'job.failed', undefined],
		]);
	});

	it('remembers over deactivation, an edit and a new name', async () => {
		const { client } = stage;
		const before = await activeTrigger(stage, stage.credential);
		await before.post({ jobId: 'known' });
		await before.outputs();
		await client.deactivate(before.workflowId);
		const renamed = {
			...before.trigger,
			name: 'When a job ends',
			parameters: { output: 'segments' },
		};
		await client.updateWorkflow(before.workflowId, triggerDraft(renamed));
		await client.activate(before.workflowId);

		const after = triggered(client, stage.sandbox, stage.url, before.workflowId, renamed);
		expect(await after.post({ jobId: 'known' })).toEqual(DUPLICATE);
		expect(await after.post({ event: 'job.failed', jobId: 'unknown' })).toEqual(RECEIVED);
		expect(emittedJobs(await after.outputs())).toEqual(['unknown']);
	});

	it('lets a failed execution be retried, and a redelivery do so as well', async () => {
		const { client, sandbox } = stage;
		const trigger = await activeTrigger(stage, stage.credential, { output: 'segments' });
		const { id: jobId } = sandbox.addSyntheticJob({ segments: 2 });
		sandbox.fault('error', { status: 401, code: 'UNAUTHORIZED', count: 'always' });
		// Without segments in it the event is not enough: the job has to be asked for.
		await trigger.post({ jobId, data: { status: 'completed' }, deliveryId: 'first' });
		expect(await trigger.outputs()).toEqual([[]]);
		const [failed] = await client.executions(trigger.workflowId);
		expect(failed?.status).toBe('error');

		sandbox.clearFaults();
		await trigger.post({ jobId, data: { status: 'completed' }, deliveryId: 'second' });
		expect((await trigger.outputs()).map((items) => items.length)).toEqual([0, 2]);
		expect(await trigger.post({ jobId, deliveryId: 'third' })).toEqual(DUPLICATE);
		await client.http.post(`/rest/executions/${failed?.id}/retry`, { loadWorkflow: false });
		expect((await trigger.outputs()).map((items) => items.length)).toEqual([0, 2, 2]);
	});
});

describe('the signing secret', () => {
	it('is needed: without it the activation says where to find it', async () => {
		const { client, sandbox } = stage;
		const credential = await client.createCredential('audioSpliterApi', {
			apiKey: sandbox.apiKey,
			signingSecret: '',
			baseUrl: sandbox.baseUrl,
		});
		const { id } = await client.createWorkflow(triggerDraft(audioSpliterTrigger({}, credential)));
		await expect(client.activate(id)).rejects.toThrow(
			"Copy the secret from Settings > Webhooks in the AudioSpliter dashboard into the credential's field 'Webhook Signing Secret'",
		);
	});

	it('can be replaced: the new one is accepted at once, and the old one no longer', async () => {
		const { client, sandbox } = stage;
		const data = (signingSecret: string) => ({
			apiKey: sandbox.apiKey,
			signingSecret,
			baseUrl: sandbox.baseUrl,
		});
		const credential = await client.createCredential('audioSpliterApi', data('whsec_old'));
		const trigger = await activeTrigger(stage, credential);
		expect(await trigger.post({ jobId: 'a', signingSecret: 'whsec_old' })).toEqual(RECEIVED);
		await client.updateCredential({ ...credential, type: 'audioSpliterApi' }, data('whsec_new'));
		expect(await trigger.post({ jobId: 'b', signingSecret: 'whsec_new' })).toEqual(RECEIVED);
		expect(await trigger.post({ jobId: 'c', signingSecret: 'whsec_old' })).toEqual(REFUSED);
	});
});

describe('a test in the editor', () => {
	it('checks the signature and takes the same event as often as it is sent', async () => {
		const { client, sandbox } = stage;
		const trigger = audioSpliterTrigger({}, stage.credential);
		const { id } = await client.createWorkflow(triggerDraft(trigger));
		const post = async (more: object = {}) => {
			sandbox.enableWebhook(testUrl(stage.url, trigger));
			const send = { url: testUrl(stage.url, trigger), jobId: 'tested', maxAttempts: 1, ...more };
			return (await sandbox.send(send).done).attempts[0];
		};
		for (let run = 1; run <= 3; run++) {
			await client.listenForTestEvent(id);
			expect((await post({ signingSecret: 'whsec_other' }))?.status).toBe(401);
			expect(await post()).toMatchObject({ status: 200, responseBody: '{"received":true}' });
			const executions = await client.waitForExecutions(id, run);
			expect(executions.map(({ mode, status }) => [mode, status])).toEqual(
				Array(run).fill(['manual', 'success']),
			);
			const execution = await client.execution(executions[0]?.id ?? '');
			expect(errorOf(execution)).toBeUndefined();
			expect(execution.data.resultData.runData[TRIGGER]?.[0]?.data?.main?.[0]).toHaveLength(1);
		}
	});
});
