import type { N8nClient } from '../../../harness/client';
import type { N8n } from '../../../harness/n8n';
import { sandboxCredential } from '../../../harness/sandboxCredential';
import { untilIdle } from '../../../harness/untilIdle';
import { startSandbox } from '../../../sandbox';
import { until } from '../../support/until';
import { pollingWorkflow } from '../listening';
import { startSink } from '../sink';
import { statuses } from './place';

/** Jobs that finish between two polls: every fifth has failed. */
const EACH = 10;

/** What polls: a whole n8n, or the main process of several. */
export interface Polling {
	client: N8nClient;
	kill(): Promise<void>;
	/** Starts it again, ending it first if it runs. */
	restart(): Promise<void>;
	untilIdle(workflowId: string): Promise<void>;
	statuses(workflowId: string): Promise<Record<string, number>>;
}

export const pollingN8n = (n8n: N8n): Polling => ({
	...n8n,
	untilIdle: async (workflowId) => await untilIdle(n8n.client, workflowId),
	statuses: async (workflowId) => await statuses(n8n, workflowId),
});

interface Rounds {
	rounds: number;
	/** Those before which n8n is restarted, and killed. */
	restarted?: number[];
	killed?: number[];
}

/**
 * Has jobs finish between the polls of an active workflow, on an account with 1,000 that had finished before, while n8n is
 * restarted and killed. n8n polls whenever it activates a workflow, so that nobody has to wait for Poll Times.
 */
export const polls = async (n8n: Polling, { rounds, restarted = [10], killed = [20] }: Rounds) => {
	const [sandbox, sink] = await Promise.all([startSandbox({ plan: 'pro' }), startSink()]);
	try {
		for (let index = 0; index < 1_000; index++) sandbox.addSyntheticJob({ id: `old_${index}` });
		const credential = await sandboxCredential(n8n.client, sandbox);
		const { workflowId } = await pollingWorkflow(n8n, credential, sink);
		const poll = async () => {
			await n8n.client.deactivate(workflowId);
			await n8n.client.activate(workflowId);
		};
		await n8n.client.activate(workflowId);
		sandbox.clearRequests();
		await poll();
		const callsWhereNothingIsNew = sandbox.requests().length;
		for (let round = 0; round < rounds; round++) {
			if (killed.includes(round)) await n8n.kill();
			for (let index = 0; index < EACH; index++) {
				const status = index % 5 === 4 ? 'failed' : 'completed';
				sandbox.addSyntheticJob({ id: `new_${round}_${index}`, status });
			}
			if ([...restarted, ...killed].includes(round)) await n8n.restart();
			await poll();
		}
		const isAll = () => new Set(sink.received).size >= rounds * EACH;
		await until(isAll, { every: 200 });
		await n8n.untilIdle(workflowId);
		return {
			callsWhereNothingIsNew,
			finished: rounds * EACH,
			emitted: new Set(sink.received.filter((id) => id.startsWith('new'))).size,
			repeated: sink.received.length - new Set(sink.received).size,
			fromBefore: sink.received.filter((id) => id.startsWith('old')).length,
			executions: await n8n.statuses(workflowId),
		};
	} finally {
		await Promise.all([sandbox.close(), sink.close()]);
	}
};
