import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { INodeProperties } from 'n8n-workflow';
import { AudioSpliterApi } from '../../credentials/AudioSpliterApi.credentials';
import { repository } from '../../harness/folders';
import { properties } from '../../nodes/AudioSpliter/resources';
import { pollingTriggerFields, triggerFields } from '../../nodes/AudioSpliter/trigger/fields';
import { readSection, sections } from '../../scripts/parameters/sections';

const PAGES = [
	'README.md',
	'CHANGELOG.md',
	'CONTRIBUTING.md',
	'SECURITY.md',
	...readdirSync(join(repository, 'docs'))
		.filter((name) => name.endsWith('.md'))
		.map((name) => `docs/${name}`),
];

const read = (path: string): string => readFileSync(join(repository, path), 'utf8');

/** As GitHub makes a heading's anchor. */
const anchorOf = (heading: string): string =>
	heading
		.trim()
		.toLowerCase()
		.replace(/[^\p{L}\p{N}\s_-]/gu, '')
		.replace(/\s/g, '-');

const withoutCode = (markdown: string): string => markdown.replace(/^```[\s\S]*?^```$/gm, '');

const anchorsOf = (markdown: string): string[] =>
	[...withoutCode(markdown).matchAll(/^#{1,6} (.+)$/gm)].map(([, heading]) =>
		anchorOf(heading ?? ''),
	);

const linksOf = (markdown: string): string[] =>
	[...withoutCode(markdown).matchAll(/\]\(([^)\s]+)\)/g)].map(([, target]) => target ?? '');

describe('docs/parameters.md', () => {
	const parameters = read('docs/parameters.md');

	it.each(Object.keys(sections()))('has the %s that the nodes have', (name) => {
		expect(readSection(parameters, name)).toBe(sections()[name]);
	});

	it('names every operation and every parameter of the action node', () => {
		const reference = readSection(parameters, 'operations');
		const flatten = (all: INodeProperties[]): INodeProperties[] =>
			all.flatMap((parameter) =>
				parameter.type === 'collection'
					? flatten(parameter.options as INodeProperties[])
					: [parameter],
			);
		for (const { displayName, name, type } of flatten(properties)) {
			if (['resource', 'operation'].includes(name) || type === 'notice') continue;
			expect(reference).toMatch(
				new RegExp(`\\| (.+ › )?${displayName} \\| \`(\\w+\\.)?${name}\\b`),
			);
		}
		const headings = reference.split('\n').filter((line) => line.startsWith('### '));
		expect(headings.map((heading) => heading.slice(4)).sort()).toEqual([
			'Segment: Download',
			'Segment: Get Many',
			'Split Job: Create',
			'Split Job: Delete',
			'Split Job: Get',
			'Split Job: Get Many',
			'Split Job: Wait for Completion',
		]);
	});

	it.each([
		{ title: 'trigger', fields: triggerFields, progress: true },
		{ title: 'polling trigger', fields: pollingTriggerFields, progress: false },
	])('names every parameter and event of the $title', ({ title, fields, progress }) => {
		const reference = readSection(parameters, `${title} parameters`);
		for (const { displayName, type } of fields) {
			if (['notice', 'hidden'].includes(type)) continue;
			expect(reference).toMatch(new RegExp(`^\\| ${displayName} (› .+ )?\\| `, 'm'));
		}
		const events = ['job.completed', 'job.failed', ...(progress ? ['job.progress'] : [])];
		expect(reference.match(/(?<=`)job\.\w+(?=`)/g)).toEqual(events);
	});
});

describe('the README', () => {
	const readme = read('README.md');

	it('is short: at most 200 lines and 2,000 words', () => {
		expect(readme.split('\n').length).toBeLessThanOrEqual(200);
		expect(readme.split(/\s+/).length).toBeLessThanOrEqual(2_000);
	});

	it('leads to every page of docs/ and every example', () => {
		for (const folder of ['docs', 'examples']) {
			const files = readdirSync(join(repository, folder)).filter((name) =>
				/\.(md|json)$/.test(name),
			);
			expect(files.length).toBeGreaterThan(5);
			for (const file of files) expect(linksOf(readme)).toContain(`${folder}/${file}`);
		}
	});

	it('describes every field of the credential', () => {
		for (const { displayName } of new AudioSpliterApi().properties) {
			expect(readme).toContain(`| ${displayName} | `);
		}
	});

	it('names only commands that exist', () => {
		const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };
		const commands = PAGES.flatMap((page) => [...read(page).matchAll(/npm run ([\w:-]+)/g)]);
		expect(commands.length).toBeGreaterThan(5);
		for (const [, command = ''] of commands) expect(Object.keys(scripts)).toContain(command);
	});

	it('says at the top how to see it work and how to test it', () => {
		const top = readme.slice(0, readme.indexOf('\n## '));
		expect(top).toMatch(/^npm run demo\b/m);
		expect(top).toMatch(/^npm test\b/m);
	});
});

describe('links', () => {
	it.each(PAGES)('of %s lead somewhere', (page) => {
		for (const link of linksOf(read(page))) {
			if (/^(https?|mailto):/.test(link)) continue;
			const [path = '', anchor] = link.split('#');
			const target = path === '' ? page : join(dirname(page), path);
			expect({ link, exists: existsSync(join(repository, target)) }).toEqual({
				link,
				exists: true,
			});
			if (anchor) expect(anchorsOf(read(target))).toContain(anchor);
		}
	});

	it('from the nodes and the credential lead to headings of the README', () => {
		const home = `${(JSON.parse(read('package.json')) as { homepage: string }).homepage.split('#')[0]}#`;
		const files = [
			'AudioSpliter.node.json',
			'AudioSpliterTrigger.node.json',
			'AudioSpliterPollingTrigger.node.json',
		];
		const codexLinks = files.flatMap((file) =>
			Object.values(
				(
					JSON.parse(read(`nodes/AudioSpliter/${file}`)) as {
						resources: Record<string, Array<{ url: string }>>;
					}
				).resources,
			)
				.flat()
				.map(({ url }) => url),
		);
		const anchors = [...anchorsOf(read('README.md')), 'readme'];
		const links = [...codexLinks, new AudioSpliterApi().documentationUrl];
		expect(links.length).toBeGreaterThan(4);
		for (const link of links) {
			expect(link.startsWith(home)).toBe(true);
			expect(anchors).toContain(link.slice(home.length));
		}
	});
});
