import { randomUUID } from 'node:crypto';
import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import axios from 'axios';
import { messageOf } from '../world/errors';
import { signBody } from '../world/signature';
import type { Delivery, DeliveryAttempt } from '../world/types';
import type { World } from '../world/world';
import type { DeliveryRequest } from './delivery';

const USER_AGENT = 'AudioSpliter-Webhook/1.0';
const LOGGED_RESPONSE_BYTES = 1024;

/** Posts webhooks over connections that it keeps. */
export interface Poster {
	/** Makes the next attempt at a delivery. Every outcome is in the attempt; it does not reject. */
	post(request: DeliveryRequest, delivery: Delivery): Promise<DeliveryAttempt>;
	/** Closes the connections. */
	close(): void;
}

/** Makes a poster whose attempts end when `stop` is aborted. */
export function createPoster(world: World, stop: AbortSignal): Poster {
	const { options } = world;
	const sockets = { keepAlive: true, maxSockets: options.webhookConcurrency };
	const agents = { httpAgent: new HttpAgent(sockets), httpsAgent: new HttpsAgent(sockets) };

	return {
		async post(request, delivery) {
			const number = delivery.attempts.length + 1;
			const startedAt = Date.now();
			const made: DeliveryAttempt = {
				number,
				deliveryId: idOfAttempt(number, delivery, world),
				...{ startedAt, durationMs: 0, status: null, responseBody: '' },
			};
			const headers = headersOf(request, delivery, made.deliveryId, world);
			// Both are needed: axios' own time-out does not cover a connection that is never made.
			const timeout = AbortSignal.timeout(options.webhookTimeoutMs);
			try {
				const response = await axios.post<string>(delivery.url, Buffer.from(delivery.body), {
					...{ headers, ...agents, signal: AbortSignal.any([stop, timeout]) },
					...{ maxRedirects: 0, proxy: false, validateStatus: null },
					...{ responseType: 'text', transformResponse: (text: string) => text },
				});
				made.status = response.status;
				made.responseBody = String(response.data ?? '').slice(0, LOGGED_RESPONSE_BYTES);
			} catch (error) {
				made.error = timeout.aborted
					? `no response within ${options.webhookTimeoutMs} ms`
					: messageOf(error);
			}
			made.durationMs = Date.now() - startedAt;
			return made;
		},
		close() {
			agents.httpAgent.destroy();
			agents.httpsAgent.destroy();
		},
	};
}

const idOfAttempt = (number: number, { id }: Delivery, { switches }: World): string =>
	number > 1 && switches.deliveryIdPerAttempt ? randomUUID() : id;

function headersOf(
	request: DeliveryRequest,
	{ event, body }: Delivery,
	deliveryId: string,
	{ options }: World,
): Record<string, string> {
	const headers = {
		'Content-Type': 'application/json',
		'X-AudioSpliter-Signature': signBody(body, request.signingSecret ?? options.signingSecret),
		'X-AudioSpliter-Event': event,
		'X-AudioSpliter-Delivery': deliveryId,
		'User-Agent': USER_AGENT,
		...request.headers,
	};
	return Object.fromEntries(Object.entries(headers).filter(([, value]) => value !== ''));
}
