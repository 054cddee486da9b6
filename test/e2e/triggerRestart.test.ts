import type { N8n } from '../../harness/n8n';
import { sandboxCredential } from '../../harness/sandboxCredential';
import { strandedByKill } from '../../harness/untilIdle';
import type { Sandbox } from '../../sandbox';
import { startSandbox } from '../../sandbox';
import { untilRegistered } from '../rounds/trigger/place';
import { inParallel } from '../support/inParallel';
import type { Triggered } from '../support/triggered';
import { activeTrigger, emittedJobs } from '../support/triggered';
import { until } from '../support/until';
import { startOwnN8n } from './support/n8n';

let n8n: N8n;
let sandbox: Sandbox;
let trigger: Triggered;

beforeAll(async () => {
	sandbox = await startSandbox();
	n8n = await startOwnN8n();
	const credential = await sandboxCredential(n8n.client, sandbox);
	trigger = await activeTrigger({ client: n8n.client, sandbox, url: n8n.url }, credential);
});

afterAll(async () => {
	await n8n.stop();
	await sandbox.close();
});

describe('an n8n that is ended and started again', () => {
	it('has not forgotten what it emitted', async () => {
		const deliver = async () =>
			await inParallel(40, 8, async (index) => await trigger.post({ jobId: `job_${index}` }));
		await deliver();
		expect(emittedJobs(await trigger.outputs())).toHaveLength(40);

		await n8n.restart();
		await untilRegistered({ sandbox }, trigger.url);
		await deliver();
		const jobs = emittedJobs(await trigger.outputs());
		expect(jobs).toHaveLength(40);
		const executions = await trigger.executions();
		// Nothing in the process's memory is left: a redelivery is an execution that emits nothing.
		expect(executions).toBeGreaterThan(40);
		console.log(
			`40 events, redelivered after a restart: ${jobs.length} emitted, ${executions} executions`,
		);
	});

	it('emits what it lost when it was killed, and nothing twice', async () => {
		const answered = new Set<string>();
		const deliver = async (jobId: string) => {
			if ((await trigger.post({ jobId })).status === 200) answered.add(jobId);
		};
		const storm = inParallel(40, 8, async (index) => await deliver(`storm_${index}`));
		await until(() => answered.size >= 10, { every: 5 });
		await n8n.kill();
		await storm;
		const stranded = await strandedByKill(n8n.client, trigger.workflowId, n8n.version);
		await n8n.restart();
		await untilRegistered({ sandbox }, trigger.url);
		const acknowledged = answered.size;
		await inParallel(40, 8, async (index) => await deliver(`storm_${index}`));

		const emitted = async () =>
			emittedJobs(await trigger.outputs(stranded)).filter((id) => id.startsWith('storm_'));
		const jobs = await emitted();
		expect(new Set(jobs).size).toBe(jobs.length);

		// What the kill cut off on its way through the workflow is there to be seen, and to be retried.
		const cutOff = await n8n.client.executions(trigger.workflowId, ['crashed', 'running']);
		for (const { id } of cutOff) await n8n.client.retryCutOff(id);
		expect(new Set(await emitted()).size).toBe(40);
		console.log(
			`40 events, killed after ${acknowledged} acknowledgements, redelivered: ${jobs.length} emitted, ${cutOff.length} executions cut off`,
		);
	});
});

describe("n8n's log", () => {
	const linesWith = (text: string) =>
		n8n
			.logTail()
			.split('\n')
			.filter((line) => line.includes(text));

	it('names the workflow, the node and the reason of what is refused, once', async () => {
		for (let attempt = 0; attempt < 3; attempt++) {
			const answer = await trigger.post({ jobId: 'forged', signingSecret: 'whsec_other' });
			expect(answer.status).toBe(401);
		}
		const lines = linesWith("since it was not signed with the credential's webhook signing secret");
		expect(lines).toHaveLength(1);
		expect(lines[0]).toContain(`ID ${trigger.workflowId}, node "${trigger.trigger.name}"`);
	});

	it('names the cause where deliveries cannot be checked', async () => {
		const credential = await sandboxCredential(n8n.client, sandbox);
		const orphan = await activeTrigger({ client: n8n.client, sandbox, url: n8n.url }, credential);
		await n8n.client.http.delete(`/rest/credentials/${credential.id}`);
		expect((await orphan.post({ jobId: 'unchecked' })).status).toBe(503);
		const lines = linesWith('a delivery could not be checked');
		expect(lines).toHaveLength(1);
		expect(lines[0]).toContain(`ID ${orphan.workflowId}, node "${orphan.trigger.name}"`);
		expect(lines[0]).toMatch(/could not be checked: .*credential.* \(workflow/i);
	});
});
