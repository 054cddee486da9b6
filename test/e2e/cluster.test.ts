import type { INodeParameters } from 'n8n-workflow';
import { itemsOf } from '../../harness/client';
import type { ClusterProcess } from '../../harness/cluster/n8nProcess';
import { findClusterPrograms } from '../../harness/cluster/programs';
import {
	audioSpliter,
	downloadNode,
	itemsNode,
	manualTrigger,
	setNode,
	workflow,
} from '../../harness/workflows';
import type { ClusterStage } from './support/clusterRounds';
import { killRound, redeliveryRound } from './support/clusterRounds';
import { sharedN8n } from './support/n8n';
import { callsOf } from './support/paused';
import { RECORDING } from './support/stage';
import { startClusterStage } from './support/startClusterStage';

const programs = findClusterPrograms();
const lacks = 'missing' in programs;
if (lacks && !process.env.CI) console.warn(programs.missing);

const EVENTS = 200;
const KILLED_EVENTS = 60;

let stage: ClusterStage & { stop(): Promise<void> };

const jobs = (count: number, parameters: INodeParameters = {}) =>
	workflow('Jobs', [
		manualTrigger(),
		itemsNode(Array.from({ length: count }, (_unused, number) => ({ number }))),
		audioSpliter(
			{
				resource: 'splitJob',
				operation: 'create',
				sourceUrl: stage.sandbox.fileUrl(RECORDING),
				segmentDuration: 5,
				waitOptions: { pollInterval: 1, maxPollInterval: 2 },
				...parameters,
			},
			stage.credential,
		),
		setNode({ after: true }, { name: 'After' }),
	]);

const start = async (draft: ReturnType<typeof workflow>): Promise<string> => {
	const { id } = await stage.cluster.client.createWorkflow(draft);
	return await stage.cluster.client.startManually(id);
};

const jobsSince = (known: number): string[] =>
	stage.sandbox
		.jobs()
		.slice(known)
		.map(({ id }) => id);

const until = async (holds: () => boolean): Promise<void> => {
	while (!holds()) await new Promise((resolve) => setTimeout(resolve, 50));
};

const workerOf = async (executionId: string): Promise<ClusterProcess> => {
	await until(() => stage.cluster.workerOf(executionId) !== undefined);
	return stage.cluster.workerOf(executionId) as ClusterProcess;
};

/** Splits a file that a workflow brings, and downloads the segments: in a worker, while the main process serves files. */
const expectFilesToPass = async (): Promise<void> => {
	const { client } = stage.cluster;
	const { id } = await client.createWorkflow(
		workflow('Files', [
			manualTrigger(),
			downloadNode(stage.sandbox.fileUrl(RECORDING)),
			audioSpliter(
				{
					...{ resource: 'splitJob', operation: 'create', source: 'binary' },
					...{ segmentDuration: 5, output: 'segments', download: true },
				},
				stage.credential,
			),
		]),
	);
	const execution = await client.runManually(id);
	const items = itemsOf(execution, 'AudioSpliter');
	expect(execution.status).toBe('success');
	expect(items).toHaveLength(3);
	for (const { json, binary } of items) {
		const file = await client.binary(String(binary?.data?.id));
		expect(file).toHaveLength(Number(json.size));
	}
	console.log(`${items.length} segments from ${String(items[0]?.binary?.data?.id).split(':')[0]}`);
};

// Where PostgreSQL or Redis is not there, the suite is skipped; in continuous integration it fails.
const suite = lacks && !process.env.CI ? describe.skip : describe;

suite('queue mode: a main, two webhook processors, two workers', () => {
	beforeAll(async () => {
		if ('missing' in programs) throw new Error(programs.missing);
		const { install, tarball } = sharedN8n();
		stage = await startClusterStage(install, tarball, programs);
	}, 600_000);

	afterAll(async () => await stage?.stop(), 120_000);

	beforeEach(() => stage.sandbox.clearRequests());

	it("passes files through the database, n8n's default here", async () => {
		await expectFilesToPass();
	});

	it('shares the budget of one API key between workers, and a 429 only delays', async () => {
		const { cluster, sandbox } = stage;
		// The window of a minute lasts two seconds here.
		sandbox.setPlan({
			...{ requestsPerMinute: 5, concurrentJobs: 20 },
			...{ maxFileSize: 1e9, minutesPerMonth: 1e6 },
		});
		sandbox.nextJobs({ minimumMs: 4_000 }, 9);
		const ids = await Promise.all([1, 2, 3].map(async () => await start(jobs(3))));
		const executions = await Promise.all(
			ids.map(async (id) => await cluster.client.waitForExecution(id, { timeout: 110_000 })),
		);
		sandbox.setPlan('unlimited');
		const api = sandbox
			.requests()
			.filter(({ origin, path }) => origin === 'api' && /splits/.test(path));
		const refused = api.filter(({ status }) => status === 429).length;
		const ran = new Set(ids.map((id) => cluster.workerOf(id)?.name));
		console.log(
			`${ids.length} executions on ${[...ran].join(', ')}: ${api.length} calls, ${refused} of them 429`,
		);
		for (const execution of executions) {
			const statuses = itemsOf(execution, 'AudioSpliter').map(({ json }) => json.status);
			expect(statuses).toEqual(['completed', 'completed', 'completed']);
		}
	});

	it('resumes a pause by a webhook processor, and another worker runs the rest', async () => {
		const { cluster, sandbox } = stage;
		const known = sandbox.jobs().length;
		sandbox.nextJobs({ minimumMs: 12_000 }, 3);
		const executionId = await start(jobs(3, { waitMode: 'webhook' }));
		await cluster.client.waitForExecution(executionId, { status: ['waiting'] });
		const first = await workerOf(executionId);
		await first.stop();
		const execution = await cluster.client.waitForExecution(executionId);
		await first.start();

		const jobIds = jobsSince(known);
		const { gets } = callsOf(sandbox, jobIds);
		const ran = cluster.workers.filter((worker) =>
			worker.log().some((line) => line.includes(`execution ${executionId} `)),
		);
		console.log(`ran on ${ran.map(({ name }) => name).join(', ')}; ${gets.join(', ')} Get per job`);
		expect(execution.status).toBe('success');
		expect(itemsOf(execution, 'After').map(({ json }) => [json.id, json.status])).toEqual(
			jobIds.map((id) => [id, 'completed']),
		);
		expect(ran).toHaveLength(2);
		expect(Math.max(...gets)).toBeLessThanOrEqual(2);
	});

	it('cancels a wait that another process runs', async () => {
		const { cluster, sandbox } = stage;
		const known = sandbox.jobs().length;
		sandbox.nextJobs({ stuckAt: 50 }, 2);
		const executionId = await start(jobs(2));
		const calls = (): number =>
			callsOf(sandbox, jobsSince(known)).gets.reduce((sum, gets) => sum + gets, 0);
		await until(() => calls() >= 2);
		await cluster.client.stopExecution(executionId);
		const { status } = await cluster.client.waitForExecution(executionId);
		const worker = await workerOf(executionId);
		// A worker that is stopped waits for what it runs: it ends only because nothing is left of this execution.
		await worker.stop();
		const left = calls();
		await worker.start();
		console.log(`${status} after ${left} calls`);
		expect(status).toBe('canceled');
		expect(calls()).toBe(left);
	});

	it('passes files through a folder that all processes share', async () => {
		await stage.cluster.restartAll({
			N8N_DEFAULT_BINARY_DATA_MODE: 'filesystem',
			// Its name since 2.3x, and before.
			N8N_STORAGE_PATH: stage.cluster.sharedFolder,
			N8N_BINARY_DATA_STORAGE_PATH: stage.cluster.sharedFolder,
		});
		await expectFilesToPass();
	}, 600_000);

	it('emits each event once, redelivered by way of either processor and after a restart of all', async () => {
		const round = await redeliveryRound(stage, EVENTS, stage.cluster.restartAll);
		console.log('redelivered:', round);
		expect(round.delivered).toBe(2 * EVENTS);
		expect(round.lost).toBe(0);
		expect(round.repeated).toBe(0);
		expect(round.stored).toBe(EVENTS);
		expect(Math.min(...round.handedOver)).toBeGreaterThan(0);
	}, 1_200_000);

	it('loses nothing when a worker is killed and Redis restarted', async () => {
		const round = await killRound(stage, KILLED_EVENTS);
		console.log('killed:', round);
		expect(round.lost).toBe(0);
	}, 1_200_000);
});
