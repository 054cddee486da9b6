import { setTimeout as sleep } from 'node:timers/promises';
import type { N8n } from '../../harness/n8n';
import type { CredentialReference } from '../../harness/workflows';
import type { Sandbox } from '../../sandbox';
import { meanwhile, waysToWait } from './workflows';

export interface SlotUse {
	name: string;
	/** Milliseconds from the start of the execution to its end. */
	total: number;
	/** Milliseconds in which the execution held the slot. */
	held: number;
	/** Runs of the other workflow that ended while this one had not. */
	others: number;
	/** Calls of the API, the create included. */
	calls: number;
}

const SAMPLE_MS = 50;
const OTHER_PATH = 'slots-meanwhile';

/** How long executions of the workflow were running, by looking again and again. */
async function watch(n8n: N8n, workflowId: string): Promise<{ held: number; total: number }> {
	const started = performance.now();
	let held = 0;
	for (let last = started; ;) {
		const [execution] = await n8n.client.executions(workflowId);
		const now = performance.now();
		if (execution?.status === 'running') held += now - last;
		if (execution?.status === 'success') return { held, total: now - started };
		if (execution?.status === 'error') throw new Error(`Execution ${execution.id} failed.`);
		last = now;
		await sleep(SAMPLE_MS);
	}
}

/** An n8n with one production slot, and the service that its workflows use. */
export interface SlotStage {
	n8n: N8n;
	sandbox: Sandbox;
	credential: CredentialReference;
	/** The recording that is split. */
	sourceUrl: string;
}

/**
 * Lets each way of waiting wait for a job of its own, while another workflow is started once a second.
 *
 * @param length seconds that a job takes
 * @param loops seconds that each loop of n8n's Wait node pauses
 */
export async function measureSlots(
	{ n8n, sandbox, credential, sourceUrl }: SlotStage,
	length: number,
	loops: readonly number[],
): Promise<SlotUse[]> {
	const other = await n8n.client.createWorkflow(meanwhile(OTHER_PATH));
	await n8n.client.activate(other.id);
	const uses: SlotUse[] = [];
	for (const { name, path, draft } of waysToWait(sourceUrl, credential, loops)) {
		const { id } = await n8n.client.createWorkflow(draft);
		await n8n.client.activate(id);
		sandbox.nextJobs({ minimumMs: length * 1000 });
		sandbox.clearRequests();
		const before = (await n8n.client.executions(other.id, ['success'])).length;
		let over = false;
		const requests: Array<Promise<unknown>> = [fetch(`${n8n.url}/webhook/${path}`)];
		const watching = watch(n8n, id);
		const knocking = (async () => {
			while (!over) {
				await sleep(1_000);
				requests.push(fetch(`${n8n.url}/webhook/${OTHER_PATH}`));
			}
		})();
		const use = await watching.finally(() => {
			over = true;
		});
		const others = (await n8n.client.executions(other.id, ['success'])).length - before;
		await knocking;
		await Promise.all(requests);
		const calls = sandbox.requests().filter(({ origin }) => origin === 'api').length;
		uses.push({ name, ...use, others, calls });
		await n8n.client.deactivate(id);
	}
	return uses;
}
