import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, renameSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { withFileLock } from './fileLock';
import { readJson } from './folders';
import type { InstallPlan } from './n8nVersions';
import { planInstall } from './n8nVersions';
import { runNpm } from './npm';
import { explainRebuildFailure, npmFailure } from './npmFailure';

/** An n8n that is ready to be started. */
export interface N8nInstall {
	version: string;
	/** The Node program that runs it: one of its own, or this machine's where none is published. */
	node: string;
	/** n8n's own `bin/n8n`. */
	entry: string;
	folder: string;
}

export interface InstallOptions {
	/** Called with a short text whenever there is something to tell. */
	onProgress?: (message: string) => void;
	/** The npm program to use; the one on the path by default. */
	npm?: string;
	/** GB that must be free; n8n's 3.5 by default. */
	room?: number;
}

interface Marker {
	node: string;
}

const MARKER = '.complete.json';
const ROOM_NEEDED_GB = 3.5;
const run = promisify(execFile);

const markerOf = (folder: string): Marker | undefined => readJson<Marker>(join(folder, MARKER));

/** Is every package there that npm put down? A crash, or a cleaner of caches, may have taken some. */
const isWhole = (folder: string): boolean => {
	const tree = readJson<{ packages: Record<string, { optional?: boolean }> }>(
		join(folder, 'node_modules', '.package-lock.json'),
	);
	if (!tree) return false;
	return Object.entries(tree.packages).every(
		([path, { optional }]) => optional || existsSync(join(folder, path, 'package.json')),
	);
};

const ready = ({ version, folder }: InstallPlan): N8nInstall | undefined => {
	const marker = markerOf(folder);
	if (!marker) return undefined;
	const entry = join(folder, 'node_modules', 'n8n', 'bin', 'n8n');
	// A relative path is inside the install, so that the cache folder can be moved.
	const node = resolve(folder, marker.node);
	return existsSync(node) && existsSync(entry) && isWhole(folder)
		? { version, node, entry, folder }
		: undefined;
};

/** The n8n `version` of the cache folder, where it is whole: `installN8n` would have nothing to do. */
export const findN8n = (version: string): N8nInstall | undefined => ready(planInstall(version));

/** Node programs to try: the one that was installed along, then the one that runs this. */
const nodesIn = (folder: string): string[] => {
	const platform = process.platform === 'win32' ? 'win' : process.platform;
	const name = process.platform === 'win32' ? 'node.exe' : 'node';
	// The package of Macs with Apple's processors has a name of its own.
	const own = ['node', 'node-bin']
		.map((prefix) => join('node_modules', `${prefix}-${platform}-${process.arch}`, 'bin', name))
		.filter((path) => existsSync(join(folder, path)));
	return [...own, process.execPath];
};

/** n8n refuses a Node it does not support, and sqlite3 a platform it was not built for. */
const verify = async (folder: string, version: string): Promise<string> => {
	const problems: string[] = [];
	for (const node of nodesIn(folder)) {
		const program = resolve(folder, node);
		try {
			const entry = join('node_modules', 'n8n', 'bin', 'n8n');
			const { stdout } = await run(program, [entry, '--version'], { cwd: folder });
			if (stdout.trim() !== version) throw new Error(`it calls itself ${stdout.trim()}`);
			await run(program, ['--eval', 'require("sqlite3")'], { cwd: folder });
			return node;
		} catch (error) {
			const lines = (error as Error).message.split('\n').map((line) => line.trim());
			problems.push(lines.find((line) => /Node\.js version|Error:/.test(line)) ?? lines[0] ?? '');
		}
	}
	throw new Error(
		`n8n ${version} was installed but does not start here: ${problems.join(' / ')}. If it asks for a newer Node, run this command with that Node.`,
	);
};

/** node-gyp downloads Node's headers unless it is told that they are here, beside the program. */
const headersHere = (): NodeJS.ProcessEnv => {
	const prefix = dirname(dirname(process.execPath));
	return existsSync(join(prefix, 'include', 'node', 'node_api.h'))
		? { npm_config_nodedir: prefix }
		: {};
};

const assertRoom = (folder: string, needed: number): void => {
	const { bavail, bsize } = statfsSync(folder);
	const free = (bavail * bsize) / 1024 ** 3;
	if (free >= needed) return;
	throw new Error(
		`n8n needs ${needed} GB, and ${folder} has ${free.toFixed(1)} GB left. Make room, or point AUDIOSPLITER_CACHE at a folder with room.`,
	);
};

const install = async (
	plan: InstallPlan,
	partial: string,
	options: InstallOptions,
): Promise<void> => {
	const tell = options.onProgress ?? (() => undefined);
	mkdirSync(partial, { recursive: true });
	assertRoom(partial, options.room ?? ROOM_NEEDED_GB);
	writeFileSync(join(partial, 'package.json'), plan.packageJson);
	if (plan.packageLock) writeFileSync(join(partial, 'package-lock.json'), plan.packageLock);

	tell('asking the npm registry');
	// One question first: against a dead registry npm tries every package in turn, for minutes.
	const asked = await runNpm(['view', `n8n@${plan.version}`, 'version'], {
		cwd: partial,
		npm: options.npm,
	});
	if (asked.code !== 0) {
		throw npmFailure(`Installing n8n ${plan.version}`, asked.log);
	}

	let fetched = 0;
	const total = plan.packageLock?.match(/"integrity":/g)?.length;
	const installed = await runNpm(
		[
			plan.packageLock ? 'ci' : 'install',
			'--ignore-scripts',
			'--legacy-peer-deps=false',
			'--loglevel=http',
		],
		{
			cwd: partial,
			npm: options.npm,
			onLine: (line) => {
				if (!/^npm http fetch GET 200 \S+\.tgz/.test(line)) return;
				fetched++;
				tell(`downloading packages: ${fetched}${total ? ` of about ${total}` : ''}`);
			},
		},
	);
	if (installed.code !== 0) {
		throw npmFailure(`Installing n8n ${plan.version}`, installed.log);
	}

	tell('building sqlite3 (about a minute where it has to be compiled)');
	const rebuilt = await runNpm(
		['rebuild', 'sqlite3', '--ignore-scripts=false', '--foreground-scripts'],
		{
			cwd: partial,
			npm: options.npm,
			env: headersHere(),
		},
	);
	if (rebuilt.code !== 0) throw new Error(explainRebuildFailure(rebuilt.log));

	tell('checking that it starts');
	const marker: Marker = { node: await verify(partial, plan.version) };
	writeFileSync(join(partial, MARKER), JSON.stringify(marker));
};

/**
 * Makes sure that n8n `version` is in the cache folder, with a Node that can run it: about 2.8 GB, three
 * minutes the first time, nothing afterwards. An install that was interrupted is started again, and of
 * two processes one installs while the other waits.
 *
 * @throws an Error with one sentence that says what failed and what to do
 */
export const installN8n = async (
	version: string,
	options: InstallOptions = {},
): Promise<N8nInstall> => {
	const tell = options.onProgress ?? (() => undefined);
	const plan = planInstall(version);
	const found = ready(plan);
	if (found) return found;

	mkdirSync(dirname(plan.folder), { recursive: true });
	const partial = `${plan.folder}.partial`;
	return await withFileLock(
		`${plan.folder}.lock`,
		async () => {
			const foundMeanwhile = ready(plan);
			if (foundMeanwhile) return foundMeanwhile;

			if (existsSync(partial) || existsSync(plan.folder)) {
				tell('an earlier install did not finish or was damaged: removing it');
				for (const folder of [partial, plan.folder])
					rmSync(folder, { recursive: true, force: true });
			}
			if (!plan.packageLock)
				tell('this version is not pinned in the repository: npm chooses its tree');
			try {
				await install(plan, partial, options);
				renameSync(partial, plan.folder);
			} catch (error) {
				rmSync(partial, { recursive: true, force: true });
				throw error;
			}
			const installed = ready(plan);
			if (!installed)
				throw new Error(`n8n ${version} was installed, but ${plan.folder} is not complete.`);
			return installed;
		},
		(pid) => tell(`process ${pid} is installing it already: waiting for that`),
	);
};
