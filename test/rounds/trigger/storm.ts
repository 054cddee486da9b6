import { createRandom, shuffled } from '../../../bench/random';
import { inParallel } from '../../support/inParallel';
import { activeTrigger } from '../../support/triggered';
import type { SentEvent } from '../events';
import { answersOf, countEmitted, makeEvents, sendAll } from '../events';
import type { Place } from './place';
import { countRemembered, emittedBy, statuses } from './place';

/** Whether a redelivery has the delivery ID of the one before: the service's documentation does not say. */
export type Ids = 'kept' | 'new';

/** What a storm was played on, for what comes after it. */
export interface Played {
	workflowId: string;
	url: string;
	events: SentEvent[];
}

const withIds = (events: SentEvent[], ids: Ids, round: number): SentEvent[] =>
	ids === 'kept'
		? events
		: events.map(({ jobId, deliveryId }) => ({ jobId, deliveryId: `${deliveryId} (${round})` }));

/** Each event is delivered many times, in any order, before the first of its deliveries is dealt with. */
export const overlapping = async (
	place: Place,
	{
		events: size,
		deliveries,
		ids,
		seed,
	}: Record<'events' | 'deliveries' | 'seed', number> & {
		ids: Ids;
	},
) => {
	const { workflowId, url, trigger } = await activeTrigger(place, place.credential);
	const events = makeEvents(`overlapping_${ids}_${size}`, size);
	place.sandbox.setSwitch('deliveryIdPerAttempt', ids === 'new');
	const all = Array.from({ length: deliveries / size }, (_unused, round) =>
		withIds(events, ids, round),
	).flat();
	const started = Date.now();
	const sent = await sendAll(place.sandbox, url, shuffled(all, createRandom(seed)));
	const seconds = (Date.now() - started) / 1000;
	const emitted = countEmitted(await emittedBy(place, workflowId), events);
	const figures = {
		deliveries: sent.length,
		events: size,
		...emitted,
		remembered:
			ids === 'kept' ? await countRemembered(place, { workflowId, trigger }, events) : '-',
		delivered: sent.filter(({ state }) => state === 'delivered').length,
		executions: await statuses(place, workflowId),
		answers: answersOf(sent),
		deliveriesPerSecond: Math.round((sent.length / seconds) * 10) / 10,
	};
	return { figures, played: { workflowId, url, events } satisfies Played };
};

/** Distinct events, each delivered again as soon as it was answered. */
export const redelivered = async (
	place: Place,
	{ events: size, atOnce, ids }: { events: number; atOnce: number; ids: Ids },
) => {
	const { workflowId, url, trigger } = await activeTrigger(place, place.credential);
	const events = makeEvents(`redelivered_${ids}_${size}`, size);
	const again = withIds(events, ids, 1);
	place.sandbox.setSwitch('deliveryIdPerAttempt', ids === 'new');
	const started = Date.now();
	const sent: Awaited<ReturnType<typeof sendAll>> = [];
	await inParallel(size, atOnce, async (index) => {
		for (const list of [events, again]) {
			const event = list[index];
			if (event) sent.push(...(await sendAll(place.sandbox, url, [event])));
		}
	});
	const seconds = (Date.now() - started) / 1000;
	const emitted = countEmitted(await emittedBy(place, workflowId), events);
	const figures = {
		events: size,
		deliveries: sent.length,
		...emitted,
		remembered: await countRemembered(place, { workflowId, trigger }, events),
		delivered: sent.filter(({ state }) => state === 'delivered').length,
		executions: await statuses(place, workflowId),
		answers: answersOf(sent),
		deliveriesPerSecond: Math.round((sent.length / seconds) * 10) / 10,
	};
	return { figures, played: { workflowId, url, events } satisfies Played };
};

/** Delivers everything once more, as after a restart. @returns how many of the events came out again */
export const redeliverAll = async (place: Place, played: Played[], ids: Ids) => {
	const figures = { delivered: 0, emitted: 0 };
	for (const { workflowId, url, events } of played) {
		const before = (await emittedBy(place, workflowId)).length;
		const sent = await sendAll(place.sandbox, url, withIds(events, ids, 2));
		figures.delivered += sent.filter(({ state }) => state === 'delivered').length;
		figures.emitted += (await emittedBy(place, workflowId)).length - before;
	}
	return figures;
};
