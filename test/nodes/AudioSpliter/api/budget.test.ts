import { createRandom } from '../../../../bench/random';
import { createVirtualClock } from '../../../../bench/virtualClock';
import { createCount, createService } from '../../../../bench/simulated/service';
import { budgetFor, RequestBudget, waitForSlot } from '../../../../nodes/AudioSpliter/api/budget';
import { WaitCancelledError } from '../../../../nodes/AudioSpliter/n8n/clock';

const NOW = 1_000_000;

/** One call that was answered at once. */
function call(
	budget: RequestBudget,
	now: number,
	answer: { limit?: number; remaining?: number; resetAt?: number },
): void {
	budget.begin(now);
	budget.learn(answer, now);
	budget.end();
}

describe('RequestBudget', () => {
	it('sends the first call alone, and the next when it was answered', () => {
		const budget = new RequestBudget();
		expect(budget.nextSlot('other', NOW)).toBe(NOW);
		budget.begin(NOW);
		expect(budget.nextSlot('other', NOW + 50)).toBeGreaterThan(NOW + 50);
		budget.learn({ limit: 300, remaining: 299, resetAt: NOW + 60_000 }, NOW + 100);
		budget.end();
		expect(budget.nextSlot('other', NOW + 100)).toBe(NOW + 100);
	});

	it('does not wait for ever for the first answer', () => {
		const budget = new RequestBudget();
		budget.begin(NOW);
		expect(budget.nextSlot('other', NOW + 5_000)).toBe(NOW + 5_000);
	});

	it('takes the smallest plan for granted until an answer tells otherwise', () => {
		const budget = new RequestBudget();
		for (let sent = 0; sent < 10; sent += 1) {
			expect(budget.nextSlot('other', NOW)).toBe(NOW);
			budget.begin(NOW);
			budget.end();
		}
		expect(budget.nextSlot('other', NOW)).toBeGreaterThanOrEqual(NOW + 60_000);
	});

	it('simply allows everything when the service sends no such headers', () => {
		const budget = new RequestBudget();
		for (let sent = 0; sent < 1_000; sent += 1) {
			expect(budget.nextSlot('poll', NOW)).toBe(NOW);
			call(budget, NOW, {});
		}
	});

	it('waits for the end of the window when nothing is left', () => {
		const budget = new RequestBudget();
		call(budget, NOW, { limit: 10, remaining: 0, resetAt: NOW + 30_000 });
		const at = budget.nextSlot('other', NOW);
		expect(at).toBeGreaterThanOrEqual(NOW + 30_000);
		expect(at).toBeLessThanOrEqual(NOW + 31_000);
		expect(budget.nextSlot('other', at)).toBe(at);
	});

	it('keeps a reserve from polls, not from creates', () => {
		const budget = new RequestBudget();
		call(budget, NOW, { limit: 60, remaining: 3, resetAt: NOW + 30_000 });
		expect(budget.nextSlot('other', NOW)).toBe(NOW);
		// Three seconds before the window's end, when what is left is lost.
		expect(budget.nextSlot('poll', NOW)).toBe(NOW + 27_000);
		expect(budget.nextSlot('poll', NOW + 28_000)).toBe(NOW + 28_000);
		call(budget, NOW + 28_000, { limit: 60, remaining: 0, resetAt: NOW + 30_000 });
		expect(budget.nextSlot('poll', NOW + 28_000)).toBeGreaterThan(NOW + 30_000);
	});

	it('spreads polls over the window once half of it is used', () => {
		const budget = new RequestBudget();
		call(budget, NOW, { limit: 10, remaining: 6, resetAt: NOW + 50_000 });
		expect(budget.nextSlot('poll', NOW)).toBe(NOW);
		call(budget, NOW, { limit: 10, remaining: 5, resetAt: NOW + 48_000 });
		expect(budget.nextSlot('poll', NOW)).toBe(NOW + 8_000);
	});

	it('counts calls that are under way', () => {
		const budget = new RequestBudget();
		call(budget, NOW, { limit: 10, remaining: 2, resetAt: NOW + 30_000 });
		budget.begin(NOW);
		budget.begin(NOW);
		expect(budget.nextSlot('other', NOW)).toBeGreaterThan(NOW + 29_000);
		// The first answer was written before the second request was counted.
		budget.learn({ limit: 10, remaining: 1, resetAt: NOW + 30_000 }, NOW + 100);
		budget.end();
		expect(budget.nextSlot('other', NOW + 100)).toBeGreaterThan(NOW + 29_000);
	});

	it('believes the service when others have used up the budget', () => {
		const budget = new RequestBudget();
		call(budget, NOW, { limit: 60, remaining: 59, resetAt: NOW + 30_000 });
		call(budget, NOW, { limit: 60, remaining: 0, resetAt: NOW + 30_000 });
		expect(budget.nextSlot('other', NOW)).toBeGreaterThan(NOW + 29_000);
	});

	it('takes answers that come in the wrong order for what they are', () => {
		const budget = new RequestBudget();
		call(budget, NOW, { limit: 10, remaining: 0, resetAt: NOW + 30_000 });
		call(budget, NOW, { limit: 10, remaining: 1, resetAt: NOW + 30_000 });
		expect(budget.nextSlot('other', NOW)).toBeGreaterThan(NOW + 29_000);
	});

	it('holds everybody back after a 429', () => {
		const budget = new RequestBudget();
		call(budget, NOW, { limit: 300, remaining: 200, resetAt: NOW + 60_000 });
		budget.block(NOW + 12_000);
		budget.block(NOW + 5_000);
		expect(budget.nextSlot('other', NOW)).toBe(NOW + 12_000);
		expect(budget.nextSlot('poll', NOW)).toBe(NOW + 12_000);
		expect(budget.nextSlot('other', NOW + 12_000)).toBe(NOW + 12_000);
	});
});

describe('waitForSlot', () => {
	it('never gets a 429, however many callers share the key', async () => {
		for (let seed = 1; seed <= 30; seed += 1) {
			const random = createRandom(seed);
			const clock = createVirtualClock(Date.UTC(2026, 0, 1) + Math.floor(random() * 60_000));
			const budget = new RequestBudget();
			const limit = [10, 60][seed % 2] ?? 10;
			const windowKind = (['whole minutes', 'from first request', 'sliding'] as const)[seed % 3];
			const count = createCount(clock, { limit, windowKind });
			const service = createService({ clock, budget, latencyMs: 150, count });
			const caller = async (): Promise<void> => {
				for (let sent = 0; sent < 12; sent += 1) {
					await clock.sleep(random() * 3_000);
					await service.call(random() < 0.3 ? 'other' : 'poll', () => 'answer');
				}
			};
			await clock.run(Promise.all(Array.from({ length: 6 }, caller)));
			expect(service.calls).toHaveLength(72);
			expect(service.calls.filter(({ status }) => status === 429)).toEqual([]);
		}
	});

	it('is given up at once where the next slot is later than the caller waits', async () => {
		const clock = createVirtualClock(NOW);
		const budget = new RequestBudget();
		budget.block(NOW + 60_000);
		const request = { kind: 'other', clock, latest: NOW + 59_999 } as const;
		expect(await clock.run(waitForSlot(budget, request))).toEqual({
			kind: 'tooLate',
			at: NOW + 60_000,
		});
		expect(clock.now()).toBe(NOW);
	});

	it('ends within a second of the abort, and takes no slot', async () => {
		const clock = createVirtualClock(NOW);
		const budget = new RequestBudget();
		call(budget, NOW, { limit: 10, remaining: 1, resetAt: NOW + 600_000 });
		budget.block(NOW + 60_000);
		const controller = new AbortController();
		const waiting = waitForSlot(budget, { kind: 'other', clock, signal: controller.signal });
		const abort = clock.sleep(5_100).then(() => controller.abort());
		await expect(clock.run(Promise.all([waiting, abort]))).rejects.toThrow(WaitCancelledError);
		expect(clock.now()).toBeLessThan(NOW + 6_100);
		expect(budget.nextSlot('other', NOW + 60_000)).toBe(NOW + 60_000);
	});

	it('takes no slot for a call that is cancelled before it begins', async () => {
		const clock = createVirtualClock(NOW);
		const budget = new RequestBudget();
		call(budget, NOW, { limit: 10, remaining: 1, resetAt: NOW + 60_000 });
		const cancelled = waitForSlot(budget, { kind: 'other', clock, signal: AbortSignal.abort() });
		await expect(clock.run(cancelled)).rejects.toThrow(WaitCancelledError);
		expect(budget.nextSlot('other', NOW)).toBe(NOW);
	});
});

describe('budgetFor', () => {
	it('shares one budget per key', () => {
		expect(budgetFor('shared', NOW)).toBe(budgetFor('shared', NOW + 1_000));
		expect(budgetFor('shared', NOW)).not.toBe(budgetFor('other', NOW));
	});

	it('forgets a key that was not used for an hour', () => {
		const before = budgetFor('old', NOW);
		budgetFor('newer', NOW + 3_700_000);
		expect(budgetFor('old', NOW + 3_700_000)).not.toBe(before);
	});

	it('keeps a bounded number, those used last', () => {
		const first = budgetFor('key 0', NOW);
		const second = budgetFor('key 1', NOW);
		for (let index = 2; index <= 100; index += 1) {
			budgetFor(`key ${index}`, NOW);
			expect(budgetFor('key 0', NOW)).toBe(first);
		}
		expect(budgetFor('key 1', NOW)).not.toBe(second);
	});
});
