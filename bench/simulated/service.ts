import { readRateLimit, rateLimitedUntil } from '../../nodes/AudioSpliter/api/rateLimit';
import {
	waitForSlot,
	type CallKind,
	type RequestBudget,
} from '../../nodes/AudioSpliter/api/budget';
import type { ErrorMeaning } from '../../nodes/AudioSpliter/waiting/polling/pollJobs';
import type { Clock } from '../../nodes/AudioSpliter/n8n/clock';

/** How the simulated service counts requests. */
export type WindowKind = 'whole minutes' | 'from first request' | 'sliding';

export class SimulatedHttpError extends Error {
	constructor(
		readonly status: number,
		readonly retryAt?: number,
	) {
		super(`HTTP ${status}`);
	}
}

/** What an error of the simulated service means, as the node's own classifier would say. */
export function meaningOf(error: unknown): ErrorMeaning {
	if (!(error instanceof SimulatedHttpError)) return { kind: 'job' };
	if (error.status === 429 || error.status >= 500) {
		return { kind: 'transient', ...(error.retryAt !== undefined && { retryAt: error.retryAt }) };
	}
	return { kind: error.status === 401 ? 'all' : 'job' };
}

/** Whether a request is let through, and the headers of its answer. */
type Count = () => { isAllowed: boolean; headers: Record<string, string> };

const MINUTE = 60_000;

export interface CountOptions {
	/** Requests a minute; left out: no limit and no headers. */
	limit?: number;
	windowKind?: WindowKind;
}

/** Counts the requests of everybody who uses one API key. */
export function createCount(clock: Clock, { limit, windowKind }: CountOptions): Count {
	if (limit === undefined) return () => ({ isAllowed: true, headers: {} });
	let taken: number[] = [];
	let windowEndsAt = 0;

	const beginWindow = (now: number): void => {
		if (windowKind === 'sliding') {
			taken = taken.filter((at) => at > now - MINUTE);
			windowEndsAt = (taken[0] ?? now) + MINUTE;
		} else if (now >= windowEndsAt) {
			taken = [];
			const isFromFirst = windowKind === 'from first request';
			windowEndsAt = isFromFirst ? now + MINUTE : (Math.floor(now / MINUTE) + 1) * MINUTE;
		}
	};

	return () => {
		const now = clock.now();
		beginWindow(now);
		const isAllowed = taken.length < limit;
		if (isAllowed) taken.push(now);
		return {
			isAllowed,
			headers: {
				Date: new Date(now).toUTCString(),
				'X-RateLimit-Limit': String(limit),
				'X-RateLimit-Remaining': String(limit - taken.length),
				'X-RateLimit-Reset': String(Math.ceil(windowEndsAt / 1000)),
				...(!isAllowed && { 'Retry-After': String(Math.ceil((windowEndsAt - now) / 1000)) }),
			},
		};
	};
}

export interface ServiceOptions {
	clock: Clock;
	budget: RequestBudget;
	latencyMs: number;
	count: Count;
}

/** A service that counts requests, and a client of it that keeps to the budget like the node's. */
export function createService({ clock, budget, latencyMs, count }: ServiceOptions) {
	const calls: Array<{ at: number; status: number }> = [];

	const request = async <T>(answer: () => T): Promise<T> => {
		await clock.sleep(latencyMs / 2);
		const { isAllowed, headers } = count();
		calls.push({ at: clock.now(), status: isAllowed ? 200 : 429 });
		const result = isAllowed ? answer() : undefined;
		await clock.sleep(latencyMs / 2);
		const now = clock.now();
		budget.learn(readRateLimit(headers, now), now);
		if (result !== undefined) return result;
		const retryAt = rateLimitedUntil(headers, undefined, now);
		budget.block(retryAt);
		throw new SimulatedHttpError(429, retryAt);
	};

	const call = async <T>(kind: CallKind, answer: () => T): Promise<T> => {
		await waitForSlot(budget, { kind, clock });
		try {
			return await request(answer);
		} finally {
			budget.end();
		}
	};

	return { calls, call };
}
