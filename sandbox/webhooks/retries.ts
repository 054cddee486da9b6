import { pause } from '../world/pause';
import type { Slots } from '../world/slots';
import type { Delivery, DeliveryAttempt, DeliveryState } from '../world/types';
import type { World } from '../world/world';
import { bodyOf, type DeliveryRequest } from './delivery';
import type { Disabling } from './disabling';
import type { Poster } from './poster';

/** What all deliveries of a sandbox share. */
export interface PostOffice {
	world: World;
	/** Requests at once. */
	slots: Slots;
	poster: Poster;
	disabling: Disabling;
	/** Cancels what waits. */
	signal: AbortSignal;
}

/** Attempts a delivery on the retry schedule until it has arrived or is given up, and says how it ended. */
export async function deliverWithRetries(
	{ world, slots, poster, disabling, signal }: PostOffice,
	request: DeliveryRequest,
	delivery: Delivery,
): Promise<DeliveryState> {
	const { switches } = world;
	const scope = disabling.scopeOf(delivery.url);
	if (disabling.isDisabled(scope)) return 'dropped';
	delivery.body = bodyOf(request, switches);
	for (;;) {
		const attempt = await slots.run(async () => await poster.post(request, delivery));
		if (signal.aborted) return 'cancelled';
		delivery.attempts.push(attempt);
		if (isDelivered(attempt)) {
			disabling.countDelivered(scope);
			return 'delivered';
		}
		const waitMs = delayAfter(attempt, world, request.maxAttempts);
		if (waitMs === undefined) {
			disabling.countExhausted(scope);
			return 'exhausted';
		}
		delivery.nextRetryAt = Date.now() + waitMs;
		await pause(signal, waitMs);
		if (signal.aborted) return 'cancelled';
		if (disabling.isDisabled(scope)) return 'dropped';
		delivery.nextRetryAt = undefined;
		if (switches.bodyOnRetry === 'regenerated') delivery.body = bodyOf(request, switches);
	}
}

const isDelivered = ({ status }: DeliveryAttempt): boolean =>
	status !== null && status >= 200 && status < 300;

/** Milliseconds until the attempt after this one; undefined where it was the last. */
function delayAfter(
	{ number }: DeliveryAttempt,
	{ options }: World,
	maxAttempts = Number.POSITIVE_INFINITY,
): number | undefined {
	const delay = options.retryDelaysMs[number - 1];
	return delay === undefined || number >= maxAttempts ? undefined : delay / options.timeScale;
}
