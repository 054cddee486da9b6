import type { Report, ReportTable } from '../benchmark';
import { ratios, withInterval, withSpread } from '../stats';
import { everyRound } from '../verdict';

/** What loading the package took. */
export interface Loaded {
	/** Milliseconds. */
	ms: number;
	/** Milliseconds of processor time, of all threads. What else the machine does hardly shows in it. */
	processorMs: number;
	/** MB of 1,048,576 bytes. */
	mb: number;
}

/** A package, and every time that it was loaded. */
export interface LoadedPackage {
	/** This package as it is, as it was earlier, or one that does next to nothing. */
	kind: 'own' | 'earlier' | 'tiny';
	label: string;
	/** Bytes of the tarball. */
	size: number;
	loads: Loaded[];
}

export interface Started {
	/** Until n8n was ready. */
	seconds: number;
	/** MB of 1,048,576 bytes that it held then. */
	memory: number;
}

/** An n8n without this package, and one with it. */
type Pair = Record<'without' | 'withPackage', Started>;

const milliseconds = ({ loads }: LoadedPackage): number[] => loads.map(({ ms }) => ms);
const processorTime = ({ loads }: LoadedPackage): number[] =>
	loads.map(({ processorMs }) => processorMs);
const megabytes = ({ loads }: LoadedPackage): number[] => loads.map(({ mb }) => mb);
const kilobytes = ({ size }: LoadedPackage): number => size / 1024;

const comparison = (own: LoadedPackage, earlier: LoadedPackage): string[] => [
	`ratio to ${earlier.label}`,
	...[milliseconds, processorTime, megabytes].map((values) =>
		withInterval(ratios(values(own), values(earlier))),
	),
	(own.size / earlier.size).toFixed(2),
];

const loadTable = (
	packages: LoadedPackage[],
	own: LoadedPackage,
	earlier: LoadedPackage | undefined,
): ReportTable => ({
	title: 'What the package adds',
	head: ['', 'time to load', 'processor time', 'memory', 'size of the tarball'],
	rows: [
		...packages.map((one) => [
			one.label,
			`${withSpread(milliseconds(one), 1)} ms`,
			`${withSpread(processorTime(one), 1)} ms`,
			`${withSpread(megabytes(one), 2)} MB`,
			`${kilobytes(one).toFixed(1)} KB`,
		]),
		...(earlier ? [comparison(own, earlier)] : []),
	],
});

const startTable = (pairs: Pair[]): ReportTable => {
	const row = (name: string, what: keyof Started, digits: number, unit: string) => {
		const without = pairs.map((pair) => pair.without[what]);
		const withPackage = pairs.map((pair) => pair.withPackage[what]);
		const difference = pairs.map((pair) => pair.withPackage[what] - pair.without[what]);
		return [
			name,
			...[without, withPackage, difference].map(
				(values) => `${withSpread(values, digits)} ${unit}`,
			),
		];
	};
	return {
		title: 'Whole starts of n8n',
		head: ['', 'without', 'with the package', 'difference'],
		rows: [row('until it is ready', 'seconds', 1, 's'), row('memory', 'memory', 0, 'MB')],
	};
};

/** Makes the tables and the findings of the start-up benchmark. */
export function startupReport(packages: LoadedPackage[], pairs: Pair[]): Report {
	const own = packages.find(({ kind }) => kind === 'own');
	if (!own) throw new Error('This package was not measured.');
	const earlier = packages.find(({ kind }) => kind === 'earlier');
	const inTurnsWith = earlier ? `with ${earlier.label} and ` : 'with ';
	const ratioMethod = earlier
		? ' The last row of the first table is the median of what this package took to what the earlier one took in the same round, in brackets where that median lies with 95 % confidence.'
		: '';
	return {
		method: `n8n's own loader loads the packed package, in a process that has loaded n8n's libraries and its own nodes already, as n8n has by then: ${own.loads.length} times, each in a new process, after which garbage is collected, in turns ${inTurnsWith}a package of two tiny triggers, which shows what n8n takes for any package. For comparison, whole starts of n8n with the package and without it, ${pairs.length} of each in turns, the difference being the median of the pairs': they differ among themselves by more than the package adds.${ratioMethod}`,
		tables: [loadTable(packages, own, earlier), startTable(pairs)],
		charts: {},
		findings: [
			`Goal: every load under 20 ms. Measured: ${everyRound(milliseconds(own), { under: 20 }, (ms) => `${ms.toFixed(1)} ms`, 'loads')}.`,
			`Goal: every load under 1 MB. Measured: ${everyRound(megabytes(own), { under: 1 }, (mb) => `${mb.toFixed(2)} MB`, 'loads')}.`,
			`Goal: under 60 KB packed. Measured: ${everyRound([kilobytes(own)], { under: 60 }, (kb) => `${kb.toFixed(1)} KB`)}.`,
		],
	};
}
