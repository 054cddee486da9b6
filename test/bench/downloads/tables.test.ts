import { downloadsReport } from '../../../bench/downloads/tables';

const rounds = (label: string, growths: number[], seconds = 10) =>
	growths.map((growth) => ({ label, seconds, before: 900, growth }));

const report = (growths: number[], seconds = 10) =>
	downloadsReport(
		[...rounds('AudioSpliter', growths, seconds), ...rounds('HTTP Request', growths)],
		{ segments: 16, segmentMb: 64, rounds: growths.length },
	);

test('one round beyond the limit of memory misses the goal, whatever the median', () => {
	const { findings, charts } = report([37, 86, 139]);
	expect(findings[1]).toContain('Measured: 139 MB in the worst of 3 rounds: not met.');
	expect(charts['benchmark-downloads']?.bars[0]).toMatchObject({ value: 139, text: '139 MB' });
	expect(report([17, 24, 33]).findings[1]).toContain('33 MB in the worst of 3 rounds: met.');
});

test('the time is judged by the median of the pairs', () => {
	expect(report([1, 1, 1, 1, 1, 1], 8).findings[0]).toMatch(/: 0\.80 \(0\.80-0\.80\): met\.$/);
	expect(report([1, 1, 1, 1, 1, 1], 12).findings[0]).toMatch(/: 1\.20 \(1\.20-1\.20\): not met\.$/);
	expect(report([1], 8).findings[0]).toMatch(/: 0\.80: met, if not by more than these rounds/);
});
