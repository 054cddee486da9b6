import { createHmac } from 'node:crypto';
import { itemsOf } from '../../harness/client';
import { audioSpliterTrigger, workflow } from '../../harness/workflows';
import { useEngine } from './support/stage';

const stage = useEngine();

const request = (jobId: string, deliveryId: string) => {
	const body = JSON.stringify({
		event: 'job.completed',
		jobId,
		timestamp: '2026-05-02T08:00:41Z',
		data: { status: 'completed', segmentCount: 3 },
	});
	const signature = createHmac('sha256', stage.sandbox.signingSecret).update(body).digest('hex');
	return {
		body,
		headers: { 'x-audiospliter-signature': signature, 'x-audiospliter-delivery': deliveryId },
	};
};

const saveTrigger = () =>
	stage.runner.save(workflow('Trigger', [audioSpliterTrigger({}, stage.credential)]));

/** Delivers an event, and runs the execution that n8n would start. @returns the IDs that were emitted */
const deliver = async (workflowId: string, jobId: string, deliveryId: string) => {
	const answer = await stage.runner.deliver(workflowId, request(jobId, deliveryId));
	expect(answer.status).toBe(200);
	if (answer.items === undefined) return [];
	const { items: startItems } = answer;
	const execution = await stage.runner.runWith(workflowId, { mode: 'webhook', startItems });
	expect(execution.status).toBe('success');
	return itemsOf(execution, 'AudioSpliter Trigger').map(({ json }) => json.id);
};

it('emits each event once, whatever overlaps', async () => {
	const workflowId = saveTrigger();
	const jobs = Array.from({ length: 50 }, (_unused, number) => `job_${number}`);
	const deliveries = [...jobs, ...[...jobs].reverse(), ...jobs];
	const emitted = await Promise.all(
		deliveries.map(async (job, index) => await deliver(workflowId, job, `dlv_${index}`)),
	);
	expect(emitted.flat().sort()).toEqual([...jobs].sort());
});

it('emits the same event in each workflow that it is delivered to', async () => {
	for (const workflowId of [saveTrigger(), saveTrigger()]) {
		expect(await deliver(workflowId, 'job_1', 'dlv_1')).toEqual(['job_1']);
		expect(await deliver(workflowId, 'job_1', 'dlv_1')).toEqual([]);
	}
});

it('answers what is not signed with a 401, and starts nothing', async () => {
	const { headers, body } = request('job_1', 'dlv_1');
	const forged = { headers: { ...headers, 'x-audiospliter-signature': '00'.repeat(32) }, body };
	expect(await stage.runner.deliver(saveTrigger(), forged)).toEqual({
		status: 401,
		body: { error: 'The signature is missing or wrong' },
	});
});
