import type { IDataObject } from 'n8n-workflow';
import { randomUUID } from 'crypto';
import { asText, isRecord } from '../job/values';
import type { JobEvent } from '../webhook/event';

/**
 * Goes with a delivery from `webhook()` to `execute()`. Where both run in one process, no other process writes to the
 * store either: n8n hands executions to other processes in queue mode only, and then it hands over all of them.
 */
export const PROCESS_ID = randomUUID();

/** A verified delivery on its way from `webhook()` to `execute()`, as it lies in the stored execution. */
export interface Delivery extends JobEvent {
	/** Value of `X-AudioSpliter-Delivery`. */
	deliveryId?: string;
	/** `PROCESS_ID` of the process that took it in. */
	receivedBy: string;
	/** Set where no webhook brought it: a look at the service found it, and the job itself has to be asked for. */
	found?: {
		/** The trigger's own, to leave alone what is another one's. */
		webhookUrl?: string;
	};
}

export const toDeliveryItem = (delivery: Delivery) => ({ json: { ...delivery } as IDataObject });

/** What stands for a finished job that a look found, in the execution that emits it. */
export const toFoundItem = (
	{ event, jobId }: Pick<JobEvent, 'event' | 'jobId'>,
	webhookUrl: string | undefined,
) =>
	toDeliveryItem({
		...{ event, jobId, data: {}, receivedBy: PROCESS_ID },
		found: webhookUrl === undefined ? {} : { webhookUrl },
	});

/** Reads the delivery back; undefined for an item that `webhook()` did not make (test data, for example). */
export function readDelivery(json: unknown): Delivery | undefined {
	if (!isRecord(json)) return undefined;
	const { event, jobId, receivedBy, data } = json;
	const complete = [event, jobId, receivedBy].every((value) => asText(value) !== undefined);
	return complete && isRecord(data) ? (json as unknown as Delivery) : undefined;
}
