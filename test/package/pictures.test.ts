import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { repository } from '../../harness/folders';

const folder = join(repository, 'docs', 'images');
const pictures = readdirSync(folder).filter((name) => name.endsWith('.png'));
/** By its whole address, since npm's page would look for it on npm's own server. */
const DARK_PICTURE =
	/<source media="\(prefers-color-scheme: dark\)" srcset="https:\/\/raw\.githubusercontent\.com\/n8n-nodes-audiospliter\/n8n-nodes-audiospliter\/HEAD\/docs\/images\/([^"]+)">/g;
const MAX_BYTES = 60 * 1024;

describe('the pictures of the README', () => {
	it('are the ones that it shows, light and dark, with a text for those who do not see them', () => {
		const readme = readFileSync(join(repository, 'README.md'), 'utf8');
		const shown = [...readme.matchAll(/<img alt="([^"]*)" src="docs\/images\/([^"]+)">/g)];
		const dark = [...readme.matchAll(DARK_PICTURE)].map(([, name]) => name);
		expect(dark).toEqual(shown.map(([, , name]) => name?.replace('.png', '-dark.png')));
		expect([...shown.map(([, , name]) => name), ...dark].sort()).toEqual([...pictures].sort());
		expect(shown.length).toBeLessThanOrEqual(3);
		for (const [, text] of shown) expect(text?.length).toBeGreaterThan(30);
	});

	it.each(pictures)('%s is a small PNG', (name) => {
		expect(readFileSync(join(folder, name)).toString('latin1', 1, 4)).toBe('PNG');
		expect(statSync(join(folder, name)).size).toBeLessThan(MAX_BYTES);
	});

	// test/e2e/editorPictures.test.ts takes each picture again and compares the words in it.
	it.each(pictures)('%s has the words that are in it beside it', (name) => {
		const words = readFileSync(join(folder, name.replace(/(-dark)?\.png$/, '.txt')), 'utf8');
		expect(words.split('\n').length).toBeGreaterThan(5);
	});
});
