import { readFileSync } from 'node:fs';
import type { N8nClient } from '../../harness/client';
import type { N8n } from '../../harness/n8n';
import { untilIdle } from '../../harness/untilIdle';
import type { Sandbox } from '../../sandbox';

/** Who delivers to whom. */
export interface Stage {
	n8n: N8n;
	sandbox: Sandbox;
}

/** One delivery to make. */
export interface Delivery {
	jobId: string;
	deliveryId: string;
}

export interface LoadResult {
	/** Milliseconds until each delivery was answered. */
	acknowledgements: number[];
	/** Deliveries that were not answered with 200. */
	refused: number;
	/** Deliveries per second, until the last one was answered. */
	acknowledgedPerSecond: number;
	/** Deliveries per second, until the last execution had ended. */
	finishedPerSecond: number;
	/** Milliseconds of processor time that n8n took for each delivery; NaN where the system does not tell. */
	processorTime: number;
}

let counter = 0;

/** Deliveries of events that nobody has seen before. */
export const newDeliveries = (count: number): Delivery[] =>
	Array.from({ length: count }, () => {
		counter += 1;
		return { jobId: `job_new_${counter}`, deliveryId: `new-${counter}` };
	});

/** An event as large as one of a job with ten segments. */
const DATA = {
	status: 'completed',
	splitMode: 'duration',
	segmentCount: 10,
	totalDuration: 6000,
	segments: Array.from({ length: 10 }, (_unused, index) => ({
		index,
		duration: 600,
		size: 9_600_000,
		downloadUrl: `https://cdn.audiospliter.com/segments/job/${index}.mp3?expires=4102444800&signature=0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef`,
		expiresAt: '2099-12-31T23:59:59Z',
	})),
	metadata: { orderId: '4711' },
};

/** When the last execution of a workflow ended, milliseconds since 1970. */
async function lastEnd(client: N8nClient, workflowId: string): Promise<number> {
	const [row] = await client.query<{ at: string | null }>(
		'select max(stoppedAt) at from execution_entity where workflowId = ?',
		workflowId,
	);
	return Date.parse(`${(row?.at ?? '').replace(' ', 'T').replace(/Z?$/, 'Z')}`);
}

/** Milliseconds of processor time that a process has taken so far. */
const processorTime = (pid: number): number => {
	try {
		const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
		// The second field is the program's name in brackets. Times are in ticks of 10 ms.
		const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
		return 10 * (Number(fields[11]) + Number(fields[12]));
	} catch {
		return NaN;
	}
};

/**
 * Delivers events to a workflow, `atOnce` at a time, and waits until it has dealt with them.
 *
 * @returns what the sender saw
 */
export async function load(
	{ n8n, sandbox }: Stage,
	{ url, workflowId }: { url: string; workflowId: string },
	deliveries: readonly Delivery[],
	atOnce: number,
): Promise<LoadResult> {
	const queue = [...deliveries];
	const acknowledgements: number[] = [];
	let refused = 0;
	const processorBefore = processorTime(n8n.pid());
	const started = Date.now();
	const lane = async () => {
		for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
			const begin = performance.now();
			const { state } = await sandbox.send({ url, ...next, data: DATA, maxAttempts: 1 }).done;
			acknowledgements.push(performance.now() - begin);
			if (state !== 'delivered') refused += 1;
		}
	};
	await Promise.all(Array.from({ length: atOnce }, lane));
	const acknowledged = Date.now();
	await untilIdle(n8n.client, workflowId);
	const processorAfter = processorTime(n8n.pid());
	const finished = Math.max(acknowledged, await lastEnd(n8n.client, workflowId));
	const perSecond = (end: number) => (1000 * deliveries.length) / (end - started);
	return {
		acknowledgements,
		refused,
		acknowledgedPerSecond: perSecond(acknowledged),
		finishedPerSecond: perSecond(finished),
		processorTime: (processorAfter - processorBefore) / deliveries.length,
	};
}
