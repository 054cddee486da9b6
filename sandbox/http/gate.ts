import type { FastifyReply, FastifyRequest } from 'fastify';
import { ApiError, envelope } from '../world/errors';
import type { Fault } from '../world/faults';
import type { Switches } from '../world/switches';
import { limitsFor, type World } from '../world/world';
import type { RateLimiter, RateState } from './rateLimit';

const MINUTE_MS = 60_000;
const SLOW_MS = 3000;

/** The X-API-Key of a request. */
export function keyOf(request: FastifyRequest): string | undefined {
	const key = request.headers['x-api-key'];
	return typeof key === 'string' && key !== '' ? key : undefined;
}

/**
 * What every API request passes first: the log, the rate limit with its headers (on errors too), the
 * faults, and the key. Throws the `ApiError` to answer with; a request that a fault took is hijacked.
 */
export async function passGate(
	world: World,
	limiter: RateLimiter,
	request: FastifyRequest,
	reply: FastifyReply,
): Promise<void> {
	const entry = world.requests.add('api', request.raw, reply.raw);
	const key = keyOf(request);
	const { switches, options } = world;
	const windowMs = MINUTE_MS / (switches.scaleRateLimit ? options.timeScale : 1);
	const limit = limitsFor(world, key).requestsPerMinute;
	const state = limiter.count(key ?? '', limit, windowMs, Date.now());
	setRateHeaders(reply, state);

	const fault = world.faults.take('api', { method: request.method, path: request.url });
	if (fault !== undefined) {
		entry.fault = fault.name;
		await answerByFault(world, fault, request, reply);
		if (reply.sent) return;
	}
	world.keys.check(key, request.method === 'GET' ? 'splits:read' : 'splits:write');
	if (state.exceeded) {
		answerRateLimited(world, reply, Math.max(1, Math.ceil((state.resetAt - Date.now()) / 1000)));
	}
}

/** Answers 429 as documented, in the variant that the switches ask for. */
export function answerRateLimited(
	{ switches }: World,
	reply: FastifyReply,
	retryAfter: number,
	message = 'Too many requests',
): void {
	if (switches.rateLimit429 !== 'bodyOnly') {
		reply.header('Retry-After', retryAfterHeader(switches, retryAfter));
	}
	const inBody = switches.rateLimit429 === 'headerOnly' ? {} : { retryAfter };
	void reply.code(429).send(envelope(429, 'RATE_LIMITED', message, inBody));
}

/** Retry-After for so many seconds, written as a switch asks for. */
export function retryAfterHeader({ retryAfterFormat }: Switches, seconds: number): string {
	if (retryAfterFormat === 'seconds') return String(seconds);
	return new Date(Date.now() + seconds * 1000).toUTCString();
}

function setRateHeaders(reply: FastifyReply, { limit, remaining, resetAt }: RateState): void {
	void reply.headers({
		'X-RateLimit-Limit': String(limit),
		'X-RateLimit-Remaining': String(remaining),
		'X-RateLimit-Reset': String(Math.ceil(resetAt / 1000)),
	});
}

async function answerByFault(
	world: World,
	fault: Fault,
	request: FastifyRequest,
	reply: FastifyReply,
): Promise<void> {
	const { message } = fault;
	switch (fault.name) {
		case 'rate-limit': {
			const { retryAfterSeconds = 1 } = fault;
			reply.headers({
				'X-RateLimit-Remaining': '0',
				// A limit that lasted longer than the pause that it asks for would contradict itself.
				'X-RateLimit-Reset': String(Math.ceil(Date.now() / 1000 + retryAfterSeconds)),
			});
			answerRateLimited(world, reply, retryAfterSeconds, message);
			return;
		}
		case 'server-error':
			throw new ApiError(500, fault.code ?? 'INTERNAL_ERROR', message ?? 'Something went wrong');
		case 'unavailable':
			if (fault.retryAfterSeconds !== undefined) {
				reply.header('Retry-After', String(fault.retryAfterSeconds));
			}
			throw new ApiError(503, fault.code ?? 'SERVICE_UNAVAILABLE', message ?? 'Temporarily down');
		case 'html-error':
			await reply
				.code(fault.status ?? 502)
				.type('text/html')
				.send('<html><body><h1>502 Bad Gateway</h1></body></html>');
			return;
		case 'error':
			throw new ApiError(
				fault.status ?? 400,
				fault.code ?? 'INVALID_PARAMS',
				message ?? `The answer that was asked for: ${fault.code ?? 'INVALID_PARAMS'}`,
				fault.details,
			);
		case 'redirect':
			await reply.redirect(`${world.origins.foreign}${request.url}`, fault.status ?? 302);
			return;
		case 'connection-reset':
			dropConnection(reply);
			return;
		case 'time-out':
			reply.hijack();
			return;
		case 'slow-response':
			await new Promise((resolve) => setTimeout(resolve, fault.delayMs ?? SLOW_MS).unref());
			return;
		default:
	}
}

/** Ends the connection of a request with a RST and no answer. */
export function dropConnection(reply: FastifyReply): void {
	reply.hijack();
	reply.raw.socket?.resetAndDestroy();
}
