import { createHash } from 'crypto';
import type { JobEvent } from '../../webhook/event';

const digest = (...parts: unknown[]): string =>
	createHash('sha256').update(JSON.stringify(parts)).digest('base64url');

/**
 * What makes two deliveries the same one: the delivery ID, and the event of the job (with its percentage, for progress).
 * Whether an attempt keeps the delivery ID of the one before is not documented, so neither alone will do.
 *
 * @param deliveryId value of `X-AudioSpliter-Delivery`
 */
export const dedupKeys = (
	{ event, jobId, data }: JobEvent,
	deliveryId: string | undefined,
): string[] => [
	`event:${digest(jobId, event, ...(event === 'job.progress' ? [data.progress] : []))}`,
	...(deliveryId === undefined ? [] : [`delivery:${digest(deliveryId)}`]),
];

/**
 * Stands in the record from when an event is recorded until its items have left the node, so that one which was lost in
 * between can be told from one that was emitted.
 *
 * @param keys what makes the event the same as another
 */
export const pendingKey = ([event]: string[]): string => `pending:${event}`;

/** Names the node in this process's memory. Its ID stays when it is renamed. */
export const scopeOf = (workflowId: string | undefined, nodeId: string): string =>
	JSON.stringify([workflowId, nodeId]);
