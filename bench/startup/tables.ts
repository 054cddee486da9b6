import type { Report } from '../benchmark';
import { median, withSpread } from '../stats';

/** What loading the package took. */
export interface Loaded {
	/** Milliseconds. */
	ms: number;
	/** MB of 1,048,576 bytes. */
	mb: number;
}

export interface Started {
	/** Until n8n was ready. */
	seconds: number;
	/** MB of 1,048,576 bytes that it held then. */
	memory: number;
}

/**
 * Makes the tables and the findings of the start-up benchmark.
 *
 * @param tarball bytes
 */
export function startupReport(
	loaded: Array<Record<'own' | 'tiny', Loaded>>,
	pairs: Array<Record<'without' | 'withPackage', Started>>,
	tarball: number,
): Report {
	const loads = (which: 'own' | 'tiny', what: keyof Loaded) =>
		loaded.map((one) => one[which][what]);
	const ms = loads('own', 'ms');
	const mb = loads('own', 'mb');
	const column = (which: 'without' | 'withPackage', what: keyof Started) =>
		pairs.map((pair) => pair[which][what]);
	const difference = (what: keyof Started) =>
		pairs.map(({ without, withPackage }) => withPackage[what] - without[what]);
	const met = (held: boolean) => (held ? 'met' : 'not met');
	const kilobytes = tarball / 1024;
	return {
		method: `n8n's own loader loads the packed package, in a process that has loaded n8n's libraries and its own nodes already, as n8n has by then: ${loaded.length} times, each in a new process, after which garbage is collected, in turns with a package of two tiny triggers, which shows what n8n takes for any package. For comparison, whole starts of n8n with the package and without it, ${pairs.length} of each in turns, the difference being the median of the pairs': they differ among themselves by more than the package adds.`,
		tables: [
			{
				title: 'What the package adds',
				head: ['', 'this package', 'two triggers of a page each'],
				rows: [
					['time to load', `${withSpread(ms, 1)} ms`, `${withSpread(loads('tiny', 'ms'), 1)} ms`],
					['memory', `${withSpread(mb, 2)} MB`, `${withSpread(loads('tiny', 'mb'), 2)} MB`],
					['size of the tarball', `${kilobytes.toFixed(1)} KB`, ''],
				],
			},
			{
				title: 'Whole starts of n8n',
				head: ['', 'without', 'with the package', 'difference'],
				rows: [
					[
						'until it is ready',
						`${withSpread(column('without', 'seconds'), 1)} s`,
						`${withSpread(column('withPackage', 'seconds'), 1)} s`,
						`${withSpread(difference('seconds'), 1)} s`,
					],
					[
						'memory',
						`${withSpread(column('without', 'memory'), 0)} MB`,
						`${withSpread(column('withPackage', 'memory'), 0)} MB`,
						`${withSpread(difference('memory'), 0)} MB`,
					],
				],
			},
		],
		charts: {},
		findings: [
			`Goal: under 20 ms. Measured: ${median(ms).toFixed(1)} ms: ${met(median(ms) < 20)}.`,
			`Goal: under 1 MB. Measured: ${median(mb).toFixed(2)} MB: ${met(median(mb) < 1)}.`,
			`Goal: under 60 KB packed. Measured: ${kilobytes.toFixed(1)} KB: ${met(kilobytes < 60)}.`,
		],
	};
}
