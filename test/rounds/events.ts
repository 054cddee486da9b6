import { createHash } from 'node:crypto';
import { dedupKeys } from '../../nodes/AudioSpliter/trigger/dedup/keys';
import type { Delivery, Sandbox } from '../../sandbox';

/** An event that a round delivers. */
export interface SentEvent {
	jobId: string;
	deliveryId: string;
}

/** Events of jobs that no other round uses. */
export const makeEvents = (purpose: string, size: number): SentEvent[] =>
	Array.from({ length: size }, (_unused, index) => ({
		jobId: `job_${purpose}_${index}`,
		deliveryId: `${purpose} ${index}`,
	}));

/** Sends all events, as many at a time as the sandbox is set to, and waits until none is on its way. */
export const sendAll = async (sandbox: Sandbox, url: string, events: SentEvent[]) => {
	const sent = events.map(({ jobId, deliveryId }) => sandbox.send({ url, jobId, deliveryId }));
	return await Promise.all(sent.map(async ({ done }) => await done));
};

/** n8n's own words, before it looks for a webhook: a busy machine may keep it from its database for a while. */
export const DATABASE_PAUSE = 'Database is not ready!';

/** What the trigger answered the deliveries: without n8n's own words, after which the sender comes again. */
export const answersOfTrigger = (deliveries: Delivery[]): Record<string, number> =>
	answersOf(
		deliveries.map((delivery) => ({
			...delivery,
			attempts: delivery.attempts.filter(
				({ status, responseBody }) => status !== 503 || !responseBody.includes(DATABASE_PAUSE),
			),
		})),
	);

/** What the deliveries were answered, over all attempts: how often each. */
export const answersOf = (deliveries: Delivery[]): Record<string, number> => {
	const answers: Record<string, number> = {};
	for (const { status, responseBody } of deliveries.flatMap(({ attempts }) => attempts)) {
		const what = status === 200 ? `200 ${responseBody}` : String(status ?? 'no answer');
		answers[what] = (answers[what] ?? 0) + 1;
	}
	return answers;
};

/** What of the events was emitted, and how often. */
export const countEmitted = (emitted: string[], events: SentEvent[]) => {
	const times = new Map<string, number>();
	for (const jobId of emitted) times.set(jobId, (times.get(jobId) ?? 0) + 1);
	const each = events.map(({ jobId }) => times.get(jobId) ?? 0);
	return {
		emitted: each.filter((n) => n > 0).length,
		lost: each.filter((n) => n === 0).length,
		/** Emissions beyond the first of each event. */
		repeated: each.reduce((sum, n) => sum + Math.max(0, n - 1), 0),
	};
};

/** How many of the events are in a value of `processed_data`, with all of their keys. */
export const countInRow = (
	value: string | { data: string[] } | undefined,
	events: SentEvent[],
): number => {
	if (value === undefined) return 0;
	const { data } = typeof value === 'string' ? (JSON.parse(value) as { data: string[] }) : value;
	const stored = new Set(data);
	const hashOf = (key: string) => createHash('md5').update(key).digest('base64');
	return events.filter(({ jobId, deliveryId }) =>
		dedupKeys({ event: 'job.completed', jobId, data: {} }, deliveryId).every((key) =>
			stored.has(hashOf(key)),
		),
	).length;
};
