export interface Bar {
	label: string;
	value: number;
	/** What stands at its end. */
	text: string;
	/** Drawn in the package's colour; the others are grey. */
	own?: boolean;
}

export interface BarChart {
	title: string;
	bars: Bar[];
}

const WIDTH = 720;
const LABELS = 260;
const TEXTS = 130;
const ROW = 28;
const TOP = 44;

const escape = (text: string): string =>
	text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

/** A chart of horizontal bars as SVG, on a ground of its own, so that it can be read in light and dark pages. */
export const barChart = ({ title, bars }: BarChart): string => {
	const height = TOP + bars.length * ROW + 12;
	const most = Math.max(...bars.map(({ value }) => value), Number.MIN_VALUE);
	const rows = bars.map(({ label, value, text, own }, index) => {
		const y = TOP + index * ROW;
		const length = Math.max(1, (value / most) * (WIDTH - LABELS - TEXTS)).toFixed(1);
		const middle = y + ROW / 2 + 1;
		return `	<text x="${LABELS - 10}" y="${middle}" text-anchor="end">${escape(label)}</text>
	<rect x="${LABELS}" y="${y}" width="${length}" height="${ROW - 8}" rx="2" fill="${own ? '#5b5bd6' : '#a8adb7'}"/>
	<text x="${(LABELS + Number(length) + 8).toFixed(1)}" y="${middle}">${escape(text)}</text>`;
	});
	return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}" role="img" font-family="system-ui, sans-serif" font-size="13" fill="#1d2433">
	<title>${escape(title)}</title>
	<rect width="${WIDTH}" height="${height}" rx="6" fill="#ffffff"/>
	<text x="16" y="26" font-size="15" font-weight="600">${escape(title)}</text>
${rows.join('\n')}
</svg>
`;
};
