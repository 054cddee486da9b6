import type { Report } from '../benchmark';
import { median, ratios, withInterval, withSpread } from '../stats';
import { everyRound, inWords, judgeMedian } from '../verdict';

export interface Download {
	label: string;
	seconds: number;
	/** MB of 1,048,576 bytes that n8n held before. */
	before: number;
	/** MB that it held more at most, while it downloaded. */
	growth: number;
}

/** Makes the table, the chart and the findings of the download benchmark; the first label is this package's. */
export function downloadsReport(
	downloads: Download[],
	{ segments, segmentMb, rounds }: Record<'segments' | 'segmentMb' | 'rounds', number>,
): Report {
	const own = downloads[0]?.label ?? '';
	const labels = [...new Set(downloads.map(({ label }) => label))];
	const of = (label: string, value: (download: Download) => number): number[] =>
		downloads.filter((download) => download.label === label).map(value);
	const seconds = (label: string) => of(label, (download) => download.seconds);
	const growth = (label: string) => of(label, (download) => download.growth);
	const other = labels.find((label) => label !== own) ?? '';
	const ratio = ratios(seconds(own), seconds(other));
	const megabytes = (value: number) => `${value.toFixed(0)} MB`;
	return {
		method: `${segments} segments of ${segmentMb} MB, ${(segments * segmentMb) / 1024} GiB in all, from a server on the same machine into n8n's store on disk, ${rounds} times each, in turns, each time in an n8n that was started for it and had downloaded one segment before. Time is that of the execution; memory is what n8n and its task runner held at most, looked at every 50 ms, beyond what they held before.`,
		tables: [
			{
				title: `${(segments * segmentMb) / 1024} GiB in ${segments} segments`,
				head: ['', 'time', 'to HTTP Request', 'memory before', 'growth at most'],
				rows: labels.map((label) => [
					label,
					`${withSpread(seconds(label), 1)} s`,
					withSpread(ratios(seconds(label), seconds(other)), 2),
					`${median(of(label, ({ before }) => before)).toFixed(0)} MB`,
					`${withSpread(growth(label), 0)} MB`,
				]),
			},
		],
		charts: {
			'benchmark-downloads': {
				title: 'Memory that n8n takes more at most while it downloads',
				bars: labels.map((label) => {
					const most = Math.max(...growth(label));
					return { label, value: most, text: megabytes(most), own: label === own };
				}),
			},
		},
		findings: [
			`Goal: no slower than the HTTP Request node, by the median of the pairs. Time to that of the HTTP Request node, in brackets where the median lies with 95 % confidence: ${withInterval(ratio)}: ${inWords(judgeMedian(ratio, { atMost: 1 }))}.`,
			`Goal: memory grows by at most 100 MB in every round. Measured: ${everyRound(growth(own), { atMost: 100 }, megabytes)}.`,
		],
	};
}
