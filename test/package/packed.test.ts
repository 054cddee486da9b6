import { createRequire } from 'node:module';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { ICredentialType, INodeType } from 'n8n-workflow';
import { repository } from '../../harness/folders';
import type { Packed } from './support/packed';
import { unpackPackage } from './support/packed';

const BUILD_LIMIT = 120_000;

/**
 * What is to be published: what npm always takes along, icons and codex files, a file for each node and credential, and
 * one for what they share.
 */
const expectedFiles = (): string[] => {
	const sources = ['nodes', 'credentials'].flatMap((folder) =>
		readdirSync(join(repository, folder), { recursive: true, encoding: 'utf8' })
			.map((name) => `${folder}/${name.replaceAll('\\', '/')}`)
			.filter((name) => /\.(node\.ts|credentials\.ts|svg|json)$/.test(name)),
	);
	return [
		...['LICENSE', 'README.md', 'package.json', 'dist/nodes/AudioSpliter/shared.js'],
		...sources.map((name) => `dist/${name.replace(/\.ts$/, '.js')}`),
	].sort();
};

describe('the packed package', () => {
	let packed: Packed;

	beforeAll(async () => {
		packed = await unpackPackage();
	}, BUILD_LIMIT);
	afterAll(() => packed?.remove());

	const load = (path: string): Record<string, new () => unknown> =>
		createRequire(__filename)(join(packed.folder, path)) as Record<string, new () => unknown>;

	it('has what n8n loads, the icons and the codex files, and nothing else', () => {
		expect(packed.files.sort()).toEqual(expectedFiles());
		expect(packed.files).toEqual(
			expect.arrayContaining([
				'dist/nodes/AudioSpliter/AudioSpliter.node.json',
				'dist/nodes/AudioSpliter/AudioSpliterTrigger.node.json',
				'dist/nodes/AudioSpliter/AudioSpliterPollingTrigger.node.json',
				'dist/nodes/AudioSpliter/audiospliter.svg',
				'dist/nodes/AudioSpliter/audiospliter.dark.svg',
			]),
		);
	});

	it('is small', () => {
		expect(packed.size).toBeLessThan(60 * 1024);
		expect(packed.unpackedSize).toBeLessThan(1024 ** 2);
	});

	it('is in ASCII, which V8 keeps with one byte a character, a line for each statement, and the names that functions have in the source', () => {
		const code = expectedFiles()
			.filter((path) => path.endsWith('.js'))
			.map((path) => readFileSync(join(packed.folder, path), 'utf8'))
			.join('');
		expect(code.match(/[^\0-\x7f]/g)).toBeNull();
		expect(code).toMatch(/^async function runBatch\(\w,\w\)\{$/m);
		expect(code).toMatch(/^let\{prepared:\w,until:\w\}=\w;$/m);
	});

	it("formats no number and no date while it is loaded: the first one adds 10 ms to n8n's start", () => {
		const formats = [
			jest.spyOn(Number.prototype, 'toLocaleString'),
			jest.spyOn(Date.prototype, 'toLocaleString'),
			jest.spyOn(Intl, 'NumberFormat'),
			jest.spyOn(Intl, 'DateTimeFormat'),
		];
		jest.resetModules();
		load('dist/nodes/AudioSpliter/shared.js');
		const used = formats.filter(({ mock }) => mock.calls.length > 0);
		for (const format of formats) format.mockRestore();
		expect(used).toEqual([]);
	});

	it('has what package.json tells n8n to load, under the names that n8n looks for', () => {
		const { n8n } = load('package.json') as unknown as {
			n8n: { nodes: string[]; credentials: string[] };
		};
		const classOf = (path: string): unknown => {
			const [, name = ''] = /([^/]+)\.(?:node|credentials)\.js$/.exec(path) ?? [];
			const Class = load(path)[name];
			if (!Class) throw new Error(`${path} does not export ${name}.`);
			return new Class();
		};
		expect(n8n.nodes.map((path) => (classOf(path) as INodeType).description.name)).toEqual([
			...['audioSpliter', 'audioSpliterTrigger', 'audioSpliterPollingTrigger'],
		]);
		expect(n8n.credentials.map((path) => (classOf(path) as ICredentialType).name)).toEqual([
			'audioSpliterApi',
		]);
	});
});
