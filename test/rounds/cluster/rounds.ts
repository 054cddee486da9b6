import { setTimeout as sleep } from 'node:timers/promises';
import type { Cluster } from '../../../harness/cluster/cluster';
import type { CredentialReference } from '../../../harness/workflows';
import type { Sandbox } from '../../../sandbox';
import { until } from '../../support/until';
import { countEmitted, makeEvents, sendAll } from '../events';
import { listen } from '../listening';
import { startSink } from '../sink';
import { countStored, statuses, untilIdle, untilStill } from './executions';

/** What a round is played on. */
export interface ClusterStage {
	cluster: Cluster;
	sandbox: Sandbox;
	credential: CredentialReference;
}

/** Milliseconds after which a part of the events is given up: at full size there are hundreds of them. */
const EMITTED_LIMIT = 900_000;

/** Milliseconds that a store may take to become complete: the last repair comes 15 s after the last record. */
const REPAIR_LIMIT = 60_000;

/**
 * Each event is delivered twice, since the answer to its first delivery is lost on the way to the sender, and once more
 * after every process was restarted.
 */
export const redeliveryRound = async (
	{ cluster, sandbox, credential }: ClusterStage,
	size: number,
	restart: () => Promise<void>,
	tell: (step: string) => void = () => undefined,
) => {
	const sink = await startSink();
	const listening = await listen(cluster, credential, sink);
	const events = makeEvents(`redelivered${size}n`, size);
	const firstBy = new Map<string, number>();
	let byAnotherProcessor = 0;
	cluster.proxy.loseAnswers((headers, processor) => {
		const id = String(headers['x-audiospliter-delivery']);
		const before = firstBy.get(id);
		if (before === undefined) firstBy.set(id, processor);
		else if (before !== processor) byAnotherProcessor += 1;
		return before === undefined;
	});
	const startedAt = Date.now();
	try {
		const first = await sendAll(sandbox, listening.url, events);
		const seconds = (Date.now() - startedAt) / 1000;
		await untilIdle(cluster, listening.workflowId);
		const beforeRestart = countEmitted(sink.received, events);
		const storedAtOnce = await countStored(cluster, listening, events);
		tell(
			`${size} events delivered twice: ${beforeRestart.repeated} repeated, ${storedAtOnce} stored`,
		);
		await restart();
		tell('every process restarted');
		const second = await sendAll(sandbox, listening.url, events);
		await untilIdle(cluster, listening.workflowId);

		const deadline = Date.now() + REPAIR_LIMIT;
		let stored = await countStored(cluster, listening, events);
		while (stored < size && Date.now() < deadline) {
			await sleep(1_000);
			stored = await countStored(cluster, listening, events);
		}
		return {
			events: size,
			/** Attempts after the first of each event. */
			redeliveries: [...first, ...second].reduce((n, { attempts }) => n + attempts.length, -size),
			delivered: [...first, ...second].filter(({ state }) => state === 'delivered').length,
			/** Redeliveries that met another processor than the first delivery of their event. */
			byAnotherProcessor,
			deliveriesPerSecond: (2 * size) / seconds,
			repeatedBeforeRestart: beforeRestart.repeated,
			storedAtOnce,
			stored,
			...countEmitted(sink.received, events),
			executions: await statuses(cluster, listening.workflowId),
			handedOver: cluster.proxy.handedOver(),
		};
	} finally {
		cluster.proxy.loseAnswers(() => false);
		await cluster.client.deactivate(listening.workflowId);
		await sink.close();
	}
};

/** Each event is delivered twice at once, by way of either processor: the hardest that deduplication can be given. */
export const simultaneousRound = async (
	{ cluster, sandbox, credential }: ClusterStage,
	size: number,
) => {
	const sink = await startSink();
	const listening = await listen(cluster, credential, sink);
	const events = makeEvents(`simultaneous${size}n`, size);
	try {
		const pairs = events.flatMap((event) => [event, event]);
		const sent = await sendAll(sandbox, listening.url, pairs);
		await untilIdle(cluster, listening.workflowId);
		return {
			events: size,
			delivered: sent.filter(({ state }) => state === 'delivered').length,
			...countEmitted(sink.received, events),
			executions: await statuses(cluster, listening.workflowId),
		};
	} finally {
		await cluster.client.deactivate(listening.workflowId);
		await sink.close();
	}
};

const crashedOnes = async ({ query }: Cluster, workflowId: string): Promise<string[]> => {
	const rows = await query<{ id: number }>`
		select id from execution_entity
		where "workflowId" = ${workflowId} and status in ('crashed', 'error')
		and mode <> 'retry' and "retrySuccessId" is null order by id`;
	return rows.map(({ id }) => String(id));
};

/**
 * Redis is restarted and a worker killed in the middle of the deliveries; the worker is started again. What n8n then
 * shows as crashed is retried, as its user would. What the worker had taken from the queue and not begun stays "queued"
 * or "running": it is stopped, and retried as well.
 */
export const killRound = async ({ cluster, sandbox, credential }: ClusterStage, size: number) => {
	const sink = await startSink();
	const listening = await listen(cluster, credential, sink);
	const events = makeEvents(`killed${size}n`, size);
	const [worker] = cluster.workers;
	if (!worker) throw new Error('The cluster has no worker.');
	const post = async (id: string, what: 'stop' | 'retry'): Promise<number> =>
		(await cluster.client.http.post(`/rest/executions/${id}/${what}`, { loadWorkflow: false }))
			.status;
	try {
		const sending = sendAll(sandbox, listening.url, events);
		const emitted = async (share: number) => {
			await until(() => new Set(sink.received).size >= share * size, { within: EMITTED_LIMIT });
		};
		await emitted(1 / 5);
		await cluster.redis.restart();
		await emitted(2 / 5);
		await worker.kill();
		await worker.start();
		const delivered = (await sending).filter(({ state }) => state === 'delivered').length;
		const stranded = await untilStill(cluster, listening.workflowId);

		const before = countEmitted(sink.received, events);
		const crashed = await crashedOnes(cluster, listening.workflowId);
		const answers: number[] = [];
		for (const id of stranded) answers.push(await post(id, 'stop'), await post(id, 'retry'));
		for (const id of crashed) answers.push(await post(id, 'retry'));
		await untilIdle(cluster, listening.workflowId);
		return {
			events: size,
			delivered,
			lostBeforeRetry: before.lost,
			repeatedBeforeRetry: before.repeated,
			crashed: crashed.length,
			stranded: stranded.length,
			retryRefused: answers.filter((status) => status !== 200).length,
			...countEmitted(sink.received, events),
			executions: await statuses(cluster, listening.workflowId),
		};
	} finally {
		await cluster.client.deactivate(listening.workflowId);
		await sink.close();
	}
};
