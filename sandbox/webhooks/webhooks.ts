import { randomUUID } from 'node:crypto';
import { setMaxListeners } from 'node:events';
import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import axios from 'axios';
import { messageOf } from '../world/errors';
import { pause } from '../world/pause';
import { serialize, signBody } from '../world/signature';
import { createSlots } from '../world/slots';
import type { Delivery, DeliveryAttempt, DeliveryState } from '../world/types';
import type { World } from '../world/world';

const USER_AGENT = 'AudioSpliter-Webhook/1.0';
const LOGGED_RESPONSE_BYTES = 1024;
/** Events in a row that must be exhausted before a webhook is disabled. */
const EXHAUSTED_TO_DISABLE = 3;
/** Stands for all URLs where a switch says that the whole account is disabled. */
const ACCOUNT = '*';
/** Ended deliveries beyond this are forgotten, oldest first. */
const MOST_DELIVERIES = 50_000;

/** A delivery to make. Everything but the first three can be left to the sandbox. */
export interface DeliveryRequest {
	url: string;
	event: string;
	jobId: string;
	/** Makes the body: a value to be serialized and signed. Called once, or per attempt where a switch says so. */
	payload: () => unknown;
	/** Sent as it is instead of `payload`, e.g. text that is no JSON. */
	rawBody?: string;
	deliveryId?: string;
	/** Added to or put over the documented headers; an empty text leaves a header out. */
	headers?: Record<string, string>;
	/** Signs instead of the sandbox's secret. */
	signingSecret?: string;
	/** Attempts at most; the retry schedule's when left out. */
	maxAttempts?: number;
}

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
	const sockets = { keepAlive: true, maxSockets: options.webhookConcurrency };
	const agents = { httpAgent: new HttpAgent(sockets), httpsAgent: new HttpsAgent(sockets) };
	const deliveries = new Map<string, Delivery>();
	const pending = new Set<Promise<Delivery>>();
	const exhausted = new Map<string, number>();
	const disabled = new Set<string>();
	let sequence = 0;

	const scopeOf = (url: string): string => (switches.disableScope === 'account' ? ACCOUNT : url);

	async function attempt(
		request: DeliveryRequest,
		delivery: Delivery,
		body: string,
	): Promise<DeliveryAttempt> {
		const number = delivery.attempts.length + 1;
		const fresh = number > 1 && switches.deliveryIdPerAttempt;
		const startedAt = Date.now();
		const made: DeliveryAttempt = {
			number,
			deliveryId: fresh ? randomUUID() : delivery.id,
			...{ startedAt, durationMs: 0, status: null, responseBody: '' },
		};
		const headers = {
			'Content-Type': 'application/json',
			'X-AudioSpliter-Signature': signBody(body, request.signingSecret ?? options.signingSecret),
			'X-AudioSpliter-Event': delivery.event,
			'X-AudioSpliter-Delivery': made.deliveryId,
			'User-Agent': USER_AGENT,
			...request.headers,
		};
		// Both are needed: axios' own time-out does not cover a connection that is never made.
		const timeout = AbortSignal.timeout(options.webhookTimeoutMs);
		try {
			const response = await axios.post<string>(delivery.url, Buffer.from(body), {
				headers: Object.fromEntries(Object.entries(headers).filter(([, value]) => value !== '')),
				...{ ...agents, signal: AbortSignal.any([stop.signal, timeout]) },
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
	}

	async function run(request: DeliveryRequest, delivery: Delivery): Promise<DeliveryState> {
		const scope = scopeOf(delivery.url);
		if (disabled.has(scope)) return 'dropped';
		const most = request.maxAttempts ?? options.retryDelaysMs.length + 1;
		const bodyNow = (): string =>
			request.rawBody ?? serialize(request.payload(), switches.signBody);
		delivery.body = bodyNow();
		for (;;) {
			if (delivery.attempts.length > 0 && switches.bodyOnRetry === 'regenerated') {
				delivery.body = bodyNow();
			}
			delivery.nextRetryAt = undefined;
			const made = await slots.run(async () => await attempt(request, delivery, delivery.body));
			if (stop.signal.aborted) return 'cancelled';
			delivery.attempts.push(made);
			if (made.status !== null && made.status >= 200 && made.status < 300) {
				exhausted.delete(scope);
				return 'delivered';
			}
			const delay = options.retryDelaysMs[made.number - 1];
			if (delay === undefined || made.number >= most) break;
			const waitMs = delay / options.timeScale;
			delivery.nextRetryAt = Date.now() + waitMs;
			await pause(stop.signal, waitMs);
			if (stop.signal.aborted) return 'cancelled';
			if (disabled.has(scope)) return 'dropped';
		}
		const inARow = (exhausted.get(scope) ?? 0) + 1;
		exhausted.set(scope, inARow);
		if (inARow >= EXHAUSTED_TO_DISABLE) disabled.add(scope);
		return 'exhausted';
	}

	function forgetOldest(): void {
		if (deliveries.size <= MOST_DELIVERIES) return;
		for (const [key, { state }] of deliveries) {
			if (state !== 'pending') {
				deliveries.delete(key);
				return;
			}
		}
	}

	return {
		deliver(request) {
			const { url, event, jobId, deliveryId = randomUUID() } = request;
			const delivery: Delivery = {
				...{ id: deliveryId, url, event, jobId },
				...{ state: 'pending', attempts: [], body: '' },
			};
			sequence += 1;
			// Not by delivery ID: a test may send one ID twice.
			deliveries.set(String(sequence), delivery);
			forgetOldest();
			const done = run(request, delivery).then((state) => {
				delivery.state = state;
				pending.delete(done);
				return delivery;
			});
			pending.add(done);
			return { delivery, done };
		},
		list: () => [...deliveries.values()],
		async settle() {
			while (pending.size > 0) await Promise.all(pending);
		},
		disabled: () => [...disabled],
		enable(url) {
			disabled.delete(url);
			exhausted.delete(url);
		},
		async close() {
			stop.abort();
			await Promise.all(pending);
			agents.httpAgent.destroy();
			agents.httpsAgent.destroy();
		},
	};
}
