import { setTimeout as sleep } from 'node:timers/promises';
import { createRandom } from '../../../bench/random';
import type { N8n } from '../../../harness/n8n';
import type { Delivery } from '../../../sandbox';
import { answersOf, makeEvents } from '../events';
import type { Breakage } from './breakDatabase';
import { breakDatabase } from './breakDatabase';
import { statuses } from './place';
import { deliverToAll, emittedInEach, startWays, untilLookedThrough } from './ways';

/** Milliseconds after the first delivery in which a breakage begins; less than none: before it. */
const [EARLIEST, LATEST] = [-1_000, 2_000];

/** Milliseconds that a breakage lasts: a record is given up after some ten seconds. */
const [SHORTEST, LONGEST] = [1_000, 14_000];

/** Events of each breakage that the service gives up after one attempt. With a third it would disable the webhook. */
const GIVEN_UP = 2;

interface Breakages extends Record<'events' | 'breakages' | 'seed', number> {
	node: string;
	how: Breakage;
}

/**
 * The database breaks at random moments while events arrive, and is mended after some seconds. The service repeats most of what
 * was refused, and gives up the rest.
 *
 * @returns how to get the figures, once looks have found what is missing: other databases may break meanwhile
 */
export const playBreakages = async (
	n8n: N8n,
	{ node, how, events: size, breakages: times, seed }: Breakages,
) => {
	const ways = await startWays(n8n);
	const events = makeEvents(`broken_${how.replace(' ', '_')}_${size}`, size);
	const each = Math.ceil(size / times);
	const random = createRandom(seed);
	const between = (least: number, most: number) => least + random() * (most - least);
	const sending: Array<Promise<Delivery>> = [];
	const deliver = () => {
		const done = sending.length / ways.listeners.length;
		for (const [index, event] of events.slice(done, done + each).entries()) {
			ways.sandbox.addSyntheticJob({ id: event.jobId });
			sending.push(...deliverToAll(ways, event, index < GIVEN_UP ? 1 : undefined));
		}
	};
	for (let round = 0; round < times; round++) {
		const moment = between(EARLIEST, LATEST);
		if (moment >= 0) deliver();
		await sleep(Math.max(0, moment));
		const mend = await breakDatabase({ node, userFolder: n8n.userFolder }, how);
		if (moment < 0) {
			await sleep(-moment);
			deliver();
		}
		await sleep(between(SHORTEST, LONGEST)).finally(mend);
		// What was refused at first has come again.
		await sleep(5_000);
	}
	const deliveries = await Promise.all(sending);
	return async () => {
		await untilLookedThrough(ways, events);
		const { url, workflowId } = ways.looking;
		const given = deliveries.filter((delivery) => delivery.url === url);
		const figures = {
			events: size,
			breakages: times,
			givenUpByTheService: given.filter(({ state }) => state !== 'delivered').length,
			answers: answersOf(given),
			executions: await statuses(n8n, workflowId),
			emitted: emittedInEach(ways, events),
		};
		await ways.close(n8n.client);
		return figures;
	};
};
