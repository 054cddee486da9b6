import { until } from '../../support/until';
import { countEmitted, makeEvents } from '../events';
import { pollingWorkflow } from '../listening';
import { startSink } from '../sink';
import { listCallsOf, untilIdle } from './executions';
import type { ClusterStage } from './rounds';

/** Milliseconds for a poll: n8n polls when it activates a workflow, and every minute. */
const LIMIT = 120_000;

/** A polling trigger over a restart of the cluster: jobs finish before it, since the last poll, and while the cluster is away. */
export const pollAcross = async ({ cluster, sandbox, credential }: ClusterStage, size: number) => {
	const sink = await startSink();
	const { workflowId } = await pollingWorkflow(cluster, credential, sink);
	const events = makeEvents(`polled${size}n`, 2 * size);
	const finish = (some: typeof events) => {
		for (const { jobId } of some) sandbox.addSyntheticJob({ id: jobId });
	};
	const countNow = () => countEmitted(sink.received, events);
	sandbox.clearRequests();
	await cluster.client.activate(workflowId);
	await until(() => listCallsOf(sandbox).length >= 2, { within: LIMIT });
	finish(events.slice(0, size));
	return {
		/** To be called while the main process is away. */
		finishJobs: () => finish(events.slice(size)),
		/** Waits for all of them, and says how often each was emitted. */
		end: async () => {
			await until(() => countNow().lost === 0, { within: LIMIT, every: 200 });
			await untilIdle(cluster, workflowId);
			await cluster.client.deactivate(workflowId);
			await sink.close();
			return countNow();
		},
	};
};
