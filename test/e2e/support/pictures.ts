import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Locator, Page } from 'playwright-core';
import { newTemporaryFolder, repository } from '../../../harness/folders';

/** Where the README's pictures are, light and dark, with the text that is in both. */
const PICTURES = join(repository, 'docs', 'images');

/** Set by `npm run screenshots`; otherwise the pictures go to a temporary folder and the repository stays as it is. */
export const isTakingPictures = Boolean(process.env.AUDIOSPLITER_SCREENSHOTS);

/** Bytes. A README is read on phones as well. */
export const MAX_PICTURE = 60 * 1024;

/** Milliseconds in which nothing changes once everything is drawn. */
const STILL = 5_000;

export interface Picture {
	page: Page;
	name: string;
	theme: 'light' | 'dark';
	/** What is in it. */
	of: Locator[];
	/** Which part of the window to take. */
	clip: { x: number; y: number; width: number; height: number };
}

/** IDs, addresses and figures change from run to run; words do not. */
const words = (text: string): string =>
	text
		.replace(/\b[0-9a-f]{8}-[0-9a-f-]{27}\b|job_\w+|\b[0-9a-f]{12,}\b|\d+([.:,-]\d+)*/g, '#')
		.split('\n')
		.map((line) => line.trim())
		.filter(Boolean)
		.join('\n');

/**
 * Takes a picture, and compares the words in it with those of the README's picture.
 *
 * @returns bytes of the picture, the words that it shows, and the words that the README's shows
 */
export const takePicture = async ({ page, name, theme, of, clip }: Picture) => {
	const record = join(PICTURES, `${name}.txt`);
	const recorded = existsSync(record) ? readFileSync(record, 'utf8') : undefined;
	const read = async (): Promise<string> => {
		const texts = await Promise.all(of.map(async (part) => await part.innerText()));
		return `${words(texts.join('\n'))}\n`;
	};
	// The editor goes on drawing for a while after a run has ended: the numbers of items on the connections come last.
	let shown = await read();
	for (
		let since = Date.now();
		Date.now() - since < STILL && (isTakingPictures || shown !== recorded);
	) {
		await sleep(100);
		const now = await read();
		if (now !== shown) since = Date.now();
		shown = now;
	}
	const folder = isTakingPictures ? PICTURES : newTemporaryFolder('pictures');
	mkdirSync(folder, { recursive: true });
	const image = await page.screenshot({
		path: join(folder, theme === 'dark' ? `${name}-dark.png` : `${name}.png`),
		clip,
		// Messages that come and go.
		style: '.el-notification { display: none !important; }',
	});
	if (isTakingPictures) writeFileSync(record, shown);
	return { bytes: image.length, shown, recorded: isTakingPictures ? shown : recorded };
};
