import type { N8n } from '../../harness/n8n';
import { storedOutputs } from '../../harness/storedOutputs';
import { untilIdle } from '../../harness/untilIdle';
import { createRandom, shuffled } from '../random';
import type { ActiveContender } from './contenders';
import type { Delivery, Stage } from './load';
import { load } from './load';
import type { Plan } from './measure';

const AT_ONCE = 16;

export interface Duplicates {
	contender: ActiveContender;
	/** Events that came through more than once, counted per time too many among overlapping deliveries. */
	overlapping: number;
	/** Events that came through again when each was delivered once more after a restart of n8n. */
	afterRestart: number;
	/** Events that never came through. */
	lost: number;
}

/** The job IDs that came out of a workflow's last node, each as often as it did. */
export async function emitted({ client }: N8n, workflowId: string): Promise<string[]> {
	const outputs = await storedOutputs(client, workflowId, 'Emitted');
	return outputs.flat().map(({ json }) => {
		const body = (json.body ?? json) as { jobId?: string; id?: string };
		return String(body.jobId ?? body.id);
	});
}

/** The same deliveries to each contender, again and again at once; then, after a restart of n8n, each once more. */
export async function countDuplicates(
	stage: Stage,
	contenders: readonly ActiveContender[],
	{ deliveries: count, events: ids }: Plan['repeated'],
	tell: (message: string) => void,
): Promise<Duplicates[]> {
	const { n8n } = stage;
	const events: Delivery[] = Array.from({ length: ids }, (_unused, index) => ({
		jobId: `job_again_${index}`,
		deliveryId: `again-${index}`,
	}));
	const deliveries = shuffled(
		Array.from({ length: count }, (_unused, index) => events[index % ids] as Delivery),
		createRandom(1),
	);
	const counted = new Map<ActiveContender, { before: string[]; distinct: number }>();
	for (const contender of contenders) {
		tell(`${contender.label}: ${count} deliveries of ${ids} events`);
		await load(stage, contender, deliveries, AT_ONCE);
		const before = await emitted(n8n, contender.workflowId);
		counted.set(contender, { before, distinct: new Set(before).size });
	}

	tell('restarting n8n');
	await n8n.restart();
	for (const { workflowId } of contenders) await n8n.client.activate(workflowId);

	const results: Duplicates[] = [];
	for (const contender of contenders) {
		tell(`${contender.label}: ${ids} redeliveries after the restart`);
		await load(stage, contender, events, 1);
		await untilIdle(n8n.client, contender.workflowId);
		const { before, distinct } = counted.get(contender) ?? { before: [], distinct: 0 };
		const after = await emitted(n8n, contender.workflowId);
		results.push({
			contender,
			overlapping: before.length - distinct,
			afterRestart: after.length - before.length - (new Set(after).size - distinct),
			lost: ids - new Set(after).size,
		});
	}
	return results;
}
