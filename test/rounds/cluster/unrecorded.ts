import { randomUUID } from 'node:crypto';
import { until } from '../../support/until';
import { pollingWorkflow } from '../listening';
import { startSink } from '../sink';
import { listCallsOf, untilIdle } from './executions';
import type { ClusterStage } from './rounds';

/** Milliseconds for an execution that tries the database for some ten seconds. */
const LIMIT = 120_000;

/** Of one poll: one for each event. */
const CALLS = 2;

/**
 * A polling trigger that continues on errors, while the table is away in which its events are recorded. Its execution ends well, in
 * another process than the polls, and puts out an error item for the job.
 *
 * @returns items that came out for the job: while the table was away, once it was back, and after one more poll
 */
export const unrecordedRound = async ({ cluster, sandbox, credential }: ClusterStage) => {
	const sink = await startSink();
	const settings = { onError: 'continueRegularOutput' } as const;
	const { workflowId } = await pollingWorkflow(cluster, credential, sink, settings);
	const id = `job_unrecorded_${randomUUID()}`;
	const items = () => sink.received.filter((jobId) => jobId === id).length;
	const poll = async () => {
		await cluster.client.deactivate(workflowId);
		sandbox.clearRequests();
		await cluster.client.activate(workflowId);
		await until(() => listCallsOf(sandbox).length >= CALLS, { within: LIMIT });
	};
	await poll();
	await cluster.run('alter table processed_data rename to processed_data_away');
	try {
		sandbox.addSyntheticJob({ id });
		await poll();
		await until(() => items() > 0, { within: LIMIT });
		await untilIdle(cluster, workflowId);
	} finally {
		await cluster.run('alter table processed_data_away rename to processed_data');
	}
	const itemsWhileAway = items();
	await poll();
	await until(() => items() > itemsWhileAway, { within: LIMIT }).catch(() => undefined);
	await untilIdle(cluster, workflowId);
	const itemsOnceBack = items() - itemsWhileAway;
	await poll();
	await untilIdle(cluster, workflowId);
	await cluster.client.deactivate(workflowId);
	await sink.close();
	return { itemsWhileAway, itemsOnceBack, itemsAfter: items() - itemsWhileAway - itemsOnceBack };
};
