import type { RealWait } from '../../../bench/waiting/real';
import type { Cost, Row } from '../../../bench/waiting/simulation';
import { waitingReport } from '../../../bench/waiting/tables';

const cost = (calls: number[]): Cost => ({ calls, refused: 0, delays: calls.map(() => 1_000) });

const row = (polling: number[], guide: number[]): Row => ({
	...{ plan: 'Pro', jobs: 1, length: 300 },
	costs: {
		polling: cost(polling),
		guide: cost(guide),
		'wait 5 s': cost(guide),
		'wait 70 s': cost(guide),
	},
});

const pause = (calls: number, held: number): RealWait => ({
	...{ name: 'Pause Until Webhook', n8nVersion: '2.41.1', length: 20 },
	...{ total: 21_000, others: 20, calls, held },
});

test("the share of the guide's calls is that of all rows together, in the worst run", () => {
	const rows = [row([1, 1, 1], [10, 10, 10]), row([3, 3, 9], [10, 10, 10])];
	const { findings } = waitingReport(rows, [], [pause(2, 200)], 3);
	expect(findings[0]).toContain('50 % in the worst of 3 runs: not met; the median is 20 %.');
	const [kept] = waitingReport([row([1, 2], [10, 10])], [], [pause(2, 200)], 2).findings;
	expect(kept).toContain('20 % in the worst of 2 runs: met; the median is 15 %.');
});

test('a pause is judged by the wait that took the most', () => {
	const rows = [row([1], [10])];
	const { findings } = waitingReport(rows, [], [pause(2, 200), pause(3, 1_500)], 1);
	expect(findings[2]).toContain('3 calls in the worst of 2 waits: not met.');
	expect(findings[3]).toContain('1.5 worker-seconds in the worst of 2 waits: not met.');
	expect(waitingReport(rows, [], [], 1).findings[2]).toContain('not measured.');
});
