import { countEmitted, makeEvents } from '../events';
import { startSink } from '../sink';
import { listen } from '../listening';
import { statuses, untilStill } from './executions';
import type { ClusterStage } from './rounds';

const executionsOf = async ({ cluster }: ClusterStage, workflowId: string): Promise<number> =>
	Object.values(await statuses(cluster, workflowId)).reduce((sum, n) => sum + Number(n), 0);

/** Deliveries that AudioSpliter did not sign, four of each kind, so that each processor gets some. */
export const forgedRound = async (stage: ClusterStage) => {
	const { cluster, sandbox, credential } = stage;
	const sink = await startSink();
	const { workflowId, url } = await listen(cluster, credential, sink);
	const before = cluster.proxy.handedOver();
	try {
		const kinds = [
			{ signingSecret: 'whsec_of_somebody_else' },
			{ headers: { 'X-AudioSpliter-Signature': '' } },
			{ headers: { 'X-AudioSpliter-Signature': 'f'.repeat(64) } },
		];
		const sent = kinds.flatMap((kind) =>
			[1, 2, 3, 4].map(() => sandbox.send({ url, maxAttempts: 1, ...kind })),
		);
		const ended = await Promise.all(sent.map(async ({ done }) => await done));
		return {
			answers: ended.map(({ attempts }) => attempts[0]?.status),
			executions: await executionsOf(stage, workflowId),
			byProcessor: cluster.proxy.handedOver().map((n, index) => n - (before[index] ?? 0)),
		};
	} finally {
		await cluster.client.deactivate(workflowId);
		await sink.close();
	}
};

/**
 * Kills a webhook processor with -9 in the instant in which its first 200 leaves it, before the sender has it: whatever
 * n8n would do after the answer is not done any more. Nothing is delivered twice.
 */
export const acknowledgedRound = async (stage: ClusterStage, size: number) => {
	const { cluster, sandbox, credential } = stage;
	const sink = await startSink();
	const { workflowId, url } = await listen(cluster, credential, sink);
	const events = makeEvents(`acknowledged${size}n`, size);
	let victim: number | undefined;
	cluster.proxy.watchAnswers((status, processor) => {
		if (status !== 200 || victim !== undefined) return;
		victim = processor;
		void cluster.processors[processor]?.kill();
	});
	try {
		const sent = events.map((event) => sandbox.send({ url, maxAttempts: 1, ...event }));
		const ended = await Promise.all(sent.map(async ({ done }) => await done));
		const stored = await executionsOf(stage, workflowId);
		const acknowledged = events.filter((_event, index) => ended[index]?.state === 'delivered');
		// A row that was written just before the kill and did not reach the queue stays: it was not acknowledged.
		const stranded = (await untilStill(cluster, workflowId)).length;
		const { lost, repeated } = countEmitted(sink.received, acknowledged);
		return {
			sent: size,
			acknowledged: acknowledged.length,
			stored,
			stranded,
			lost,
			repeated,
			victim,
			/** When the victim is back. */
			restarted: victim === undefined ? undefined : cluster.processors[victim]?.start(),
		};
	} finally {
		cluster.proxy.watchAnswers(() => undefined);
		await cluster.client.deactivate(workflowId);
		await sink.close();
	}
};
