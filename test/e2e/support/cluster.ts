import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { INode } from 'n8n-workflow';
import type { Cluster } from '../../../harness/cluster/cluster';
import type { CredentialReference } from '../../../harness/workflows';
import {
	audioSpliterTrigger,
	otherNode,
	productionUrl,
	workflow,
} from '../../../harness/workflows';
import { dedupKeys } from '../../../nodes/AudioSpliter/webhook/event';
import type { Sandbox } from '../../../sandbox';

/** Where workflows report what they were given: counted outside n8n, whatever becomes of the execution. */
export interface Sink {
	url: string;
	/** Job IDs, as often as they came. */
	received: string[];
	close(): Promise<void>;
}

export const startSink = async (): Promise<Sink> => {
	const received: string[] = [];
	const server = createServer((request, response) => {
		received.push(new URL(request.url ?? '', 'http://sink').searchParams.get('job') ?? '');
		response.writeHead(204).end();
	});
	server.listen(0, '127.0.0.1');
	await once(server, 'listening');
	const { port } = server.address() as AddressInfo;
	return {
		url: `http://127.0.0.1:${port}`,
		received,
		close: async () => {
			server.close();
			server.closeAllConnections();
			await once(server, 'close');
		},
	};
};

/** An active workflow: AudioSpliter Trigger, then one call to the sink for each item. */
export interface Listening {
	workflowId: string;
	nodeId: string;
	/** The production URL, through the proxy. */
	url: string;
}

export const listen = async (
	cluster: Cluster,
	credential: CredentialReference,
	sink: Sink,
): Promise<Listening> => {
	const trigger = audioSpliterTrigger({}, credential);
	const tell: INode = otherNode('n8n-nodes-base.httpRequest', 4.2, 'Tell', {
		url: `=${sink.url}/?job={{ $json.id }}`,
	});
	const { id } = await cluster.client.createWorkflow(workflow('Listening', [trigger, tell]));
	await cluster.client.activate(id);
	return { workflowId: id, nodeId: trigger.id, url: productionUrl(cluster.url, trigger) };
};

export interface SentEvent {
	jobId: string;
	deliveryId: string;
}

/** Sends all events, as many at a time as the sandbox is set to, and waits until none is on its way. */
export const sendAll = async (sandbox: Sandbox, url: string, events: SentEvent[]) => {
	const sent = events.map(({ jobId, deliveryId }) => sandbox.send({ url, jobId, deliveryId }));
	return await Promise.all(sent.map(async ({ done }) => await done));
};

/** Executions of the workflow by status. */
export const statuses = async (
	{ query }: Cluster,
	workflowId: string,
): Promise<Record<string, number>> => {
	const rows = await query<{ status: string; n: number }>`
		select status, count(*) n from execution_entity where "workflowId" = ${workflowId} group by status`;
	return Object.fromEntries(rows.map(({ status, n }) => [status, n]));
};

/** Waits until no execution of the workflow is queued or running. */
export const untilIdle = async (cluster: Cluster, workflowId: string): Promise<void> => {
	for (;;) {
		const { new: queued = 0, running = 0 } = await statuses(cluster, workflowId);
		if (queued + running === 0) return;
		await sleep(500);
	}
};

/** How long nothing may change before what is left is taken for stranded, milliseconds. */
const STILL = 15_000;

/** Waits until nothing more happens. @returns executions that stay queued or running, since the process that had them is gone */
export const untilStill = async ({ query }: Cluster, workflowId: string): Promise<string[]> => {
	for (let before: string | undefined; ;) {
		const rows = await query<{ id: number }>`
			select id from execution_entity
			where "workflowId" = ${workflowId} and status in ('new', 'running') order by id`;
		const left = rows.map(({ id }) => String(id));
		if (left.length === 0 || left.join() === before) return left;
		before = left.join();
		await sleep(STILL);
	}
};

/** How many of the events are in n8n's table of processed data, as its helper writes them. */
export const countStored = async (
	{ query }: Cluster,
	{ workflowId, nodeId }: Listening,
	events: SentEvent[],
): Promise<number> => {
	const rows = await query<{ value: string | { data: string[] } }>`
		select value from processed_data where "workflowId" = ${workflowId} and context = ${`n:${nodeId}`}`;
	return countInRow(rows[0]?.value, events);
};

/** How many of the events are in a value of `processed_data`, with all of their keys. */
export const countInRow = (
	value: string | { data: string[] } | undefined,
	events: SentEvent[],
): number => {
	if (value === undefined) return 0;
	const { data } = typeof value === 'string' ? (JSON.parse(value) as { data: string[] }) : value;
	const stored = new Set(data);
	const hashOf = (key: string) => createHash('md5').update(key).digest('base64');
	return events.filter(({ jobId, deliveryId }) =>
		dedupKeys({ event: 'job.completed', jobId, data: {} }, deliveryId).every((key) =>
			stored.has(hashOf(key)),
		),
	).length;
};

/** What came of events: emitted how often? */
export const count = (sink: Sink, events: SentEvent[]) => {
	const times = new Map<string, number>();
	for (const jobId of sink.received) times.set(jobId, (times.get(jobId) ?? 0) + 1);
	const each = events.map(({ jobId }) => times.get(jobId) ?? 0);
	return {
		emitted: each.filter((n) => n > 0).length,
		lost: each.filter((n) => n === 0).length,
		/** Emissions beyond the first of each event. */
		repeated: each.reduce((sum, n) => sum + Math.max(0, n - 1), 0),
	};
};
