import type { RateLimit } from './rateLimit';
import { sleepSlice, throwIfCancelled, unlessCancelled, type Clock } from '../n8n/clock';

/** `poll` calls are spread over the window; `other` calls (creates, deletes, lists) go at once. */
export type CallKind = 'poll' | 'other';

/** The request budget of one API key, shared by everything in this process that uses the key. */
export interface RequestBudget {
	/** When a call of this kind may go out (ms since 1970): `now` means at once. Takes nothing. */
	nextSlot(kind: CallKind, now: number): number;
	/** Takes a slot, right before a call. Every `begin` needs one `end`. */
	begin(now: number): void;
	/** The call is over, however it ended. To be called after `learn`. */
	end(): void;
	/** Takes in what a response's headers say. To be called for every response. */
	learn(rateLimit: RateLimit, now: number): void;
	/** After a 429: nobody calls before `until` (ms since 1970). */
	block(until: number): void;
}

// AudioSpliter's limits are requests per minute, 10 of them on the smallest plan. Until a response
// tells more, the smallest is assumed, and calls go one after the other, since others may have used
// up part of it: the first response ends that, usually after a few 100 ms.
const WINDOW_MS = 60_000;
const SMALLEST_LIMIT = 10;
const FIRST_ANSWER_MS = 5_000;
const LOOK_AGAIN_MS = 100;

// `X-RateLimit-Reset` is in whole seconds and the clocks may differ a little.
const RESET_PAD_MS = 500;
const SAME_RESET_MS = 2_000;

/** Slots that polls leave for creates and for others who use the key. */
function reserveOf(limit: number): number {
	return limit <= 2 ? 0 : Math.max(1, Math.floor(limit / 20));
}

/** A budget about which nothing is known yet. Pure state: the caller gives every time. */
export function createBudget(): RequestBudget {
	let limit = SMALLEST_LIMIT;
	let remaining = SMALLEST_LIMIT;
	let resetAt: number | undefined;
	let resetIsStated = false;
	// Whether the service ever sent such headers, and whether it did so in this window.
	let isStated = false;
	let isConfirmed = false;
	let isUnlimited = false;
	let blockedUntil = 0;
	let inFlight = 0;
	let lastCallAt = 0;

	const startNewWindowIfOver = (now: number): void => {
		if (resetAt === undefined || now < resetAt + RESET_PAD_MS) return;
		resetAt = undefined;
		resetIsStated = false;
		// Windows that slide do not begin empty: again one call finds out.
		isConfirmed = false;
		// A call still under way may be counted in the new window.
		remaining = Math.max(0, limit - inFlight);
	};

	const nextSlot = (kind: CallKind, now: number): number => {
		if (blockedUntil > now) return blockedUntil;
		if (isUnlimited) return now;
		startNewWindowIfOver(now);
		if (!isConfirmed && inFlight > 0 && now < lastCallAt + FIRST_ANSWER_MS) {
			return now + LOOK_AGAIN_MS;
		}
		const available = remaining - (kind === 'poll' ? reserveOf(limit) : 0);
		if (available <= 0) {
			// Calls that got no answer may have left nothing that tells when the window ends.
			resetAt ??= now + WINDOW_MS;
			return resetAt + RESET_PAD_MS;
		}
		if (kind === 'other' || resetAt === undefined || remaining > limit / 2) return now;
		// The second half of a window's budget is spread over the rest of the window, so that a look
		// at a job's estimated end still finds a slot.
		return Math.max(now, lastCallAt + (resetAt - lastCallAt) / (available + 1));
	};

	const begin = (now: number): void => {
		startNewWindowIfOver(now);
		resetAt ??= now + WINDOW_MS;
		remaining = Math.max(0, remaining - 1);
		inFlight += 1;
		lastCallAt = now;
	};

	const learn = (rateLimit: RateLimit, now: number): void => {
		if (rateLimit.limit === undefined && rateLimit.remaining === undefined) {
			if (!isStated) isUnlimited = true;
			return;
		}
		startNewWindowIfOver(now);
		isUnlimited = false;
		if (rateLimit.limit !== undefined && rateLimit.limit !== limit) {
			remaining = Math.max(0, remaining + rateLimit.limit - limit);
			limit = rateLimit.limit;
		}
		isStated = true;
		isConfirmed = true;
		const isSameWindow =
			rateLimit.resetAt === undefined ||
			(resetIsStated && Math.abs(rateLimit.resetAt - (resetAt ?? 0)) < SAME_RESET_MS);
		if (rateLimit.remaining !== undefined) {
			// Calls under way may not be counted yet in what this response says.
			const left = Math.max(0, rateLimit.remaining - Math.max(0, inFlight - 1));
			remaining = isSameWindow ? Math.min(remaining, left) : left;
		}
		if (rateLimit.resetAt !== undefined) {
			resetAt = isSameWindow ? Math.max(resetAt ?? 0, rateLimit.resetAt) : rateLimit.resetAt;
			resetIsStated = true;
		}
	};

	return {
		nextSlot,
		begin,
		end: () => {
			inFlight = Math.max(0, inFlight - 1);
		},
		learn,
		block: (until) => {
			blockedUntil = Math.max(blockedUntil, until);
		},
	};
}

/** What a call comes to when its turn would be too late. */
export interface Patience<T> {
	/** Milliseconds since 1970. */
	ends: number;
	giveUp(slotAt: number): T;
}

/**
 * Runs one call when the budget has a slot for it, sleeping until then; what is known of the slot may change meanwhile.
 * @throws {WaitCancelledError} when the signal is aborted; whatever the call throws
 */
export async function callWithinBudget<T>(
	budget: RequestBudget,
	kind: CallKind,
	clock: Clock,
	signal: AbortSignal | undefined,
	call: () => Promise<T>,
	patience?: Patience<T>,
): Promise<T> {
	for (;;) {
		const now = clock.now();
		const slotAt = budget.nextSlot(kind, now);
		if (slotAt <= now) break;
		if (patience !== undefined && slotAt > patience.ends) return patience.giveUp(slotAt);
		await sleepSlice(clock, slotAt, signal);
	}
	// Only a call that goes out takes a slot.
	throwIfCancelled(signal);
	budget.begin(clock.now());
	try {
		return await unlessCancelled(signal, call);
	} finally {
		budget.end();
	}
}

// The budgets of this process. Bounded, because workflows may bring any number of credentials.
const MAX_BUDGETS = 100;
const UNUSED_MS = 3_600_000;
const budgets = new Map<string, { budget: RequestBudget; usedAt: number }>();

/**
 * The budget that all executions in this process share for one API key.
 * @param key a hash of base URL and API key (never the key itself)
 * @param now local time in ms since 1970
 */
export function budgetFor(key: string, now: number): RequestBudget {
	const budget = budgets.get(key)?.budget ?? createBudget();
	// Deleting first keeps the map in the order of use, so that the oldest come first below.
	budgets.delete(key);
	budgets.set(key, { budget, usedAt: now });
	for (const [otherKey, other] of budgets) {
		if (budgets.size <= MAX_BUDGETS && now - other.usedAt <= UNUSED_MS) break;
		budgets.delete(otherKey);
	}
	return budget;
}
