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

/** Rounds before which n8n is restarted, and killed. */
const [RESTARTED, KILLED] = [10, 20];

/**
 * Has jobs finish between the polls of an active workflow, on an account with 1,000 that had finished before, while n8n is
 * restarted and killed. n8n polls whenever it activates a workflow, so that nobody has to wait for Poll Times.
 */
export const polls = async (n8n: N8n, rounds: number) => {
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
			if (round === KILLED) await n8n.kill();
			for (let index = 0; index < EACH; index++) {
				const status = index % 5 === 4 ? 'failed' : 'completed';
				sandbox.addSyntheticJob({ id: `new_${round}_${index}`, status });
			}
			if ([RESTARTED, KILLED].includes(round)) await n8n.restart();
			await poll();
		}
		const isAll = () => new Set(sink.received).size >= rounds * EACH;
		await until(isAll, { every: 200 });
		await untilIdle(n8n.client, workflowId);
		return {
			callsWhereNothingIsNew,
			finished: rounds * EACH,
			emitted: new Set(sink.received.filter((id) => id.startsWith('new'))).size,
			repeated: sink.received.length - new Set(sink.received).size,
			fromBefore: sink.received.filter((id) => id.startsWith('old')).length,
			executions: await statuses(n8n, workflowId),
		};
	} finally {
		await Promise.all([sandbox.close(), sink.close()]);
	}
};
