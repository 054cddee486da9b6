import { readArguments } from '../../bench/arguments';
import { BENCHMARKS } from '../../bench/benchmarks';

test('without names, all benchmarks run', () => {
	expect(readArguments([]).names).toEqual(Object.keys(BENCHMARKS));
	expect(readArguments(['waiting', '--quick'])).toMatchObject({
		names: ['waiting'],
		options: { quick: true },
	});
});

test('an earlier state is measured by the benchmarks that can', () => {
	expect(readArguments(['--against', 'v0.1.0']).names).toEqual(['startup']);
	expect(readArguments(['startup', '--against', 'v0.1.0'])).toMatchObject({
		names: ['startup'],
		options: { against: 'v0.1.0' },
	});
	expect(() => readArguments(['startup', 'intake', '--against', 'v0.1.0'])).toThrow(
		'The benchmark intake cannot measure another state of the package. Use --against with: startup.',
	);
});
