import { setMaxListeners } from 'node:events';
import { createSlots } from '../world/slots';
import type { Delivery } from '../world/types';
import type { World } from '../world/world';
import { newDelivery, type DeliveryRequest } from './delivery';
import { createDisabling } from './disabling';
import { createPoster } from './poster';
import { deliverWithRetries } from './retries';

/** Ended deliveries beyond this are forgotten, oldest first. */
const MOST_DELIVERIES = 50_000;

export interface PendingDelivery {
	delivery: Delivery;
	/** Resolves when the delivery has ended: delivered, exhausted, dropped or cancelled. */
	done: Promise<Delivery>;
}

export interface Webhooks {
	deliver(request: DeliveryRequest): PendingDelivery;
	list(): Delivery[];
	/** Resolves when no delivery is pending. */
	settle(): Promise<void>;
	/** URLs that were disabled (`*` for the account). */
	disabled(): string[];
	/** Disables a URL (or the account) as three exhausted events do. */
	disable(url: string): void;
	/** What the dashboard's button does. */
	enable(url: string): void;
	/** Cancels what is pending and closes the connections. */
	close(): Promise<void>;
}

/** Makes the engine that signs, posts and retries webhooks on the documented schedule. */
export function createWebhooks(world: World): Webhooks {
	const stop = new AbortController();
	// Every delivery that waits listens to it.
	setMaxListeners(0, stop.signal);
	const slots = createSlots(world.options.webhookConcurrency);
	const poster = createPoster(world, stop.signal);
	const disabling = createDisabling(world.switches);
	const office = { world, slots, poster, disabling, signal: stop.signal };
	// A set of records, not a map by delivery ID: a test may send one ID twice.
	const deliveries = new Set<Delivery>();
	const pending = new Set<Promise<Delivery>>();

	return {
		deliver(request) {
			const delivery = newDelivery(request);
			deliveries.add(delivery);
			if (deliveries.size > MOST_DELIVERIES) forgetOldest(deliveries);
			const done = deliverWithRetries(office, request, delivery).then((state) => {
				delivery.state = state;
				pending.delete(done);
				return delivery;
			});
			pending.add(done);
			return { delivery, done };
		},
		list: () => [...deliveries],
		async settle() {
			while (pending.size > 0) await Promise.all(pending);
		},
		disabled: disabling.list,
		...{ disable: disabling.disable, enable: disabling.enable },
		async close() {
			stop.abort();
			await Promise.all(pending);
			poster.close();
		},
	};
}

/** Removes the oldest delivery that has ended. */
function forgetOldest(deliveries: Set<Delivery>): void {
	for (const delivery of deliveries) {
		if (delivery.state === 'pending') continue;
		deliveries.delete(delivery);
		return;
	}
}
