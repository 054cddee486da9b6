import type { N8nClient } from '../../harness/client';
import { itemsOf } from '../../harness/client';
import { tableOrList } from '../../harness/terminal';
import type { Sandbox } from '../../sandbox';
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

/**
 * Sends the first delivery to `url` again, byte by byte and with the same ID, as a sender does that has not
 * seen the answer to it.
 */
export const sendAgain = async (
	sandbox: Sandbox,
	url: string,
	times: number,
): Promise<Redelivery[]> => {
	const original = sandbox.deliveries().find((delivery) => delivery.url === url);
	if (!original) throw new Error(`The sandbox has sent nothing to ${url}.`);
	const { event, jobId, id: deliveryId, body: rawBody } = original;
	const redeliveries: Redelivery[] = [];
	for (let sent = 0; sent < times; sent++) {
		const { done } = sandbox.send({ url, event, jobId, deliveryId, rawBody, maxAttempts: 1 });
		const attempt = (await done).attempts.at(-1);
		const answer = attempt?.responseBody || attempt?.error || '';
		redeliveries.push({
			status: attempt?.status ?? null,
			answer,
			duplicate: attempt?.status === 200 && answer === '{"received":true,"duplicate":true}',
		});
	}
	return redeliveries;
};

/** Without the delivery's ID, which is longer than a narrow terminal: the redeliveries show that it counts. */
export const eventTable = (events: TriggerEvent[], width?: number): string =>
	tableOrList(
		{
			head: ['Event', 'Job', 'Sent at', 'Execution'],
			rows: events.map(({ event, jobId, timestamp, execution }) => [
				...[event, jobId, timestamp, execution],
			]),
		},
		width,
	);
