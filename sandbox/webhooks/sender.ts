import { isoSeconds } from '../jobs/view';
import type { PendingDelivery, Webhooks } from './webhooks';

/** A webhook to send without a job. */
export interface SendOptions {
	url: string;
	/** `job.completed` when left out; any text is sent. */
	event?: string;
	/** Numbered when left out. */
	jobId?: string;
	/** The envelope's `data`; a plain one for the event when left out. */
	data?: Record<string, unknown>;
	/** The whole body instead of the documented envelope. */
	payload?: unknown;
	/** The body's text as it is, e.g. no JSON. */
	rawBody?: string;
	/** Random when left out. */
	deliveryId?: string;
	/** Over the documented headers; an empty text leaves one out. */
	headers?: Record<string, string>;
	/** Signs instead of the sandbox's secret. */
	signingSecret?: string;
	/** Attempts at most; the retry schedule's when left out. */
	maxAttempts?: number;
}

const DEFAULT_DATA: Record<string, Record<string, unknown>> = {
	'job.completed': {
		...{ status: 'completed', splitMode: 'duration', segmentCount: 0, totalDuration: 0 },
		...{ segments: [], metadata: {} },
	},
	'job.failed': {
		status: 'failed',
		error: { code: 'CORRUPT_FILE', message: 'The source could not be decoded' },
	},
	'job.progress': { status: 'processing', progress: 50 },
};

export type Send = (options: SendOptions) => PendingDelivery;

/** Makes the sender of webhooks that no job stands behind: same signature, headers and retries. */
export function createSender(webhooks: Webhooks): Send {
	let sent = 0;
	return ({ event = 'job.completed', jobId, data, payload, ...rest }) => {
		sent += 1;
		const id = jobId ?? `job_sent${sent}`;
		return webhooks.deliver({
			...{ ...rest, event, jobId: id },
			payload: () =>
				payload ?? {
					...{ event, jobId: id, timestamp: isoSeconds(Date.now()) },
					data: data ?? DEFAULT_DATA[event] ?? {},
				},
		});
	};
}
