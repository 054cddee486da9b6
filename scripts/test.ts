import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { constants } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { repository } from '../harness/folders';
import { installN8n } from '../harness/installN8n';
import { wantedN8nVersion } from '../harness/n8nVersions';
import { build, pack } from '../harness/pack';
import {
	atEnd,
	endEverything,
	endWithThisProcess,
	isEnding,
	temporaryFolder,
} from '../harness/processes';
import { takeN8nVersion } from './arguments';
import { runSteps } from './progress';

/** Where `test/support/countReporter.js` keeps what it has counted. */
const COUNTS = 'counts.json';

const jest = join(repository, 'node_modules', 'jest', 'bin', 'jest.js');

/** Do the arguments select tests that need n8n? jest itself knows best. */
const needsN8n = async (args: string[]): Promise<boolean> => {
	const { stdout } = await promisify(execFile)(process.execPath, [jest, '--listTests', ...args], {
		cwd: repository,
		maxBuffer: 16 * 1024 ** 2,
	});
	return /[\\/]test[\\/]e2e[\\/]/.test(stdout);
};

/**
 * Installs n8n and packs the package.
 *
 * @param meanwhile what needs neither and is run beside the install, which is mostly waiting for the network
 */
const prepareN8n = async (meanwhile?: () => Promise<void>): Promise<void> => {
	const version = wantedN8nVersion();
	let tell = (_message: string): void => undefined;
	const installing = installN8n(version, { onProgress: (message) => tell(message) });
	// Its failure is told of in its turn.
	installing.catch(() => undefined);
	await meanwhile?.();
	await runSteps([
		{
			title: `n8n ${version}`,
			run: async (show) => {
				tell = show;
				await installing;
			},
		},
		{
			title: 'Build and pack',
			run: async () => {
				await build();
				process.env.AUDIOSPLITER_TARBALL = await pack();
			},
		},
	]);
};

/** Runs jest in the foreground: a Ctrl-C in the terminal reaches it as well. */
const runJest = async (args: string[]): Promise<number> => {
	const child = spawn(process.execPath, [jest, ...args], { cwd: repository, stdio: 'inherit' });
	const closed = once(child, 'close') as Promise<[number | null, NodeJS.Signals | null]>;
	const done = atEnd(async () => {
		child.kill('SIGTERM');
		await closed;
	});
	const [code, signal] = await closed;
	done();
	return code ?? 128 + (signal ? constants.signals[signal] : 0);
};

/** @param args what jest is given; without any, all tests are run */
const runTests = async (args: string[]): Promise<void> => {
	const run = async (...more: string[]): Promise<void> => {
		process.exitCode = (await runJest([...more, ...args])) || process.exitCode;
	};
	if (!(await needsN8n(args))) return await run();
	// The e2e files share one n8n and two processor cores: one at a time.
	if (args.length > 0) {
		await prepareN8n();
		return await run('--runInBand');
	}
	await prepareN8n(async () => await run('--selectProjects', 'unit'));
	await run('--runInBand', '--selectProjects', 'e2e');
};

/** A run of jest that was killed has counted nothing: the last line must not be that of the run before. */
const tellOfRunWithoutCount = (): void => {
	const file = join(process.env.AUDIOSPLITER_TEMP ?? '', COUNTS);
	const { passed, failed } = existsSync(file)
		? (JSON.parse(readFileSync(file, 'utf8')) as { passed: number; failed: number })
		: { passed: 0, failed: 0 };
	if (process.exitCode && failed === 0) console.log(`${passed} passed, 1 failed`);
};

const main = async (): Promise<void> => {
	endWithThisProcess();
	const { version, rest } = takeN8nVersion(process.argv.slice(2));
	if (version !== undefined) process.env.AUDIOSPLITER_N8N_VERSION = version;
	process.env.AUDIOSPLITER_TEMP = temporaryFolder('test');
	try {
		await runTests(rest);
	} catch (error) {
		if (isEnding()) return;
		console.error(error instanceof Error ? error.message : error);
		process.exitCode = 1;
	}
	tellOfRunWithoutCount();
	if (!isEnding()) await endEverything();
};

void main();
