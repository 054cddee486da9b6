import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { END_WITH_PARENT } from './folders';
import { startProcess } from './processes';

/** What npm printed, and how it ended. */
export interface NpmResult {
	code: number;
	log: string;
}

export interface NpmOptions {
	cwd: string;
	env?: NodeJS.ProcessEnv;
	/** The program to run instead of the `npm` on the path. */
	npm?: string;
	onLine?: (line: string) => void;
}

const LOG_LIMIT = 2_000_000;

/** `npm run` hands its own settings to what it runs; an npm started from there must not inherit them. */
const withoutNpmSettings = (env: NodeJS.ProcessEnv): NodeJS.ProcessEnv =>
	Object.fromEntries(
		Object.entries(env).filter(
			([name]) =>
				!/^npm_(package|lifecycle|command|execpath)/i.test(name) &&
				!/^npm_config_(ignore_scripts|legacy_peer_deps|omit_lockfile|local_prefix)/i.test(name) &&
				name !== 'NODE_OPTIONS',
		),
	);

/** Runs npm without questions, audits or adverts, and without waiting minutes for a dead registry. */
export const runNpm = async (args: readonly string[], options: NpmOptions): Promise<NpmResult> => {
	let log = '';
	let child: ChildProcess;
	const quiet = ['--no-audit', '--no-fund', '--no-update-notifier', '--no-progress'];
	const patience = [
		'--fetch-retries=3',
		'--fetch-retry-mintimeout=1000',
		'--fetch-retry-maxtimeout=5000',
		'--fetch-timeout=60000',
	];
	try {
		child = startProcess(options.npm ?? 'npm', [...args, ...quiet, ...patience], {
			cwd: options.cwd,
			env: {
				...withoutNpmSettings(process.env),
				NODE_OPTIONS: `--import=${END_WITH_PARENT}`,
				...options.env,
			},
			stdio: ['ignore', 'pipe', 'pipe'],
			shell: process.platform === 'win32',
		});
		for (const stream of [child.stdout, child.stderr]) {
			if (!stream) continue;
			createInterface({ input: stream }).on('line', (line) => {
				log = `${log}${line}\n`.slice(-LOG_LIMIT);
				options.onLine?.(line);
			});
		}
		const [code, signal] = (await once(child, 'close')) as [number | null, string | null];
		return { code: code ?? 1, log: signal ? `${log}npm was ended by ${signal}\n` : log };
	} catch (error) {
		return { code: 1, log: `${log}${(error as Error).message}\n` };
	}
};
