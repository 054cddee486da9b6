import { itemsOf } from '../../harness/client';
import { sandboxCredential } from '../../harness/sandboxCredential';
import { audioSpliter, otherNode, workflow } from '../../harness/workflows';
import type { Sandbox } from '../../sandbox';
import { RECORDING, sandboxWithRecording } from '../support/sandbox';
import { until } from '../support/until';
import { callsOf, pausingWorkflow, startPaused } from './support/paused';
import type { Stage } from './support/stage';
import { useSandbox } from './support/stage';

const stage = useSandbox({ timeScale: 60 });

type Paused = Awaited<ReturnType<typeof startPaused>>;

/**
 * Waits that no webhook ends in time. n8n looks once a minute for executions whose time is over, so they are begun
 * before all others and looked at last; on a sandbox of their own, so that nobody counts their calls.
 */
const overdue = {} as Stage & Record<'alone' | 'withFallback' | 'withWait', Paused>;

const startOverdue = async (): Promise<void> => {
	overdue.client = stage.client;
	overdue.sandbox = await sandboxWithRecording({ timeScale: 60 });
	overdue.credential = await sandboxCredential(stage.client, overdue.sandbox);

	overdue.sandbox.nextJobs({ stuckAt: 50 }, 1);
	const alone = pausingWorkflow(overdue, 1, { waitOptions: { maxWait: 0.02 } });
	overdue.alone = await startPaused(overdue, alone);

	overdue.sandbox.nextJobs({ stuckAt: 50 }, 1);
	const wait = otherNode('n8n-nodes-base.wait', 1.1, 'Approval', {
		...{ resume: 'webhook', httpMethod: 'POST' },
	});
	overdue.withWait = await startPaused(overdue, workflow('Approved', [...alone.nodes, wait]));

	overdue.sandbox.nextJobs({ minimumMs: 500 }, 1);
	overdue.sandbox.nextJobs({ minimumMs: 75_000 }, 1);
	const draft = pausingWorkflow(overdue, 2, { waitOptions: { maxWait: 0.05 } });
	const fallback = audioSpliter(
		{
			resource: 'splitJob',
			operation: 'wait',
			jobId: { __rl: true, mode: 'id', value: '={{ $json.id }}' },
		},
		overdue.credential,
		{ name: 'Fallback' },
	);
	overdue.withFallback = await startPaused(
		overdue,
		workflow('Webhook first', [...draft.nodes, fallback]),
	);
};

beforeAll(startOverdue);
afterAll(async () => await overdue.sandbox.close());

const ownSandboxes: Sandbox[] = [];
afterAll(async () => await Promise.all(ownSandboxes.map(async (sandbox) => await sandbox.close())));

/** One whose attempts at a webhook come a minute apart, as the service's do. */
const ownSandbox = async (): Promise<Stage> => {
	const sandbox = await sandboxWithRecording();
	ownSandboxes.push(sandbox);
	const credential = await sandboxCredential(stage.client, sandbox);
	return { ...stage, sandbox, credential };
};

const isJob = (id: unknown) =>
	expect.objectContaining({ id, status: 'completed', segmentCount: 3 });

describe('pause until webhook', () => {
	it.each([1, 5, 25])(
		'resumes with %i jobs, in item order, after one call for each',
		async (count) => {
			stage.sandbox.nextJobs({ minimumMs: 1_500 }, count);
			const { executionId, jobIds } = await startPaused(stage, pausingWorkflow(stage, count));
			expect(jobIds).toHaveLength(count);
			const execution = await stage.client.waitForExecution(executionId);

			expect(execution.status).toBe('success');
			const items = itemsOf(execution, 'AudioSpliter');
			expect(items.map(({ json }) => json)).toEqual(jobIds.map(isJob));
			expect(items.map(({ pairedItem }) => pairedItem)).toEqual(
				jobIds.map((_id, item) => ({ item })),
			);
			const { gets, lists } = callsOf(stage.sandbox, jobIds);
			expect(gets).toEqual(jobIds.map(() => 1));
			// One, where the submission of many takes so long that the first may have ended before the pause.
			expect(lists).toBeLessThanOrEqual(count === 1 ? 0 : 1);
			console.log(`${count} job(s): one Get for each, ${lists} looks at the list, no polling`);
		},
	);

	it('brings segments with their files', async () => {
		stage.sandbox.nextJobs({ minimumMs: 1_500 }, 1);
		const draft = pausingWorkflow(stage, 1, { output: 'segments', download: true });
		const { executionId, jobIds } = await startPaused(stage, draft);
		const execution = await stage.client.waitForExecution(executionId);
		const items = itemsOf(execution, 'AudioSpliter');
		expect(items.map(({ json }) => json.index)).toEqual([0, 1, 2]);
		for (const { json, binary } of items) {
			expect(json.jobId).toBe(jobIds[0]);
			expect(binary?.data?.mimeType).toBe('audio/mpeg');
			const bytes = await stage.client.binary(binary?.data?.id ?? '');
			expect(bytes.length).toBe(json.size);
		}
	});

	it('answers the service in time when the files take longer', async () => {
		stage.sandbox.nextJobs({ minimumMs: 1_500 }, 1);
		stage.sandbox.fault('download-slow', { delayMs: 40_000 });
		const draft = pausingWorkflow(stage, 1, { output: 'segments', download: true });
		const { executionId, jobIds } = await startPaused(stage, draft);
		const execution = await stage.client.waitForExecution(executionId);
		const items = itemsOf(execution, 'AudioSpliter');
		expect(items).toHaveLength(3);
		expect(items.every(({ binary }) => binary?.data)).toBe(true);
		const delivery = stage.sandbox.deliveries().find(({ jobId }) => jobId === jobIds[0]);
		const answers = delivery?.attempts.map(({ status }) => status) ?? [];
		// No attempt was given up. One that comes before the execution is stored is n8n's 409.
		expect(answers).not.toContain(null);
		expect(answers.at(-1)).toBe(200);
	});

	it('leaves progress, forged, foreign and repeated webhooks without effect', async () => {
		stage.sandbox.setSwitch('progressEvents', 'on');
		stage.sandbox.nextJobs({ minimumMs: 2_000, stuckAt: 50 }, 2);
		const { executionId, jobIds } = await startPaused(stage, pausingWorkflow(stage, 2));
		const [first = '', second = ''] = jobIds;
		const url = stage.sandbox.job(first)?.request.webhookUrl ?? '';
		const post = async (options: Omit<Parameters<Sandbox['send']>[0], 'url'>) => {
			const { attempts } = await stage.sandbox.send({ url, maxAttempts: 1, ...options }).done;
			stage.sandbox.enableWebhook(url);
			return `${attempts[0]?.status} ${attempts[0]?.responseBody}`;
		};
		const before = JSON.stringify((await stage.client.execution(executionId)).data);

		// The service's own, at 25 and 50 percent.
		const told = () => stage.sandbox.deliveries().filter(({ jobId }) => jobIds.includes(jobId));
		await until(() => told().length === 4 && told().every(({ state }) => state === 'delivered'));
		expect(await post({ event: 'job.progress', jobId: first })).toBe(
			'200 {"received":true,"ignored":true}',
		);
		expect(await post({ jobId: first, signingSecret: 'whsec_other' })).toMatch(/^401 \{"error":/);
		expect(await post({ jobId: first, headers: { 'X-AudioSpliter-Signature': '' } })).toMatch(
			/^401 /,
		);
		expect(await post({ jobId: 'job_foreign' })).toBe('200 {"received":true,"ignored":true}');
		expect(await post({ rawBody: 'no JSON' })).toMatch(/^4\d\d /);
		expect(await post({ payload: [] })).toMatch(/^400 /);
		// The service says that the job still runs, so a webhook that says otherwise changes nothing, and is to come again.
		expect(await post({ jobId: first })).toMatch(/^409 \{"error":/);
		expect(await post({ jobId: second })).toMatch(/^409 /);
		const withoutToken = url.replace(/\?.*/, '');
		const { attempts } = await stage.sandbox.send({
			url: withoutToken,
			jobId: first,
			maxAttempts: 1,
		}).done;
		// Older versions of n8n 2 have no token: there the signature alone decides.
		expect(attempts[0]?.status).toBe(url === withoutToken ? 409 : 401);

		const execution = await stage.client.execution(executionId);
		expect(execution.status).toBe('waiting');
		expect(JSON.stringify(execution.data)).toBe(before);
		await stage.client.stopExecution(executionId);
	});

	it('gives a failed job as the job with its error, and the others as they are', async () => {
		stage.sandbox.nextJobs({ minimumMs: 1_500 }, 1);
		stage.sandbox.nextJobs({ minimumMs: 1_500, failWith: { code: 'CORRUPT_FILE' } }, 1);
		const { executionId, jobIds } = await startPaused(stage, pausingWorkflow(stage, 2));
		const execution = await stage.client.waitForExecution(executionId);
		const [first, second] = itemsOf(execution, 'AudioSpliter').map(({ json }) => json);
		expect(first).toEqual(isJob(jobIds[0]));
		expect(second).toMatchObject({
			id: jobIds[1],
			status: 'failed',
			error: { code: 'CORRUPT_FILE' },
		});
	});

	it('moves a failed job to the error output', async () => {
		stage.sandbox.nextJobs({ minimumMs: 1_500, failWith: { code: 'CORRUPT_FILE' } }, 1);
		const draft = pausingWorkflow(stage, 1, {}, { more: { onError: 'continueErrorOutput' } });
		const { executionId, jobIds } = await startPaused(stage, draft);
		const execution = await stage.client.waitForExecution(executionId);
		expect(itemsOf(execution, 'AudioSpliter', 0)).toEqual([]);
		const [failed] = itemsOf(execution, 'AudioSpliter', 1);
		expect(failed?.json.error).toContain(jobIds[0]);
	});

	it('asks for a job whose webhook came too early, instead of waiting for the next attempt', async () => {
		// The second create is answered late, so the first job has ended before the execution is stored. The next attempt
		// at its webhook is a minute away.
		const here = await ownSandbox();
		const { sandbox } = here;
		sandbox.fault('slow-response', { match: { method: 'POST' }, after: 1, delayMs: 8_000 });
		sandbox.nextJobs({}, 1);
		sandbox.nextJobs({ minimumMs: 3_000 }, 1);
		const { executionId, jobIds } = await startPaused(here, pausingWorkflow(here, 2));
		const execution = await stage.client.waitForExecution(executionId);
		expect(execution.status).toBe('success');
		expect(itemsOf(execution, 'AudioSpliter').map(({ json }) => json.status)).toEqual(
			Array(2).fill('completed'),
		);
		const early = sandbox.deliveries().find(({ jobId }) => jobId === jobIds[0]);
		// n8n itself answers while the execution is not stored: 500 the first time round, 409 later on.
		expect(early?.attempts.map(({ status }) => (status ?? 0) >= 400)).toEqual([true]);
		expect(callsOf(sandbox, jobIds).lists).toBe(1);
	});

	it('submits once where an item fails and the node is to be tried again', async () => {
		const here = await ownSandbox();
		const draft = pausingWorkflow(
			here,
			3,
			{
				sourceUrl: `={{ $json.number === 0 ? "no address" : "${here.sandbox.fileUrl(RECORDING)}" }}`,
			},
			{
				more: {
					onError: 'continueRegularOutput',
					retryOnFail: true,
					maxTries: 3,
					waitBetweenTries: 1,
				},
			},
		);
		const { executionId, jobIds } = await startPaused(here, draft);
		const execution = await stage.client.waitForExecution(executionId);
		expect(jobIds).toHaveLength(2);
		expect(itemsOf(execution, 'AudioSpliter').map(({ json }) => json)).toEqual([
			expect.objectContaining({ error: expect.stringContaining('Source URL') as string }),
			...jobIds.map(isJob),
		]);
	});

	it('refuses before anything is submitted when the service could not call back', async () => {
		const credential = await sandboxCredential(stage.client, stage.sandbox, {
			baseUrl: 'https://api.audiospliter.com/api/v1',
		});
		const draft = pausingWorkflow({ ...stage, credential }, 1);
		const { executionId, jobIds } = await startPaused(stage, draft);
		const { data, status } = await stage.client.execution(executionId);
		expect(status).toBe('error');
		expect(data.resultData.error?.message).toContain('AudioSpliter cannot call this n8n back');
		expect(jobIds).toEqual([]);
	});

	it('hands on what is known when the time is over', async () => {
		const { executionId, jobIds } = overdue.alone;
		const execution = await stage.client.waitForExecution(executionId, { timeout: 100_000 });
		const [item] = itemsOf(execution, 'AudioSpliter');
		expect(item?.json).toMatchObject({ id: jobIds[0], status: 'queued', waitTimedOut: true });
		// The service gives it with a job that goes on; anyone who has it can continue the execution.
		expect(item?.json).not.toHaveProperty('webhookUrl');
	});

	it('leaves it to others to continue what the execution waits for afterwards', async () => {
		const { executionId, jobIds } = overdue.withWait;
		const { client, sandbox } = overdue;
		const lastNode = async () =>
			(await client.execution(executionId)).data.resultData.lastNodeExecuted;
		await until(async () => (await lastNode()) === 'Approval', { every: 200 });
		await client.waitForExecution(executionId, { status: ['waiting'] });
		const [jobId = ''] = jobIds;
		const url = sandbox.job(jobId)?.request.webhookUrl ?? '';
		const { attempts } = await sandbox.send({ url, jobId, maxAttempts: 1 }).done;
		expect(attempts.map(({ status }) => status)).toEqual([404]);
		expect((await client.execution(executionId)).status).toBe('waiting');
		await client.stopExecution(executionId);
	});

	it('waits on by polling in the node after it', async () => {
		const { executionId, jobIds } = overdue.withFallback;
		const execution = await stage.client.waitForExecution(executionId, { timeout: 110_000 });
		expect(itemsOf(execution, 'AudioSpliter').map(({ json }) => json.waitTimedOut)).toEqual([
			true,
			true,
		]);
		const items = itemsOf(execution, 'Fallback').map(({ json }) => json);
		expect(items.map(({ id, status, waitTimedOut }) => [id, status, waitTimedOut])).toEqual(
			jobIds.map((id) => [id, 'completed', undefined]),
		);
	});
});
