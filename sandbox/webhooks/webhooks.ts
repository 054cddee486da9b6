import { setMaxListeners } from 'node:events';
import { pause } from '../world/pause';
import { createSlots } from '../world/slots';
import type { Delivery, DeliveryAttempt, DeliveryState } from '../world/types';
import type { World } from '../world/world';
import { bodyOf, newDelivery, type DeliveryRequest } from './delivery';
import { createDisabling } from './disabling';
import { createPoster } from './poster';

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
	/** What the dashboard's button does. */
	enable(url: string): void;
	/** Cancels what is pending and closes the connections. */
	close(): Promise<void>;
}

/** Makes the engine that signs, posts and retries webhooks on the documented schedule. */
export function createWebhooks(world: World): Webhooks {
	const { options, switches } = world;
	const stop = new AbortController();
	// Every delivery that waits listens to it.
	setMaxListeners(0, stop.signal);
	const slots = createSlots(options.webhookConcurrency);
	const poster = createPoster(world, stop.signal);
	const disabling = createDisabling(switches);
	// A set of records, not a map by delivery ID: a test may send one ID twice.
	const deliveries = new Set<Delivery>();
	const pending = new Set<Promise<Delivery>>();

	/** Milliseconds until the attempt after this one; undefined where it was the last. */
	const delayAfter = ({ number }: DeliveryAttempt, maxAttempts = Infinity): number | undefined => {
		const delay = options.retryDelaysMs[number - 1];
		return delay === undefined || number >= maxAttempts ? undefined : delay / options.timeScale;
	};

	async function run(request: DeliveryRequest, delivery: Delivery): Promise<DeliveryState> {
		const scope = disabling.scopeOf(delivery.url);
		if (disabling.isDisabled(scope)) return 'dropped';
		delivery.body = bodyOf(request, switches);
		for (;;) {
			const attempt = await slots.run(async () => await poster.post(request, delivery));
			if (stop.signal.aborted) return 'cancelled';
			delivery.attempts.push(attempt);
			if (isDelivered(attempt)) {
				disabling.countDelivered(scope);
				return 'delivered';
			}
			const waitMs = delayAfter(attempt, request.maxAttempts);
			if (waitMs === undefined) {
				disabling.countExhausted(scope);
				return 'exhausted';
			}
			delivery.nextRetryAt = Date.now() + waitMs;
			await pause(stop.signal, waitMs);
			if (stop.signal.aborted) return 'cancelled';
			if (disabling.isDisabled(scope)) return 'dropped';
			delivery.nextRetryAt = undefined;
			if (switches.bodyOnRetry === 'regenerated') delivery.body = bodyOf(request, switches);
		}
	}

	return {
		deliver(request) {
			const delivery = newDelivery(request);
			deliveries.add(delivery);
			if (deliveries.size > MOST_DELIVERIES) forgetOldest(deliveries);
			const done = run(request, delivery).then((state) => {
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
		enable: disabling.enable,
		async close() {
			stop.abort();
			await Promise.all(pending);
			poster.close();
		},
	};
}

const isDelivered = ({ status }: DeliveryAttempt): boolean =>
	status !== null && status >= 200 && status < 300;

/** Removes the oldest delivery that has ended. */
function forgetOldest(deliveries: Set<Delivery>): void {
	for (const delivery of deliveries) {
		if (delivery.state === 'pending') continue;
		deliveries.delete(delivery);
		return;
	}
}
