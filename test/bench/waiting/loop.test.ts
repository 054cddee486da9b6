import { simulateLoop } from '../../../bench/waiting/loop';

const loop = { pause: 5_000, seed: 1, latencyMs: 100 };

test("the guide's loop asks at once, then every five seconds until the job has ended", async () => {
	const result = await simulateLoop({ ...loop, lengths: [20_000], asksAtOnce: true });
	// The create; then 0.1 s after it was taken, and every 5.1 s.
	expect(result.calls).toBe(1 + 5);
	expect(result.delays).toEqual([0.1 * 1000 + 4 * 5_100 + 50 - 20_000]);
	expect(result.refused).toBe(0);
});

test('a loop that waits first sees the job later or with fewer calls', async () => {
	const result = await simulateLoop({ ...loop, lengths: [20_000], asksAtOnce: false });
	expect(result.calls).toBe(1 + 4);
});

test('answers 429 cost calls and bring nothing', async () => {
	const lengths = [60_000, 60_000];
	const free = await simulateLoop({ ...loop, lengths, asksAtOnce: true });
	const limited = await simulateLoop({
		...{ ...loop, lengths, asksAtOnce: true, limit: 10, windowKind: 'whole minutes' },
	});
	expect(free.refused).toBe(0);
	expect(limited.refused).toBeGreaterThan(0);
	expect(Math.max(...limited.delays)).toBeGreaterThanOrEqual(Math.max(...free.delays));
});
