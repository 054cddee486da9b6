import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { INode } from 'n8n-workflow';
import type { N8n } from '../../harness/n8n';
import { itemsNode, manualTrigger, otherNode, workflow } from '../../harness/workflows';
import { usedMemory } from '../profile/record';

/** What n8n takes while many items come out of a node, beyond what it held before; MB of 1,048,576 bytes. */
export interface CameOut {
	name: string;
	/** Items that came out. */
	items: number;
	/** In use with all of them out, garbage collected. */
	used: number;
	/** What n8n's process and its task runner had taken from the machine at most, until the execution was stored. */
	peak: number;
}

export interface ComingOut {
	name: string;
	/** Gets the items, and puts out more. */
	node: INode;
	/** Items that go in. */
	count: number;
}

export interface OutStage {
	n8n: N8n;
	/** Where n8n puts what it reads of its memory. */
	folder: string;
}

const SAMPLE_MS = 50;

/** Milliseconds that a busy machine may take for a run. */
const LIMIT = 900_000;

/** Segments of each recording. */
export const SEGMENTS = 5;

/** Makes the items that Create puts out with One Item per Segment, as like those as can be, in n8n's Code node. */
export const sameItems = (): INode =>
	otherNode('n8n-nodes-base.code', 2, 'Same Items', {
		mode: 'runOnceForAllItems',
		jsCode: `return items.flatMap(({ json }, item) => Array.from({ length: ${SEGMENTS} }, (_unused, index) => ({
	json: {
		jobId: 'job_' + String(item).padStart(16, '0'), index, segmentCount: ${SEGMENTS},
		start: 3 * index, end: 3 * index + 3, duration: 3, size: 24000 + index,
		downloadUrl: 'http://127.0.0.1:50000/segments/' + String(item).padStart(32, '0') + '-' + index + '.mp3?expires=1900000000',
		expiresAt: '2026-01-01T00:00:00Z', fileName: 'talk_' + String(index).padStart(3, '0') + '.mp3', metadata: {},
	},
	pairedItem: { item },
})));`,
	});

/** A server on which a workflow waits, once its items have come out, until they have been counted. */
async function openGate() {
	let arrived = () => {};
	let open = () => {};
	const hasArrived = new Promise<void>((resolve) => (arrived = resolve));
	const isOpen = new Promise<void>((resolve) => (open = resolve));
	const server = createServer((_request, response) => {
		arrived();
		void isOpen.then(() => response.end('{}'));
	});
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	const { port } = server.address() as AddressInfo;
	const close = async () => await new Promise((resolve) => server.close(resolve));
	return { url: `http://127.0.0.1:${port}/`, hasArrived, open, close };
}

/** Looks at the memory that n8n has taken until told to stop. */
function watchMemory(n8n: N8n) {
	let peak = n8n.residentMemory();
	let isOver = false;
	const watching = (async () => {
		while (!isOver) {
			peak = Math.max(peak, n8n.residentMemory());
			await sleep(SAMPLE_MS);
		}
	})();
	return async () => {
		isOver = true;
		await watching;
		return peak;
	};
}

/** Waits until the execution is over, without having n8n read what it has stored. */
async function untilStored({ client }: N8n, executionId: string): Promise<void> {
	const deadline = Date.now() + LIMIT;
	for (;;) {
		const [row] = await client.query<{ status: string }>(
			'select status from execution_entity where id = ?',
			executionId,
		);
		if (row?.status === 'success') return;
		if (row !== undefined && !['new', 'running'].includes(row.status)) {
			throw new Error(`The run of ${executionId} ended as ${row.status}.`);
		}
		if (Date.now() > deadline) throw new Error('The run took too long.');
		await sleep(SAMPLE_MS);
	}
}

/** Runs a node on many items until all that it puts out is stored, and reads the memory meanwhile. */
export async function measureComingOut(
	{ n8n, folder }: OutStage,
	{ name, node, count }: ComingOut,
): Promise<CameOut> {
	const gate = await openGate();
	const items = Array.from({ length: count }, (_unused, number) => ({ number }));
	const next = otherNode(
		'n8n-nodes-base.httpRequest',
		4.2,
		'Then',
		{ url: gate.url, options: { timeout: LIMIT } },
		{ executeOnce: true },
	);
	try {
		const draft = workflow('Come out', [manualTrigger(), itemsNode(items), node, next]);
		const { id } = await n8n.client.createWorkflow(draft);
		const used = await usedMemory(n8n, folder);
		const resident = n8n.residentMemory();
		const stop = watchMemory(n8n);
		const executionId = await n8n.client.startManually(id);
		const stored = untilStored(n8n, executionId);
		await Promise.race([gate.hasArrived, stored]);
		const held = await usedMemory(n8n, folder);
		gate.open();
		await stored;
		const peak = await stop();
		return { name, items: SEGMENTS * count, used: held - used, peak: peak - resident };
	} finally {
		gate.open();
		await gate.close();
	}
}
