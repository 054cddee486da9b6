import type { LoadedPackage } from '../../../bench/startup/tables';
import { startupReport } from '../../../bench/startup/tables';

const loaded = (kind: LoadedPackage['kind'], milliseconds: number[]): LoadedPackage => ({
	kind,
	label: kind,
	size: kind === 'earlier' ? 40_960 : 51_200,
	loads: milliseconds.map((ms) => ({
		ms,
		processorMs: 2 * ms,
		mb: kind === 'earlier' ? 0.5 : 0.6,
	})),
});

const started = { seconds: 10, memory: 800 };
const PAIRS = [{ without: started, withPackage: { seconds: 11, memory: 805 } }];

test('one load beyond the limit misses the goal, whatever the median', () => {
	const { findings } = startupReport([loaded('own', [15, 15, 22.1]), loaded('tiny', [3])], PAIRS);
	expect(findings[0]).toContain('Measured: 22.1 ms in the worst of 3 loads: not met.');
	expect(findings[1]).toContain('Measured: 0.60 MB in the worst of 3 loads: met.');
	expect(findings[2]).toContain('Measured: 50.0 KB: met.');
});

test('an earlier state has a row of its own, and one of the ratios to it, load by load', () => {
	const packages = [
		loaded('own', [10, 20, 30, 40, 50, 60]),
		loaded('earlier', [10, 10, 10, 10, 10, 10]),
		loaded('tiny', [3, 3, 3, 3, 3, 3]),
	];
	const { method, tables } = startupReport(packages, PAIRS);
	expect(tables[0]?.rows.map(([label]) => label)).toEqual([
		...['own', 'earlier', 'tiny', 'ratio to earlier'],
	]);
	expect(tables[0]?.rows[3]?.slice(1)).toEqual([
		'3.50 (1.00-6.00)',
		'3.50 (1.00-6.00)',
		'1.20 (1.20-1.20)',
		'1.25',
	]);
	expect(method).toContain('in turns with earlier and a package of two tiny triggers');
});

test('without an earlier state nothing is compared', () => {
	const { method, tables } = startupReport([loaded('own', [10]), loaded('tiny', [3])], PAIRS);
	expect(tables[0]?.rows.map(([label]) => label)).toEqual(['own', 'tiny']);
	expect(method).not.toContain('last row');
});
