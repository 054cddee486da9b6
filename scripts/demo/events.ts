import Table from 'cli-table3';
import type { N8nClient } from '../../harness/client';
import { itemsOf } from '../../harness/client';
import { TRIGGER_NODE } from './stage';

/** What the trigger emitted for one event. */
export interface TriggerEvent {
	execution: string;
	event: string;
	deliveryId: string;
	timestamp: string;
	jobId: string;
}

/** How n8n answered a delivery that was sent again. */
export interface Redelivery {
	status: number | null;
	answer: string;
	duplicate: boolean;
}

/** Everything that the trigger has emitted so far, of all executions of its workflow. */
export const emittedEvents = async (
	client: N8nClient,
	workflowId: string,
): Promise<TriggerEvent[]> => {
	const events: TriggerEvent[] = [];
	for (const { id } of await client.executions(workflowId)) {
		const execution = await client.execution(id);
		for (const { json } of itemsOf(execution, TRIGGER_NODE)) {
			events.push({
				execution: id,
				event: String(json.event),
				deliveryId: String(json.deliveryId ?? ''),
				timestamp: String(json.timestamp ?? ''),
				jobId: String(json.id),
			});
		}
	}
	return events;
};

export const eventTable = (events: TriggerEvent[]): string => {
	const table = new Table({
		head: ['Event', 'Delivery', 'Job', 'Sent at', 'Execution'],
		style: { head: [], border: [] },
	});
	for (const { event, deliveryId, jobId, timestamp, execution } of events) {
		table.push([event, deliveryId, jobId, timestamp, execution]);
	}
	return table.toString();
};
