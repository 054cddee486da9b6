import type { Delivery } from '../../../sandbox';
import { inParallel } from '../../support/inParallel';
import { until } from '../../support/until';
import type { SentEvent } from '../events';
import { sendAll } from '../events';
import type { Place } from './place';

/** Milliseconds after which a part of the events is given up: at full size there are hundreds of them. */
const LIMIT = 900_000;

/** Events on their way, the next as soon as one has ended. */
export interface Stream {
	/** Resolves when so large a part of the events was delivered. */
	until(share: number): Promise<void>;
	/** Resolves with all deliveries when none is left. */
	done: Promise<Delivery[]>;
}

/** Delivers the events so many at a time. Each ends when it was delivered, however many attempts that takes. */
export const stream = (
	{ sandbox }: Pick<Place, 'sandbox'>,
	url: string,
	events: SentEvent[],
	atOnce: number,
): Stream => {
	const ended: Delivery[] = [];
	const done = inParallel(events.length, atOnce, async (index) => {
		const event = events[index];
		if (event) ended.push(...(await sendAll(sandbox, url, [event])));
	}).then(() => ended);
	return {
		done,
		until: async (share) => {
			await until(() => ended.length >= share * events.length, { within: LIMIT });
		},
	};
};
