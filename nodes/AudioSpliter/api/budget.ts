import { sleepSlice, throwIfCancelled, type Clock } from '../n8n/clock';
import type { RateLimit } from './rateLimit';

/** `poll` calls are spread over the window; `other` calls (creates, deletes, whatever a user asks for) go out at once. */
export type CallKind = 'poll' | 'other';

// AudioSpliter's limits are requests per minute, 10 of them on the smallest plan. Until a response says more, the budget
// assumes that plan and sends one call at a time, since others may have used up part of it. The first response ends that,
// usually after a few 100 ms.
const WINDOW_MS = 60_000;
const SMALLEST_LIMIT = 10;
const FIRST_ANSWER_MS = 5_000;
const LOOK_AGAIN_MS = 100;

// `X-RateLimit-Reset` is in whole seconds, and the clocks may differ a little.
const RESET_PAD_MS = 500;
const SAME_RESET_MS = 2_000;

/** The slots that polls leave for creates and for others who use the key. */
const reserveOf = (limit: number): number => (limit <= 2 ? 0 : Math.max(1, Math.floor(limit / 20)));

/**
 * The request budget of one API key, shared by everything in this process that uses the key. It reads no clock: the caller
 * gives every time, in milliseconds since 1970.
 */
export class RequestBudget {
	private limit = SMALLEST_LIMIT;

	private remaining = SMALLEST_LIMIT;

	/** When the window ends; undefined until a call opens one. */
	private resetAt: number | undefined;

	/** Whether `resetAt` is the service's own word. */
	private resetIsStated = false;

	/** Whether the service has ever sent its limits, and whether it has done so in this window. */
	private isStated = false;

	private isConfirmed = false;

	private isUnlimited = false;

	private blockedUntil = 0;

	private inFlight = 0;

	private lastCallAt = 0;

	/** When a call of this kind may go out: `now` means at once. Takes nothing. */
	nextSlot(kind: CallKind, now: number): number {
		if (this.blockedUntil > now) return this.blockedUntil;
		if (this.isUnlimited) return now;
		this.startNewWindowIfOver(now);
		if (this.awaitsFirstAnswer(now)) return now + LOOK_AGAIN_MS;
		if (kind === 'other') return this.remaining > 0 ? now : this.nextWindowAt(now);
		if (this.remaining > reserveOf(this.limit)) return this.spread(now);
		return this.remaining > 0 ? Math.max(now, this.reserveEndsAt(now)) : this.nextWindowAt(now);
	}

	/** Milliseconds between two polls with which the budget lasts; 0 where the service states no limit. */
	pollPace(): number {
		return this.isUnlimited ? 0 : WINDOW_MS / this.limit;
	}

	/** Takes a slot, right before a call. Every `begin` needs one `end`. */
	begin(now: number): void {
		this.startNewWindowIfOver(now);
		this.resetAt ??= now + WINDOW_MS;
		this.remaining = Math.max(0, this.remaining - 1);
		this.inFlight += 1;
		this.lastCallAt = now;
	}

	/** The call is over, however it ended. To be called after `learn`. */
	end(): void {
		this.inFlight = Math.max(0, this.inFlight - 1);
	}

	/** Takes in what a response's headers say. To be called for every response. */
	learn(stated: RateLimit, now: number): void {
		if (stated.limit === undefined && stated.remaining === undefined) {
			if (!this.isStated) this.isUnlimited = true;
			return;
		}
		this.startNewWindowIfOver(now);
		this.isUnlimited = false;
		this.isStated = true;
		this.isConfirmed = true;
		this.learnLimit(stated.limit ?? this.limit);
		const isSameWindow = this.isOfThisWindow(stated.resetAt);
		if (stated.remaining !== undefined) this.learnRemaining(stated.remaining, isSameWindow);
		if (stated.resetAt !== undefined) this.learnReset(stated.resetAt, isSameWindow);
	}

	/** After a 429: nobody calls before `until`. */
	block(until: number): void {
		this.blockedUntil = Math.max(this.blockedUntil, until);
	}

	private startNewWindowIfOver(now: number): void {
		if (this.resetAt === undefined || now < this.resetAt + RESET_PAD_MS) return;
		this.resetAt = undefined;
		this.resetIsStated = false;
		// A sliding window does not begin empty, so one call has to find out again.
		this.isConfirmed = false;
		// A call that is still under way may be counted in the new window.
		this.remaining = Math.max(0, this.limit - this.inFlight);
	}

	/** Whether a call is finding out what is left. An answer that does not come holds up nobody for long. */
	private awaitsFirstAnswer(now: number): boolean {
		return !this.isConfirmed && this.inFlight > 0 && now < this.lastCallAt + FIRST_ANSWER_MS;
	}

	private nextWindowAt(now: number): number {
		// Calls that got no answer may have left nothing that says when the window ends.
		this.resetAt ??= now + WINDOW_MS;
		return this.resetAt + RESET_PAD_MS;
	}

	/** When polls may use what no create has needed: at the window's end it is lost. */
	private reserveEndsAt(now: number): number {
		const resetAt = (this.resetAt ??= now + WINDOW_MS);
		return resetAt - (WINDOW_MS * reserveOf(this.limit)) / this.limit;
	}

	/**
	 * Spreads the second half of a window's budget over the rest of the window, so that a look at a job's estimated end
	 * still finds a slot.
	 */
	private spread(now: number): number {
		if (this.resetAt === undefined || this.remaining > this.limit / 2) return now;
		return Math.max(now, this.lastCallAt + (this.resetAt - this.lastCallAt) / (this.remaining + 1));
	}

	private isOfThisWindow(resetAt: number | undefined): boolean {
		if (resetAt === undefined) return true;
		return this.resetIsStated && Math.abs(resetAt - (this.resetAt ?? 0)) < SAME_RESET_MS;
	}

	private learnLimit(limit: number): void {
		this.remaining = Math.max(0, this.remaining + limit - this.limit);
		this.limit = limit;
	}

	private learnRemaining(remaining: number, isSameWindow: boolean): void {
		// The service may not have counted the calls under way when it wrote this response.
		const left = Math.max(0, remaining - Math.max(0, this.inFlight - 1));
		this.remaining = isSameWindow ? Math.min(this.remaining, left) : left;
	}

	private learnReset(resetAt: number, isSameWindow: boolean): void {
		this.resetAt = isSameWindow ? Math.max(this.resetAt ?? 0, resetAt) : resetAt;
		this.resetIsStated = true;
	}
}

/** Whether a call has its slot, or why not: the next one is free at `at` (ms since 1970), later than the caller waits. */
export type Slot = { kind: 'taken' } | { kind: 'tooLate'; at: number };

export interface SlotRequest {
	kind: CallKind;
	clock: Clock;
	signal?: AbortSignal;
	/** How long the caller is willing to wait; ms since 1970. Left out: as long as it takes. */
	latest?: number;
}

/**
 * Waits until the budget has a slot for a call, and takes it. The slot is given back by `budget.end()`, once for every slot
 * taken. It looks again every half second, since other calls may change what is known of the slot.
 *
 * @throws {WaitCancelledError} when the signal is aborted; then no slot is taken
 */
export async function waitForSlot(
	budget: RequestBudget,
	{ kind, clock, signal, latest = Infinity }: SlotRequest,
): Promise<Slot> {
	for (;;) {
		throwIfCancelled(signal);
		const now = clock.now();
		const at = budget.nextSlot(kind, now);
		if (at <= now) {
			budget.begin(now);
			return { kind: 'taken' };
		}
		if (at > latest) return { kind: 'tooLate', at };
		await sleepSlice(clock, at, signal);
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
	const budget = budgets.get(key)?.budget ?? new RequestBudget();
	// Deleting first keeps the map in the order of use, so that the oldest come first below.
	budgets.delete(key);
	budgets.set(key, { budget, usedAt: now });
	for (const [otherKey, other] of budgets) {
		if (budgets.size <= MAX_BUDGETS && now - other.usedAt <= UNUSED_MS) break;
		budgets.delete(otherKey);
	}
	return budget;
}
