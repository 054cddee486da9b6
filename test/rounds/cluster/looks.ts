import { setTimeout as sleep } from 'node:timers/promises';
import type { Cluster } from '../../../harness/cluster/cluster';
import type { ClusterProcess } from '../../../harness/cluster/n8nProcess';
import type { Sandbox } from '../../../sandbox';
import { inParallel } from '../../support/inParallel';
import { until } from '../../support/until';
import type { SentEvent } from '../events';
import { countEmitted, makeEvents } from '../events';
import { listen } from '../listening';
import { startSink } from '../sink';
import { executionsByMode, latestLook, listCallsOf, statuses, untilStill } from './executions';
import type { ClusterStage } from './rounds';

/** Deliveries on their way at once. */
const AT_ONCE = 16;

/** Milliseconds from one event to the next: longer in all than a look leaves a job alone, so that both ways cross. */
const APART = 600;

/** Milliseconds after which a part of the round is given up. */
const PART_LIMIT = 900_000;

/**
 * Milliseconds in which looks find what was lost. A job that was handed to an execution of which n8n never says what became of
 * it, since its worker or its place in the queue is gone, is left alone for half an hour.
 */
const FOUND_LIMIT = 40 * 60_000;

/** Milliseconds after which nothing more happens: longer than an execution waits before it takes over what another has lost. */
const STILL = 30_000;

/** Milliseconds for which the service holds back the list while the main process is killed. */
const HELD_BACK = 20_000;

/** Milliseconds for which looks are counted that have nothing to find, and how many there are in them. */
const [COUNTED_FOR, COUNTED] = [120_000, 2];

type Step = [what: string, run: () => Promise<void>];

type Tell = (step: string) => void;

/** Waits for the next look that starts an execution. @returns its ID */
const untilHandedOver = async (cluster: Cluster, workflowId: string): Promise<string> => {
	const before = await latestLook(cluster, workflowId);
	let latest = before;
	const isThere = async () => {
		latest = await latestLook(cluster, workflowId);
		return latest > before;
	};
	await until(isThere, { within: PART_LIMIT, every: 100 });
	return String(latest);
};

const killAndStart = async (process: ClusterProcess | undefined): Promise<void> => {
	if (!process) throw new Error('The cluster has no worker.');
	await process.kill();
	await process.start();
};

/** Kills the worker that runs the execution of the next look. */
const killLookingWorker = async (cluster: Cluster, workflowId: string): Promise<void> => {
	const executionId = await untilHandedOver(cluster, workflowId);
	await until(() => cluster.workerOf(executionId) !== undefined, { within: PART_LIMIT });
	await killAndStart(cluster.workerOf(executionId));
};

/** Kills of workers, and between them a restart of Redis and the loss of all that it had. */
const damages = (cluster: Cluster, workflowId: string, kills: number): Step[] => {
	const { workers, redis } = cluster;
	const steps = Array.from({ length: kills - 1 }, (_unused, index): Step => {
		const worker = workers[index % workers.length];
		return [`${worker?.name} killed`, async () => await killAndStart(worker)];
	});
	const third = Math.ceil(steps.length / 3);
	return [
		...steps.slice(0, third),
		['Redis restarted', redis.restart],
		...steps.slice(third, 2 * third),
		['Redis emptied', redis.empty],
		...steps.slice(2 * third),
		['worker of a look killed', async () => await killLookingWorker(cluster, workflowId)],
	];
};

/** Ends jobs and delivers their events, one after the other and so many at a time. */
const deliver = (sandbox: Sandbox, url: string, events: SentEvent[]) => {
	let [ended, delivered] = [0, 0];
	const begin = Date.now();
	const done = inParallel(events.length, AT_ONCE, async (index) => {
		await sleep(begin + index * APART - Date.now());
		const event = events[index] as SentEvent;
		sandbox.addSyntheticJob({ id: event.jobId });
		const { state } = await sandbox.send({ url, ...event }).done;
		ended += 1;
		if (state === 'delivered') delivered += 1;
	}).then(() => delivered);
	return {
		done,
		untilEnded: async (count: number) => {
			await until(() => ended >= count, { within: PART_LIMIT });
		},
	};
};

/** Kills the main process while it reads the service's list, and once more while what it then finds is emitted. */
const killMainInLooks = async (
	{ cluster, sandbox }: ClusterStage,
	workflowId: string,
	tell: Tell,
): Promise<void> => {
	const { main } = cluster;
	const killAsIt = async (when: string) => {
		await main.kill();
		sandbox.clearFaults();
		tell(`main killed while ${when}`);
		await main.start();
	};
	sandbox.clearRequests();
	sandbox.fault('slow-response', {
		...{ count: 'always', delayMs: HELD_BACK },
		match: { method: 'GET', path: '/splits?' },
	});
	await until(() => listCallsOf(sandbox).length > 0, { within: PART_LIMIT });
	await killAsIt('it looked');
	await untilHandedOver(cluster, workflowId);
	await killAsIt('a look was emitted');
};

/** Starts the main process anew and waits for two of its looks. @returns list calls of a look where nothing is new */
const lookAnew = async ({ cluster, sandbox }: ClusterStage, workflowId: string) => {
	await cluster.main.kill();
	await cluster.main.start();
	await untilHandedOver(cluster, workflowId);
	await untilStill(cluster, workflowId, STILL);
	sandbox.clearRequests();
	await sleep(COUNTED_FOR);
	return listCallsOf(sandbox).length / COUNTED;
};

/**
 * With Look for Missed Events: workers are killed, Redis is restarted and emptied while events arrive, and the main process is
 * killed in the middle of looks. Nothing is retried by hand. In the end the main process, which remembers what was emitted, is
 * killed again, and looks at all of it anew.
 */
export const lookRound = async (
	stage: ClusterStage,
	{ events: size, kills }: Record<'events' | 'kills', number>,
	tell: Tell = () => undefined,
) => {
	const { cluster, sandbox, credential } = stage;
	const sink = await startSink();
	const parameters = { lookForMissed: true, lookEvery: 1 };
	const { workflowId, url } = await listen(cluster, credential, sink, parameters);
	const events = makeEvents(`looked${size}n`, size);
	const count = () => countEmitted(sink.received, events);
	try {
		const steps = damages(cluster, workflowId, kills);
		const delivering = deliver(sandbox, url, events);
		for (const [index, [what, run]] of steps.entries()) {
			await delivering.untilEnded(((index + 1) / (steps.length + 1)) * size);
			await run();
			tell(`${what}: ${count().emitted} emitted`);
		}
		const delivered = await delivering.done;
		const deliveredAt = Date.now();
		const emittedOnDelivery = count().emitted;
		tell(`${delivered} delivered, ${emittedOnDelivery} emitted`);
		await killMainInLooks(stage, workflowId, tell);
		const isAll = () => count().lost === 0;
		await until(isAll, { within: FOUND_LIMIT, every: 1_000 }).catch(() => undefined);
		const secondsUntilFound = Math.round((Date.now() - deliveredAt) / 1_000);
		tell(`${count().emitted} emitted after ${secondsUntilFound} s`);
		await untilStill(cluster, workflowId, STILL);
		const { repeated: repeatedBefore } = count();
		const callsWhereNothingIsNew = await lookAnew(stage, workflowId);
		const { emitted, lost, repeated } = count();
		return {
			...{ events: size, kills: kills + 3, delivered, emittedOnDelivery, secondsUntilFound },
			...{ emitted, lost, repeated },
			repeatedByLookingAnew: repeated - repeatedBefore,
			callsWhereNothingIsNew,
			executions: await statuses(cluster, workflowId),
			executionsByMode: await executionsByMode(cluster, workflowId),
		};
	} finally {
		sandbox.clearFaults();
		await cluster.client.deactivate(workflowId);
		await sink.close();
	}
};
