import { setTimeout as sleep } from 'node:timers/promises';
import type { INode } from 'n8n-workflow';
import type { Execution } from '../../harness/client';
import type { N8n } from '../../harness/n8n';
import { itemsNode, manualTrigger, otherNode, workflow } from '../../harness/workflows';
import type { Sandbox } from '../../sandbox';
import { usedMemory } from '../profile/record';

/** What n8n holds while a node has many items, beyond what it held before; MB of 1,048,576 bytes. */
export interface Held {
	name: string;
	/** In use, garbage collected. */
	used: number;
	/** What n8n's process and its task runner have taken from the machine, garbage included. */
	resident: number;
}

/** What many items in one run cost. */
export interface HeldItems {
	items: number;
	/** The items alone, in n8n's Wait node. */
	waitNode: Held;
	polling: Held;
	/** Milliseconds from the editor's Stop until the execution of the polling run was stored as cancelled. */
	cancelledIn: number;
	/** Requests later than a second after that Stop. */
	requestsAfter: number;
}

export interface HoldingStage {
	n8n: N8n;
	sandbox: Sandbox;
	/** Where n8n puts what it reads of its memory. */
	folder: string;
	/** Creates a job for each item, and polls. */
	create: INode;
}

/** A node to run until it holds all items. */
interface Holding {
	name: string;
	node: INode;
	count: number;
	/** Whether it does, in the execution with this ID. */
	holdsAll: (executionId: string) => Promise<boolean>;
}

/** Milliseconds within which a run has to be over once it is stopped. */
export const CANCEL_WITHIN = 1_000;

/** Milliseconds that a busy machine may take for all creates. */
const LIMIT = 600_000;

/** Seconds. Below 65, n8n's Wait node keeps the execution in memory. */
const IN_MEMORY = 60;

/** Starts a run whose last node gets all items. @returns its execution's ID, once the node holds them */
async function startHolding(
	{ n8n }: HoldingStage,
	{ node, count, holdsAll }: Holding,
): Promise<string> {
	const items = Array.from({ length: count }, (_unused, index) => ({
		...{ number: index, fileName: `recording-${index}.mp3`, speaker: `Speaker ${index % 7}` },
	}));
	const draft = workflow('Hold', [manualTrigger(), itemsNode(items), node], {
		// What has run so far can be read while the execution goes on.
		saveExecutionProgress: true,
	});
	const { id } = await n8n.client.createWorkflow(draft);
	const executionId = await n8n.client.startManually(id);
	const deadline = Date.now() + LIMIT;
	while (!(await holdsAll(executionId))) {
		if (Date.now() > deadline) throw new Error('The items did not get to the node in time.');
		await sleep(100);
	}
	return executionId;
}

/** Runs a node until it holds all items, reads the memory then, and stops the execution. */
async function hold(stage: HoldingStage, holding: Holding) {
	const { n8n, folder } = stage;
	const before = { used: await usedMemory(n8n, folder), resident: n8n.residentMemory() };
	const executionId = await startHolding(stage, holding);
	const resident = n8n.residentMemory() - before.resident;
	const used = (await usedMemory(n8n, folder)) - before.used;
	const stoppedAt = Date.now();
	await n8n.client.stopExecution(executionId);
	await n8n.client.waitForExecution(executionId, { status: ['canceled'] });
	return {
		held: { name: holding.name, used, resident },
		stoppedAt,
		cancelledIn: Date.now() - stoppedAt,
	};
}

/** Holds the same items in n8n's Wait node and in a run that waits for their jobs, of which none begins. */
export async function measureHeld(stage: HoldingStage, count: number): Promise<HeldItems> {
	const { n8n, sandbox, create } = stage;
	const wait = await hold(stage, {
		...{ count, name: "The items in n8n's Wait node" },
		node: otherNode('n8n-nodes-base.wait', 1.1, 'Wait', { amount: IN_MEMORY, unit: 'seconds' }),
		holdsAll: async (id) => {
			// An execution that has just begun has no data yet.
			const { data }: Partial<Execution> = await n8n.client.execution(id);
			return data?.resultData.runData.Items !== undefined;
		},
	});
	const polling = await hold(stage, {
		...{ count, name: 'By Polling, a job for each item', node: create },
		holdsAll: async () => await Promise.resolve(sandbox.jobs().length >= count),
	});
	await sleep(1.5 * CANCEL_WITHIN);
	const late = sandbox.requests().filter(({ time }) => time > polling.stoppedAt + CANCEL_WITHIN);
	return {
		items: count,
		...{ waitNode: wait.held, polling: polling.held, cancelledIn: polling.cancelledIn },
		requestsAfter: late.length,
	};
}
