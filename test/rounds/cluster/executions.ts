import { setTimeout as sleep } from 'node:timers/promises';
import type { Cluster } from '../../../harness/cluster/cluster';
import type { Sandbox } from '../../../sandbox';
import { until } from '../../support/until';
import type { SentEvent } from '../events';
import { countInRow } from '../events';
import type { Listening } from '../listening';
import type { Polling } from '../trigger/polls';

/** Executions of the workflow by status. */
export const statuses = async (
	{ query }: Cluster,
	workflowId: string,
): Promise<Record<string, number>> => {
	const rows = await query<{ status: string; n: number }>`
		select status, count(*) n from execution_entity where "workflowId" = ${workflowId} group by status`;
	return Object.fromEntries(rows.map(({ status, n }) => [status, n]));
};

/** The same by what started them: `webhook`, or `trigger` for a look. */
export const executionsByMode = async (
	{ query }: Cluster,
	workflowId: string,
): Promise<Record<string, number>> => {
	const rows = await query<{ mode: string; n: number }>`
		select mode, count(*) n from execution_entity where "workflowId" = ${workflowId} group by mode`;
	return Object.fromEntries(rows.map(({ mode, n }) => [mode, n]));
};

/** ID of the latest execution that a look or poll has started, 0 where there is none. */
export const latestLook = async ({ query }: Cluster, workflowId: string): Promise<number> => {
	const [row] = await query<{ id: number }>`
		select coalesce(max(id), 0) id from execution_entity
		where "workflowId" = ${workflowId} and mode = 'trigger'`;
	return Number(row?.id);
};

/** The calls of looks and polls, in the latest requests. */
export const listCallsOf = (sandbox: Sandbox) =>
	sandbox.requests().filter(({ method, path }) => method === 'GET' && path.includes('/splits?'));

/** Milliseconds after which a cluster that goes on is given up. */
const IDLE_LIMIT = 900_000;

/** Waits until no execution of the workflow is queued or running. */
export const untilIdle = async (cluster: Cluster, workflowId: string): Promise<void> => {
	const isIdle = async () => {
		const { new: queued = 0, running = 0 } = await statuses(cluster, workflowId);
		return queued + running === 0;
	};
	await until(isIdle, { within: IDLE_LIMIT, every: 500 });
};

/**
 * Waits until nothing more happens.
 *
 * @param still milliseconds in which nothing may change before what is left is taken for stranded
 * @returns executions that stay queued or running, since the process that had them is gone
 */
export const untilStill = async (
	{ query }: Cluster,
	workflowId: string,
	still = 10_000,
): Promise<string[]> => {
	for (let before: string | undefined; ;) {
		const rows = await query<{ id: number }>`
			select id from execution_entity
			where "workflowId" = ${workflowId} and status in ('new', 'running') order by id`;
		const left = rows.map(({ id }) => String(id));
		if (left.length === 0 || left.join() === before) return left;
		before = left.join();
		await sleep(still);
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

/** The cluster, for rounds of the polling trigger: the main process polls, and is killed and restarted. */
export const pollingCluster = (cluster: Cluster): Polling => ({
	client: cluster.client,
	kill: cluster.main.kill,
	restart: async () => {
		await cluster.main.stop();
		await cluster.main.start();
	},
	// What a killed process had stays as it is.
	untilIdle: async (workflowId) => void (await untilStill(cluster, workflowId)),
	statuses: async (workflowId) => await statuses(cluster, workflowId),
});
