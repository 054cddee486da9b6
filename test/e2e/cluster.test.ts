import { setTimeout as sleep } from 'node:timers/promises';
import { itemsOf } from '../../harness/client';
import { findClusterPrograms } from '../../harness/cluster/programs';
import { PLANS } from '../../sandbox/world/plans';
import { acknowledgedRound, forgedRound } from '../rounds/cluster/answers';
import type { ClusterStage } from '../rounds/cluster/rounds';
import { pollAcross } from '../rounds/cluster/pollAcross';
import { killRound, redeliveryRound } from '../rounds/cluster/rounds';
import { startClusterStage } from '../rounds/cluster/startStage';
import { limitJobs } from '../support/sandbox';
import { until } from '../support/until';
import {
	getsSince,
	jobsSince,
	passFiles,
	PATIENT,
	startJobs,
	workerOf,
} from './support/clusterJobs';
import { sharedN8n } from './support/n8n';
import { callsOf } from './support/paused';

const programs = findClusterPrograms();
const lacks = 'missing' in programs;
// Where PostgreSQL or Redis is not there, the suite is skipped; in continuous integration it fails.
const suite = lacks && !process.env.CI ? describe.skip : describe;
if (lacks && !process.env.CI) console.warn(programs.missing);

/** npm run test:soak plays these rounds with 2,000 and 500 events. */
const EVENTS = 40;
const KILLED_EVENTS = 40;
/** Jobs that finish before the main process is killed, and as many while it is away. */
const POLLED_JOBS = 10;

/** Bounds for what hangs: beside other work a cluster on two cores is slow. */
const LONG = 600_000;
const LONGER = 1_200_000;

let stage: ClusterStage & { stop(): Promise<void> };

/** Processes that were killed or stopped, on their way back: the tests until the next restart do not need them. */
const returning: Array<Promise<void> | undefined> = [];

const expectFilesToPass = async (place: string): Promise<void> => {
	const { status, files } = await passFiles(stage);
	console.log('files:', files);
	expect(status).toBe('success');
	expect(files).toHaveLength(3);
	for (const { told, handedOut, keptIn } of files) {
		expect(handedOut).toBe(told);
		expect(keptIn).toMatch(place);
	}
};

suite('queue mode: a main, two webhook processors, two workers', () => {
	beforeAll(async () => {
		if ('missing' in programs) throw new Error(programs.missing);
		const { install, tarball } = sharedN8n();
		stage = await startClusterStage(install, tarball, programs);
	}, LONG);

	afterAll(async () => await stage?.stop(), LONG);

	beforeEach(() => {
		stage.sandbox.clearRequests();
		stage.sandbox.clearFaults();
		stage.sandbox.setPlan('unlimited');
	});

	it(
		'refuses forged deliveries at either webhook processor',
		async () => {
			const round = await forgedRound(stage);
			console.log('forged:', round);
			expect(new Set(round.answers)).toEqual(new Set([401]));
			expect(round.answers).toHaveLength(12);
			expect(round.executions).toBe(0);
			expect(round.byProcessor).toEqual([6, 6]);
		},
		LONG,
	);

	it(
		'acknowledges a delivery once it is stored: a processor killed by its first answer loses nothing',
		async () => {
			const { restarted, ...round } = await acknowledgedRound(stage, 16);
			console.log('acknowledged:', round);
			expect(round.victim).toBeDefined();
			expect(round.acknowledged).toBeGreaterThan(0);
			expect(round.stored).toBeGreaterThanOrEqual(round.acknowledged);
			expect(round.lost).toBe(0);
			expect(round.repeated).toBe(0);
			returning.push(restarted);
		},
		LONG,
	);

	it(
		"passes files through the database, n8n's default here",
		async () => {
			await expectFilesToPass('database');
		},
		LONG,
	);

	it(
		'gets along with the limit of one API key that workers share: a 429 only delays',
		async () => {
			const { cluster, sandbox } = stage;
			// The window of a minute lasts two seconds here.
			stage.sandbox.setPlan({ ...PLANS.unlimited, requestsPerMinute: 3 });
			// Whether the workers really get in each other's way depends on how fast they are; these are refused in any case.
			for (const method of ['POST', 'GET']) {
				sandbox.fault('rate-limit', { count: 2, retryAfterSeconds: 1, match: { method } });
			}
			const ids: string[] = [];
			const ran = new Set<string>();
			// Which worker takes an execution is the queue's choice: as many as it takes until both have one.
			while (ids.length < 3 || (ran.size < 2 && ids.length < 10)) {
				sandbox.nextJobs({ minimumMs: 4_000 }, 2);
				const id = await startJobs(stage, 2);
				ids.push(id);
				ran.add((await workerOf(stage, id)).name);
			}
			const executions = await Promise.all(
				ids.map(async (id) => await cluster.client.waitForExecution(id, PATIENT)),
			);
			const api = sandbox
				.requests()
				.filter(({ origin, path }) => origin === 'api' && /splits/.test(path));
			const refused = api.filter(({ status }) => status === 429).length;
			console.log(
				`${ids.length} executions on ${[...ran].join(', ')}: ${api.length} calls, ${refused} of them 429`,
			);
			expect(ran.size).toBe(2);
			expect(refused).toBeGreaterThanOrEqual(4);
			for (const execution of executions) {
				const statuses = itemsOf(execution, 'AudioSpliter').map(({ json }) => json.status);
				expect(statuses).toEqual(['completed', 'completed']);
			}
		},
		LONG,
	);

	it(
		'resumes a pause by a webhook processor, and another worker runs the rest',
		async () => {
			const { cluster, sandbox } = stage;
			const known = sandbox.jobs().length;
			// No job begins before the worker that submitted them is gone.
			limitJobs(sandbox, 0);
			const executionId = await startJobs(stage, 3, { waitMode: 'webhook' });
			await cluster.client.waitForExecution(executionId, { ...PATIENT, status: ['waiting'] });
			const first = await workerOf(stage, executionId);
			await first.stop();
			sandbox.setPlan('unlimited');
			const execution = await cluster.client.waitForExecution(executionId, PATIENT);
			returning.push(first.start());

			const jobIds = jobsSince(stage, known);
			const { gets } = callsOf(sandbox, jobIds);
			const ran = cluster.workers.filter((worker) =>
				worker.log().some((line) => line.includes(`execution ${executionId} `)),
			);
			console.log(
				`ran on ${ran.map(({ name }) => name).join(', ')}; ${gets.join(', ')} Get per job`,
			);
			expect(execution.status).toBe('success');
			expect(itemsOf(execution, 'After').map(({ json }) => [json.id, json.status])).toEqual(
				jobIds.map((id) => [id, 'completed']),
			);
			expect(ran).toHaveLength(2);
			expect(Math.max(...gets)).toBeLessThanOrEqual(2);
		},
		LONG,
	);

	it(
		'cancels a wait that another process runs',
		async () => {
			const { cluster, sandbox } = stage;
			const known = sandbox.jobs().length;
			sandbox.nextJobs({ stuckAt: 50 }, 2);
			const executionId = await startJobs(stage, 2);
			await until(() => getsSince(stage, known) >= 2, { within: PATIENT.timeout });
			await cluster.client.stopExecution(executionId);
			const { status } = await cluster.client.waitForExecution(executionId, PATIENT);
			expect(status).toBe('canceled');
			// A second for the cancel to reach the worker. Polls would come every two seconds.
			await sleep(1_000);
			const left = getsSince(stage, known);
			await sleep(5_000);
			console.log(`${status} after ${left} calls`);
			expect(getsSince(stage, known)).toBe(left);
		},
		LONG,
	);

	it(
		'emits each event once, redelivered by way of either processor, or polled, and after a restart of all',
		async () => {
			await Promise.all(returning);
			const polled = await pollAcross(stage, POLLED_JOBS);
			// The same restart gives them the settings that the test after this one needs.
			const restart = async () => {
				await stage.cluster.main.kill();
				polled.finishJobs();
				await stage.cluster.restartAll({
					N8N_DEFAULT_BINARY_DATA_MODE: 'filesystem',
					// Its name since 2.3x, and before.
					N8N_STORAGE_PATH: stage.cluster.sharedFolder,
					N8N_BINARY_DATA_STORAGE_PATH: stage.cluster.sharedFolder,
				});
			};
			const round = await redeliveryRound(stage, EVENTS, restart);
			console.log('redelivered:', round);
			expect(round.delivered).toBe(2 * EVENTS);
			expect(round.lost).toBe(0);
			expect(round.repeated).toBe(0);
			expect(round.stored).toBe(EVENTS);
			expect(round.byAnotherProcessor).toBeGreaterThan(0);
			expect(round.byAnotherProcessor).toBeLessThan(round.redeliveries);
			expect(await polled.end()).toEqual({ emitted: 2 * POLLED_JOBS, lost: 0, repeated: 0 });
		},
		LONGER,
	);

	it(
		'passes files through a folder that all processes share',
		async () => {
			await expectFilesToPass('filesystem');
		},
		LONG,
	);

	it(
		'loses nothing when a worker is killed and Redis restarted',
		async () => {
			const round = await killRound(stage, KILLED_EVENTS);
			console.log('killed:', round);
			expect(round.lost).toBe(0);
			expect(round.delivered).toBe(KILLED_EVENTS);
		},
		LONGER,
	);
});
