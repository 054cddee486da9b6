import { itemsOf } from '../../harness/client';
import type { N8n } from '../../harness/n8n';
import { sandboxCredential } from '../../harness/sandboxCredential';
import { manualTrigger, otherNode, setNode, workflow } from '../../harness/workflows';
import type { Sandbox } from '../../sandbox';
import { serialize, signBody } from '../../sandbox/world/signature';
import { limitJobs, sandboxWithRecording } from '../support/sandbox';
import { until } from '../support/until';
import { startOwnN8n } from './support/n8n';
import { callsOf, pausingWorkflow, startPaused } from './support/paused';
import type { Stage } from './support/stage';

let n8n: N8n;
let sandbox: Sandbox;
let stage: Stage;

beforeAll(async () => {
	sandbox = await sandboxWithRecording({ timeScale: 60 });
	n8n = await startOwnN8n({ env: { N8N_CONCURRENCY_PRODUCTION_LIMIT: '1' } });
	stage = {
		client: n8n.client,
		sandbox,
		credential: await sandboxCredential(n8n.client, sandbox),
	};
});

afterAll(async () => {
	await n8n.stop();
	await sandbox.close();
});

/** Ends the first job while n8n is up and the second while it is away. The rest stay queued. */
const halfway = async (count: number) => {
	limitJobs(sandbox, 0);
	sandbox.nextJobs({}, 1);
	sandbox.nextJobs({ minimumMs: 2_000 }, 1);
	sandbox.clearRequests();
	const started = await startPaused(stage, pausingWorkflow(stage, count));
	const [first = ''] = started.jobIds;
	limitJobs(sandbox, 1);
	await expectDelivered(first);
	limitJobs(sandbox, 0);
	return started;
};

/**
 * Waits for the execution's end. A starting n8n marks all that wait as crashed, and puts them right within a tenth of a
 * second (n8n: `execution-recovery.service.js`, `recoverFromLogs()`), so that `crashed` is no end yet.
 */
const ended = async (executionId: string) =>
	await n8n.client.waitForExecution(executionId, { status: ['success', 'error', 'canceled'] });

const expectDelivered = async (jobId: string): Promise<void> => {
	const delivery = () => sandbox.deliveries().find((candidate) => candidate.jobId === jobId);
	await until(() => delivery()?.state === 'delivered');
};

/**
 * Sends a job's webhook every ten milliseconds until the execution goes on. n8n itself answers 200 as well, with a
 * text, before it has opened its webhooks.
 *
 * @returns how often each status was the answer; `none` where nobody listened
 */
const sendUntilTaken = async (jobId: string): Promise<Record<string, number>> => {
	const url = sandbox.job(jobId)?.request.webhookUrl ?? '';
	const data = { status: 'completed', segmentCount: 3 };
	const event = { event: 'job.completed', jobId, timestamp: '2026-01-01T00:00:00Z', data };
	const body = serialize(event, 'compact');
	const headers = {
		'Content-Type': 'application/json',
		'X-AudioSpliter-Signature': signBody(body, sandbox.signingSecret),
	};
	const answers: Record<string, number> = {};
	const isTaken = async () => {
		const response = await fetch(url, { method: 'POST', headers, body }).catch(() => undefined);
		const status = response?.status ?? 'none';
		answers[status] = (answers[status] ?? 0) + 1;
		const taken = status === 200 && (await response?.text())?.startsWith('{');
		return taken === true || status === 409;
	};
	await until(isTaken, { within: 300_000, every: 10 });
	return answers;
};

describe('pause until webhook, and n8n goes away', () => {
	it.each([
		['restarted', 25, async () => await n8n.restart()],
		[
			'killed with -9',
			5,
			async () => {
				await n8n.kill();
				await n8n.restart();
			},
		],
	])(
		'resumes after n8n was %s in the middle of the wait for %i jobs',
		async (how, count, goAway) => {
			const { executionId, jobIds } = await halfway(count);
			await goAway();
			// Not before: all of their webhooks could meet an n8n that starts, whose own 200 says nothing.
			limitJobs(sandbox);
			const execution = await ended(executionId);
			expect(execution.status).toBe('success');
			const items = itemsOf(execution, 'AudioSpliter').map(({ json }) => json);
			expect(items.map(({ id, status }) => [id, status])).toEqual(
				jobIds.map((id) => [id, 'completed']),
			);
			const { gets, lists } = callsOf(sandbox, jobIds);
			console.log(`${how}: ${gets.join(', ')} Get per job and ${lists} looks at the list`);
			expect(Math.max(...gets)).toBeLessThanOrEqual(2);
			expect(lists).toBeLessThanOrEqual(jobIds.length);
		},
	);

	it('is not taken for crashed when webhooks come at every moment of the start', async () => {
		limitJobs(sandbox, 0);
		// What follows still runs when n8n looks for crashed executions.
		const work = otherNode('n8n-nodes-base.wait', 1.1, 'Work', { amount: 2, unit: 'seconds' });
		const draft = workflow('Pause', [...pausingWorkflow(stage, 1).nodes, work]);
		const { executionId, jobIds } = await startPaused(stage, draft);
		const [jobId = ''] = jobIds;
		await n8n.kill();
		limitJobs(sandbox);
		await until(() => sandbox.job(jobId)?.status === 'completed');
		const start = n8n.restart();
		const answers = await sendUntilTaken(jobId);
		await start;
		const execution = await ended(executionId);
		expect(execution.status).toBe('success');
		expect(itemsOf(execution, 'AudioSpliter').map(({ json }) => json.status)).toEqual([
			'completed',
		]);
		console.log('answers while n8n started:', answers);
		expect(answers[503]).toBeGreaterThan(0);
	}, 400_000);

	it('leaves the only production slot to others while it waits', async () => {
		sandbox.nextJobs({ stuckAt: 50 }, 1);
		const pausing = pausingWorkflow(stage, 1);
		const webhookId = 'slot-pausing';
		const hook = (id: string) => ({
			...manualTrigger({ name: 'Webhook' }),
			type: 'n8n-nodes-base.webhook',
			typeVersion: 2,
			parameters: { path: id, httpMethod: 'GET' },
			webhookId: id,
		});
		const [, items, pause] = pausing.nodes;
		if (!items || !pause) throw new Error('The workflow has no nodes');
		const waiting = await n8n.client.createWorkflow(
			workflow('Pausing in production', [hook(webhookId), items, pause]),
		);
		const other = await n8n.client.createWorkflow(
			workflow('Meanwhile', [hook('slot-other'), setNode({ done: true })]),
		);
		await n8n.client.activate(waiting.id);
		await n8n.client.activate(other.id);

		await fetch(`${n8n.url}/webhook/${webhookId}`);
		const [paused] = await n8n.client.waitForExecutions(waiting.id, 1, { status: ['waiting'] });
		await fetch(`${n8n.url}/webhook/slot-other`);
		const [meanwhile] = await n8n.client.waitForExecutions(other.id, 1);
		expect(meanwhile?.status).toBe('success');

		const { data, startedAt, stoppedAt, status } = await n8n.client.execution(paused?.id ?? '');
		expect(status).toBe('waiting');
		const held = Date.parse(stoppedAt ?? '') - Date.parse(startedAt ?? '');
		console.log(`slot held for ${held} ms before the pause`);
		expect(data.resultData.runData.AudioSpliter?.[0]?.executionStatus).toBe('waiting');
		await n8n.client.stopExecution(paused?.id ?? '');
	});
});
