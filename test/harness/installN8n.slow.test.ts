import {
	chmodSync,
	existsSync,
	mkdirSync,
	readdirSync,
	readFileSync,
	rmSync,
	writeFileSync,
} from 'node:fs';
import { basename, join } from 'node:path';
import { newTemporaryFolder } from '../../harness/folders';
import { installN8n } from '../../harness/installN8n';
import { DEFAULT_N8N_VERSION, planInstall } from '../../harness/n8nVersions';

/** Puts down what the real npm would, as far as the installer looks at it, and notes that it was called. */
const FAKE_NPM = `#!${process.execPath}
const { appendFileSync, mkdirSync, writeFileSync } = require('node:fs');
const command = process.argv[2];
appendFileSync(process.env.FAKE_NPM_CALLS, command + '\\n');
if (process.env.FAKE_NPM_FAILS === command) {
	console.error('npm error code ECONNRESET');
	process.exit(1);
}
const put = (path, text) => {
	mkdirSync(path.replace(/[^/]+$/, ''), { recursive: true });
	writeFileSync(path, text);
};
if (command === 'ci' || command === 'install') {
	console.error('npm http fetch GET 200 https://registry.example/n8n/-/n8n-1.0.0.tgz 5ms');
	put('node_modules/n8n/bin/n8n', 'console.log(' + JSON.stringify(process.env.FAKE_N8N_VERSION) + ')');
	put('node_modules/n8n/package.json', '{}');
	put('node_modules/sqlite3/package.json', '{}');
	put('node_modules/sqlite3/index.js', '');
	put('node_modules/.package-lock.json', JSON.stringify({ packages: {
		'node_modules/n8n': {},
		'node_modules/sqlite3': {},
		'node_modules/elsewhere': { optional: true },
	} }));
}
`;

describe('installN8n', () => {
	const folder = newTemporaryFolder('install');
	const npm = join(folder, 'npm');
	const calls = join(folder, 'calls');
	const version = DEFAULT_N8N_VERSION;
	const before = { ...process.env };
	let progress: string[];

	const install = async (of = version) =>
		await installN8n(of, { npm, room: 0, onProgress: (message) => progress.push(message) });
	const npmCalls = () => (existsSync(calls) ? readFileSync(calls, 'utf8').trim().split('\n') : []);
	const target = () => planInstall(version).folder;

	beforeEach(() => {
		progress = [];
		process.env.AUDIOSPLITER_CACHE = join(folder, 'cache');
		process.env.FAKE_NPM_CALLS = calls;
		process.env.FAKE_N8N_VERSION = version;
		delete process.env.FAKE_NPM_FAILS;
		writeFileSync(npm, FAKE_NPM);
		chmodSync(npm, 0o755);
		for (const path of [calls, join(folder, 'cache')])
			rmSync(path, { recursive: true, force: true });
	});

	afterAll(() => {
		process.env = before;
		rmSync(folder, { recursive: true, force: true });
	});

	it('installs from the lockfile once, and finds it the second time', async () => {
		const first = await install();
		expect(first).toEqual({
			version,
			node: process.execPath,
			entry: join(target(), 'node_modules', 'n8n', 'bin', 'n8n'),
			folder: target(),
		});
		expect(await install()).toEqual(first);
		expect(npmCalls()).toEqual(['view', 'ci', 'rebuild']);
		expect(progress.some((message) => message.startsWith('downloading packages: 1'))).toBe(true);
	});

	it('removes what an interrupted install left, and installs', async () => {
		mkdirSync(join(`${target()}.partial`, 'node_modules', 'half'), { recursive: true });
		await install();
		expect(existsSync(join(target(), 'node_modules', 'half'))).toBe(false);
		expect(existsSync(`${target()}.partial`)).toBe(false);
		expect(progress).toContain('an earlier install did not finish or was damaged: removing it');
	});

	it('installs again where the folder is there but was never completed', async () => {
		mkdirSync(join(target(), 'node_modules'), { recursive: true });
		await install();
		expect(npmCalls()).toEqual(['view', 'ci', 'rebuild']);
	});

	it.each(['n8n/package.json', 'sqlite3/package.json', '.package-lock.json'])(
		'installs again where node_modules/%s has gone',
		async (path) => {
			const { folder: installed } = await install();
			rmSync(join(installed, 'node_modules', path));
			await install();
			expect(npmCalls()).toEqual(['view', 'ci', 'rebuild', 'view', 'ci', 'rebuild']);
		},
	);

	it.each(['view', 'ci', 'rebuild'])(
		'leaves nothing behind when npm %s fails, and repairs next time',
		async (command) => {
			process.env.FAKE_NPM_FAILS = command;
			await expect(install()).rejects.toThrow(/ECONNRESET|sqlite3/);
			expect(readdirSync(join(folder, 'cache'))).toEqual([]);
			delete process.env.FAKE_NPM_FAILS;
			expect((await install()).folder).toBe(target());
		},
	);

	it('installs once where two ask at the same time', async () => {
		const [one, two] = await Promise.all([install(), install()]);
		expect(one).toEqual(two);
		expect(npmCalls()).toEqual(['view', 'ci', 'rebuild']);
	});

	it('refuses an n8n that does not start', async () => {
		process.env.FAKE_N8N_VERSION = '0.0.1';
		await expect(install()).rejects.toThrow(/does not start here: it calls itself 0\.0\.1/);
		expect(readdirSync(join(folder, 'cache'))).toEqual([]);
	});

	it('says what is missing where the disk has too little room', async () => {
		await expect(installN8n(version, { npm, room: 1e9 })).rejects.toThrow(
			/needs 1000000000 GB.*Make room/,
		);
		expect(npmCalls()).toEqual([]);
	});

	it('lets npm choose the tree of a version that the repository does not pin, and says so', async () => {
		process.env.FAKE_N8N_VERSION = '9.8.7';
		const { folder: installed } = await install('9.8.7');
		expect(basename(installed)).toBe('n8n-9.8.7-unpinned');
		expect(npmCalls()).toEqual(['view', 'install', 'rebuild']);
		expect(progress).toContain(
			'this version is not pinned in the repository: npm chooses its tree',
		);
		const { dependencies } = JSON.parse(readFileSync(join(installed, 'package.json'), 'utf8')) as {
			dependencies: object;
		};
		expect(dependencies).toEqual({ n8n: '9.8.7' });
	});

	it('refuses what is no exact version', async () => {
		await expect(install('latest')).rejects.toThrow(/"latest" is not an exact n8n version/);
	});
});
