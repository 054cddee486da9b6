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
	loaded: Loaded[],
	pairs: Array<Record<'without' | 'withPackage', Started>>,
	tarball: number,
): Report {
	const ms = loaded.map((one) => one.ms);
	const mb = loaded.map((one) => one.mb);
	const column = (which: 'without' | 'withPackage', what: keyof Started) =>
		pairs.map((pair) => pair[which][what]);
	const difference = (what: keyof Started) =>
		pairs.map(({ without, withPackage }) => withPackage[what] - without[what]);
	const met = (held: boolean) => (held ? 'met' : 'not met');
	const kilobytes = tarball / 1024;
	return {
		method: `n8n's own loader loads the packed package, in a process that has n8n's libraries loaded already, as n8n has by then: ${loaded.length} times, each in a new process, after which garbage is collected. For comparison, whole starts of n8n with the package and without it, ${pairs.length} of each in turns: they differ among themselves by more than the package adds.`,
		tables: [
			{
				title: 'What the package adds',
				head: ['', 'median (lowest-highest)'],
				rows: [
					['time to load both nodes and the credential', `${withSpread(ms, 1)} ms`],
					['memory', `${withSpread(mb, 2)} MB`],
					['size of the tarball', `${kilobytes.toFixed(1)} KB`],
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
