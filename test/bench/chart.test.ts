import { barChart } from '../../bench/chart';

test('bars are as long as their values, and texts cannot break the SVG', () => {
	const svg = barChart({
		title: 'Calls & delays',
		bars: [
			{ label: 'ours <1>', value: 5, text: '5', own: true },
			{ label: 'theirs', value: 10, text: '10' },
		],
	});
	const [, own, other] = [...svg.matchAll(/<rect [^>]*?width="([\d.]+)"/g)].map(([, width]) =>
		Number(width),
	);
	expect((other ?? 0) / (own ?? 0)).toBeCloseTo(2);
	expect(svg).toContain('Calls &amp; delays');
	expect(svg).toContain('ours &lt;1&gt;');
});
