import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Icon } from 'n8n-workflow';
import { AudioSpliterApi } from '../../credentials/AudioSpliterApi.credentials';
import { repository } from '../../harness/folders';
import { AudioSpliter } from '../../nodes/AudioSpliter/AudioSpliter.node';
import { AudioSpliterPollingTrigger } from '../../nodes/AudioSpliter/AudioSpliterPollingTrigger.node';
import { AudioSpliterTrigger } from '../../nodes/AudioSpliter/AudioSpliterTrigger.node';

/** n8n's node backgrounds. */
const BACKGROUNDS = { light: '#ffffff', dark: '#2b2b2b' } as const;
/** n8n asks for 1.5; this is what WCAG 2.2 asks for of graphics (1.4.11). */
const LEAST_CONTRAST = 3;

/** Relative luminance of a colour such as `#4338ca` (WCAG 2.2). */
const luminance = (colour: string): number => {
	const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
		const channel = parseInt(colour.slice(at, at + 2), 16) / 255;
		return channel <= 0.04045 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4;
	});
	return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
};

const contrast = (one: string, other: string): number => {
	const [dark = 0, light = 0] = [luminance(one), luminance(other)].sort((a, b) => a - b);
	return (light + 0.05) / (dark + 0.05);
};

const coloursOf = (svg: string): string[] =>
	[...svg.matchAll(/(?:fill|stroke|stop-color)\s*[=:]\s*["']?([^"';>\s]+)/g)]
		.map(([, colour]) => colour ?? '')
		.filter((colour) => colour !== 'none');

const ICONS: Array<[string, string, Icon | undefined]> = [
	['AudioSpliter', 'nodes/AudioSpliter', new AudioSpliter().description.icon],
	['AudioSpliter Trigger', 'nodes/AudioSpliter', new AudioSpliterTrigger().description.icon],
	[
		'AudioSpliter Polling Trigger',
		'nodes/AudioSpliter',
		new AudioSpliterPollingTrigger().description.icon,
	],
	['the credential', 'credentials', new AudioSpliterApi().icon],
];

describe.each(ICONS)('the icon of %s', (_what, folder, icon) => {
	const variants = icon as Record<keyof typeof BACKGROUNDS, string>;
	const pathOf = (theme: keyof typeof BACKGROUNDS): string =>
		join(repository, folder, variants[theme].replace(/^file:/, ''));

	it.each(['light', 'dark'] as const)('stands out on the %s theme, in every colour', (theme) => {
		const svg = readFileSync(pathOf(theme), 'utf8');
		const colours = coloursOf(svg);
		expect(colours.length).toBeGreaterThan(0);
		for (const colour of colours) {
			expect(colour).toMatch(/^#[0-9a-f]{6}$/);
			expect(contrast(colour, BACKGROUNDS[theme])).toBeGreaterThanOrEqual(LEAST_CONTRAST);
		}
	});

	it.each(['light', 'dark'] as const)(
		'is a small square SVG by itself on the %s theme',
		(theme) => {
			const svg = readFileSync(pathOf(theme), 'utf8');
			expect(variants[theme]).toMatch(/^file:.*\.svg$/);
			expect(svg).toMatch(/viewBox="0 0 (\d+) \1"/);
			expect(svg).not.toMatch(/<script|<image|href=|url\(/i);
			expect(statSync(pathOf(theme)).size).toBeLessThan(4096);
		},
	);

	it.each(['light', 'dark'] as const)(
		'is legible where it is smallest, in 16 pixels, on the %s theme: no line is thinner than two',
		(theme) => {
			const svg = readFileSync(pathOf(theme), 'utf8');
			const unitsPerPixel = Number(/viewBox="0 0 (\d+)/.exec(svg)?.[1]) / 16;
			const widths = [...svg.matchAll(/stroke-width="([\d.]+)"/g)].map(([, width]) =>
				Number(width),
			);
			expect(widths.length).toBeGreaterThan(0);
			expect(Math.min(...widths) / unitsPerPixel).toBeGreaterThanOrEqual(2);
			// Whole pixels: a line between two of them is a blur.
			expect(widths.map((width) => (width / unitsPerPixel) % 1)).toEqual(widths.map(() => 0));
		},
	);

	it('has a variant of its own for each theme', () => {
		expect(pathOf('light')).not.toBe(pathOf('dark'));
	});
});
