import { readRateLimit, rateLimitedUntil } from '../../nodes/AudioSpliter/api/rateLimit';
import {
	waitForSlot,
	type CallKind,
	type RequestBudget,
} from '../../nodes/AudioSpliter/api/budget';
import type { PolledJob } from '../../nodes/AudioSpliter/waiting/polling/polledJob';
import type { ErrorMeaning } from '../../nodes/AudioSpliter/waiting/polling/pollJobs';
import type { Clock } from '../../nodes/AudioSpliter/n8n/clock';

/** How a simulated job reports its progress. */
export const PROGRESS_MODELS = [
	'none',
	'linear',
	'steps of 25 %',
	'slow start',
	'queued first',
	'stuck at 99',
] as const;
export type ProgressModel = (typeof PROGRESS_MODELS)[number];

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

/** The job as Get Job shows it, `age` ms after submission, when it takes `length` ms. */
export function jobAt(model: ProgressModel, age: number, length: number): PolledJob {
	if (age >= length) return { status: 'completed' };
	const done = (100 * age) / length;
	switch (model) {
		case 'none':
			return { status: 'processing' };
		case 'linear':
			return { status: 'processing', progress: Math.floor(done) };
		case 'steps of 25 %':
			return { status: 'processing', progress: 25 * Math.floor(done / 25) };
		case 'slow start':
			return { status: 'processing', progress: Math.floor(100 * (done / 100) ** 1.5) };
		case 'queued first': {
			const working = (done - 20) / 0.8;
			return working < 0
				? { status: 'queued' }
				: { status: 'processing', progress: Math.floor(working) };
		}
		case 'stuck at 99':
			return { status: 'processing', progress: Math.min(99, Math.floor(done / 0.9)) };
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

export interface ServiceOptions {
	clock: Clock;
	budget: RequestBudget;
	latencyMs: number;
	/** Requests a minute; left out: no limit and no headers. */
	limit?: number;
	windowKind?: WindowKind;
}

const MINUTE = 60_000;

/** A service that counts requests, and a client of it that keeps to the budget like the node's. */
export function createService({ clock, budget, latencyMs, limit, windowKind }: ServiceOptions) {
	const calls: Array<{ at: number; status: number }> = [];
	let taken: number[] = [];
	let windowEndsAt = 0;

	/** Counts one request of anybody; the headers and whether it is let through. */
	const count = (): { isAllowed: boolean; headers: Record<string, string> } => {
		if (limit === undefined) return { isAllowed: true, headers: {} };
		const now = clock.now();
		if (windowKind === 'sliding') {
			taken = taken.filter((at) => at > now - MINUTE);
			windowEndsAt = (taken[0] ?? now) + MINUTE;
		} else if (now >= windowEndsAt) {
			taken = [];
			windowEndsAt =
				windowKind === 'from first request'
					? now + MINUTE
					: (Math.floor(now / MINUTE) + 1) * MINUTE;
		}
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

	return { calls, call, takeByOthers: () => count().isAllowed };
}
