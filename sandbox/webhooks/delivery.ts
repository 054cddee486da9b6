import { randomUUID } from 'node:crypto';
import { serialize } from '../world/signature';
import type { Switches } from '../world/switches';
import type { Delivery } from '../world/types';

/** A delivery to make. Everything but the first three can be left to the sandbox. */
export interface DeliveryRequest {
	url: string;
	event: string;
	jobId: string;
	/** Makes the body: a value to be serialized and signed. Called once, or per attempt where a switch says so. */
	payload: () => unknown;
	/** Sent as it is instead of `payload`, e.g. text that is no JSON. */
	rawBody?: string;
	deliveryId?: string;
	/** Added to or put over the documented headers; an empty text leaves a header out. */
	headers?: Record<string, string>;
	/** Signs instead of the sandbox's secret. */
	signingSecret?: string;
	/** Attempts at most; the retry schedule's when left out. */
	maxAttempts?: number;
}

/** The record of a delivery that has not been attempted yet. */
export function newDelivery(request: DeliveryRequest): Delivery {
	const { url, event, jobId, deliveryId = randomUUID() } = request;
	return {
		...{ id: deliveryId, url, event, jobId },
		...{ state: 'pending', attempts: [], body: '' },
	};
}

/** A delivery's body, made now. */
export function bodyOf({ rawBody, payload }: DeliveryRequest, { signBody }: Switches): string {
	return rawBody ?? serialize(payload(), signBody);
}
