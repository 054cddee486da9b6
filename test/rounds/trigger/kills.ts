import { setTimeout as sleep } from 'node:timers/promises';
import { createRandom } from '../../../bench/random';
import type { N8n } from '../../../harness/n8n';
import { strandedByKill, untilIdle } from '../../../harness/untilIdle';
import type { Delivery } from '../../../sandbox';
import { until } from '../../support/until';
import type { SentEvent } from '../events';
import { answersOf, countEmitted, makeEvents } from '../events';
import type { Place } from './place';
import { statuses, untilRegistered } from './place';
import type { Way } from './ways';
import { isOfStartingN8n, startListener } from './ways';

/** Milliseconds after an answer in which a kill falls: about as long as an execution takes. */
const SPREAD_MS = 400;

/** Milliseconds after which a round's events are given up: the fifth attempt alone comes after 78 s. */
const ANSWERED_LIMIT = 400_000;

interface StoredExecution extends Record<string, string | number> {
	id: number;
	status: string;
	data: string;
}

/** The executions that hold each event, of those that nobody asked for by a retry. */
const storedBy = async ({ client }: Place, workflowId: string) => {
	const rows = await client.query<StoredExecution>(
		`select id, status, data from execution_entity join execution_data on id = executionId
		where workflowId = ? and mode <> 'retry'`,
		workflowId,
	);
	const byJob = new Map<string, StoredExecution[]>();
	for (const row of rows) {
		for (const jobId of new Set(row.data.match(/(?<=")job_killed_\d+_\d+(?=")/g) ?? [])) {
			byJob.set(jobId, [...(byJob.get(jobId) ?? []), row]);
		}
	}
	return byJob;
};

interface Kills extends Record<'events' | 'kills' | 'seed', number> {
	/** Where the trigger looks for missed events, nothing is retried by hand. */
	way?: Way;
}

/** Milliseconds in which looks find what was lost: each leaves a job alone for two minutes. */
const FOUND_LIMIT = 300_000;

/**
 * Kills n8n at random moments while events arrive, and starts it again. The sender repeats what was not acknowledged; what
 * n8n shows as crashed is retried in the end, as its user would, or found by the trigger's own looks.
 */
export const kills = async (
	n8n: N8n,
	place: Place,
	{ events: size, kills: times, seed, way = 'webhooks' }: Kills,
) => {
	const { workflowId, url, sink } = await startListener(place, place.sandbox, way);
	const events = makeEvents(`killed_${size}`, size);
	const each = Math.ceil(size / times);
	const random = createRandom(seed);
	const numbersBelow = (limit: number) =>
		Array.from({ length: times }, () => Math.floor(random() * limit));
	const [moments, delays] = [numbersBelow(each), numbersBelow(SPREAD_MS)];
	const sending: Array<Promise<Delivery>> = [];
	const log: Array<Record<string, number>> = [];
	const stranded: string[] = [];
	try {
		for (const [round, moment] of moments.entries()) {
			// In every second round a redelivery has another ID than the delivery before.
			place.sandbox.setSwitch('deliveryIdPerAttempt', round % 2 === 1);
			let answered = 0;
			for (const { jobId, deliveryId } of events.slice(round * each, (round + 1) * each)) {
				place.sandbox.addSyntheticJob({ id: jobId });
				const { done } = place.sandbox.send({ url, jobId, deliveryId });
				sending.push(
					done.then((delivery) => {
						answered += 1;
						return delivery;
					}),
				);
			}
			await until(() => answered >= moment, { within: ANSWERED_LIMIT, every: 5 });
			await sleep(delays[round] ?? 0);
			const answeredBefore = answered;
			await n8n.kill();
			const { new: waiting = 0, running = 0 } = await statuses(place, workflowId);
			stranded.push(...(await strandedByKill(place.client, workflowId, n8n.version)));
			const emitted = new Set(sink.received).size;
			log.push({ answeredBefore, of: each, queued: waiting, running, emitted });
			await n8n.restart();
		}
		await untilRegistered(place, url);
		const deliveries = await Promise.all(sending);
		await untilIdle(place.client, workflowId, stranded);
		console.log(`${times} kills:`);
		console.table(log);
		const received = sink.received;
		const retryByHand = async () =>
			await retryCutOff(place, workflowId, events, { received, stranded });
		const waitForLooks = async () => {
			const isAll = () => new Set(received).size >= size;
			await until(isAll, { within: FOUND_LIMIT, every: 500 }).catch(() => undefined);
			return 0;
		};
		const emittedByWebhooks = countEmitted(received, events).emitted;
		const retriedByHand = way === 'looks' ? await waitForLooks() : await retryByHand();
		await untilIdle(place.client, workflowId, stranded);
		return {
			emittedByWebhooks,
			retriedByHand,
			...(await account(place, workflowId, events, received)),
			events: size,
			kills: times,
			delivered: deliveries.filter(({ state }) => state === 'delivered').length,
			acknowledgedWhileStarting: deliveries.filter(isOfStartingN8n).length,
			redeliveries: deliveries.reduce((n, { attempts }) => n + attempts.length - 1, 0),
			answers: answersOf(deliveries),
			executions: await statuses(place, workflowId),
		};
	} finally {
		await sink.close();
	}
};

const isCutOff = ({ status }: StoredExecution): boolean => ['crashed', 'running'].includes(status);

/** Retries the executions that a kill cut off before they had emitted. @returns how many events that was needed for */
const retryCutOff = async (
	place: Place,
	workflowId: string,
	events: SentEvent[],
	{ received, stranded }: Record<'received' | 'stranded', string[]>,
): Promise<number> => {
	const stored = await storedBy(place, workflowId);
	const emitted = new Set(received);
	const cutOff = events.filter(({ jobId }) => !emitted.has(jobId));
	for (const { jobId } of cutOff) {
		const execution = stored.get(jobId)?.find(isCutOff);
		if (execution) await place.client.retryCutOff(String(execution.id));
	}
	await untilIdle(place.client, workflowId, stranded);
	return cutOff.length;
};

/** Where each event is in the end. */
const account = async (
	place: Place,
	workflowId: string,
	events: SentEvent[],
	received: string[],
) => {
	const stored = await storedBy(place, workflowId);
	const left = [...stored.values()].flat().filter(isCutOff);
	const repeated = events.filter(({ jobId }) => received.filter((id) => id === jobId).length > 1);
	return {
		stored: events.filter(({ jobId }) => stored.has(jobId)).length,
		crashedExecutions: left.filter(({ status }) => status === 'crashed').length,
		/** Shown as running for ever: to be stopped before a retry. */
		strandedExecutions: left.filter(({ status }) => status === 'running').length,
		...countEmitted(received, events),
		repeatedEvents: repeated.map(({ jobId }) => ({
			jobId,
			executions: stored.get(jobId)?.map(({ id, status }) => `${id} ${status}`),
		})),
	};
};
