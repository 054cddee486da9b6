import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { repository } from '../../harness/folders';

interface Manifest {
	[field: string]: unknown;
	name: string;
	version: string;
	description: string;
	keywords: string[];
	author: { name: string; email: string };
	repository: { type: string; url: string; directory?: string };
	scripts: Record<string, string>;
	n8n: { n8nNodesApiVersion: number; nodes: string[]; credentials: string[] };
}

const read = (path: string): string => readFileSync(join(repository, path), 'utf8');
const manifest = JSON.parse(read('package.json')) as Manifest;

/** Run when somebody installs a package, which verified packages must not do anything at. */
const INSTALL_SCRIPTS = [
	...['prepare', 'preinstall', 'install', 'postinstall'],
	...['prepublish', 'preprepare', 'postprepare'],
];

describe('package.json, as a reviewer checks it', () => {
	it('names the package, its version, licence and purpose', () => {
		expect(manifest.name).toBe('n8n-nodes-audiospliter');
		expect(manifest.version).toMatch(/^\d+\.\d+\.\d+$/);
		expect(manifest.license).toBe('MIT');
		expect(read('LICENSE')).toMatch(/^MIT License/);
		expect(manifest.description.length).toBeGreaterThan(40);
		expect(manifest.private).toBeUndefined();
	});

	it('says who made it and where it is kept', () => {
		expect(manifest.author.name).not.toBe('');
		expect(manifest.author.email).toMatch(/^\S+@\S+\.\w+$/);
		expect(manifest.repository.type).toBe('git');
		const [, address = ''] = /^git\+(https:\/\/github\.com\/[\w-]+\/[\w-]+)\.git$/.exec(
			manifest.repository.url,
		) ?? [''];
		expect(address).not.toBe('');
		expect(manifest.homepage).toBe(`${address}#readme`);
		expect(manifest.bugs).toEqual({ url: `${address}/issues` });
		// A repository of several packages is not accepted.
		expect(manifest.repository.directory).toBeUndefined();
		expect(manifest.workspaces).toBeUndefined();
	});

	it('is found by the words people search for', () => {
		expect(manifest.keywords).toEqual(
			expect.arrayContaining(['n8n-community-node-package', 'audiospliter', 'audio', 'split']),
		);
		expect(new Set(manifest.keywords).size).toBe(manifest.keywords.length);
	});

	it('depends on nothing at run time but n8n', () => {
		for (const field of [
			...['dependencies', 'optionalDependencies', 'bundledDependencies', 'bundleDependencies'],
			...['overrides', 'resolutions'],
		]) {
			expect(manifest[field]).toBeUndefined();
		}
		expect(manifest.peerDependencies).toEqual({ 'n8n-workflow': '*' });
	});

	it('runs nothing when it is installed', () => {
		expect(Object.keys(manifest.scripts).filter((name) => INSTALL_SCRIPTS.includes(name))).toEqual(
			[],
		);
	});

	it('tells n8n which nodes and credentials it brings', () => {
		expect(manifest.n8n.n8nNodesApiVersion).toBe(1);
		expect(manifest.n8n.nodes).toEqual([
			'dist/nodes/AudioSpliter/AudioSpliter.node.js',
			'dist/nodes/AudioSpliter/AudioSpliterTrigger.node.js',
			'dist/nodes/AudioSpliter/AudioSpliterPollingTrigger.node.js',
		]);
		expect(manifest.n8n.credentials).toEqual(['dist/credentials/AudioSpliterApi.credentials.js']);
		expect(manifest.files).toEqual(['dist/nodes', 'dist/credentials']);
	});

	it('has its version in the changelog', () => {
		expect(read('CHANGELOG.md')).toMatch(
			new RegExp(`^## ${manifest.version.replaceAll('.', '\\.')}$`, 'm'),
		);
	});
});
