import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { availableParallelism, constants, freemem } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { repository } from '../harness/folders';
import { findN8n, installN8n } from '../harness/installN8n';
import { wantedN8nVersion } from '../harness/n8nVersions';
import { build, pack } from '../harness/pack';
import {
	atEnd,
	endEverything,
	endWithThisProcess,
	isEnding,
	temporaryFolder,
} from '../harness/processes';
import type { TestOptions } from './arguments';
import { takeTestOptions, testHelp } from './arguments';
import { runSteps } from './progress';

/** Where `test/support/countReporter.js` keeps what it has counted. */
const COUNTS = 'counts.json';

interface Counts {
	passed: number;
	failed: number;
	/** By test file, over all runs. */
	files: Record<string, { runs: number; failed: number }>;
}

const jest = join(repository, 'node_modules', 'jest', 'bin', 'jest.js');

/** How many test files that need n8n do the arguments select? jest itself knows best. */
const countE2eFiles = async (args: string[]): Promise<number> => {
	const { stdout } = await promisify(execFile)(process.execPath, [jest, '--listTests', ...args], {
		cwd: repository,
		maxBuffer: 16 * 1024 ** 2,
	});
	return [...stdout.matchAll(/[\\/]test[\\/]e2e[\\/]/g)].length;
};

/** What the tests install: the package as it would be published. */
const buildAndPack = async (): Promise<void> => {
	await build();
	process.env.AUDIOSPLITER_TARBALL = await pack();
};

/**
 * Installs n8n and packs the package.
 *
 * @param meanwhile what needs no n8n and is run beside the install, which is mostly waiting for the network
 */
const prepareN8n = async (meanwhile?: () => Promise<void>): Promise<void> => {
	const version = wantedN8nVersion();
	let tell = (_message: string): void => undefined;
	const installing = installN8n(version, { onProgress: (message) => tell(message) });
	// Its failure is told of in its turn.
	installing.catch(() => undefined);
	await runSteps([{ title: 'Build and pack', run: buildAndPack }]);
	await meanwhile?.();
	await runSteps([
		{
			title: `n8n ${version}`,
			run: async (show) => {
				tell = show;
				await installing;
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

/** Most of these tests wait for something; too few at once leave the machine idle. */
const manyWorkers = () => `--maxWorkers=${Math.min(8, 2 * availableParallelism())}`;

/** GB that a worker of the end-to-end tests takes at most: its n8n, one of a file's own, a browser. */
const GB_EACH = 2.5;

/** End-to-end tests wait for half of their time, but a worker too many would make the processors and their n8n wait as well. */
const fewWorkers = (files: number) => {
	const room = Math.floor(freemem() / 1024 ** 3 / GB_EACH);
	const most = Math.min(4, Math.floor(1.5 * availableParallelism()), room, files);
	return `--maxWorkers=${Math.max(1, most)}`;
};

const NEED_NO_N8N = ['--selectProjects', 'unit', 'engine'];

/** Gets ready what the selected tests need. @returns the runs of jest that they take, by their arguments */
const prepare = async ({ quick, repeat, rest }: TestOptions): Promise<string[][]> => {
	if (quick) {
		process.env.AUDIOSPLITER_QUICK = '1';
		await buildAndPack();
		return [[...rest, manyWorkers(), ...NEED_NO_N8N]];
	}
	const files = await countE2eFiles(rest);
	if (files === 0) return [[...rest, manyWorkers()]];
	if (rest.length > 0 || repeat > 1 || findN8n(wantedN8nVersion())) {
		await prepareN8n();
		return [[...rest, fewWorkers(files)]];
	}
	await prepareN8n(async () => {
		process.exitCode = await runJest([manyWorkers(), ...NEED_NO_N8N]);
	});
	return [[fewWorkers(files), '--selectProjects', 'e2e']];
};

const runTests = async (options: TestOptions): Promise<void> => {
	const runs = await prepare(options);
	for (let round = 1; round <= options.repeat && !isEnding(); round++) {
		if (options.repeat > 1) console.log(`Round ${round} of ${options.repeat}`);
		for (const args of runs) process.exitCode = (await runJest(args)) || process.exitCode;
	}
	if (options.repeat > 1) tellOfFailureRates();
};

/** What `test/support/countReporter.js` has counted over all runs of jest. */
const readCounts = (): Counts => {
	const file = join(process.env.AUDIOSPLITER_TEMP ?? '', COUNTS);
	if (!existsSync(file)) return { passed: 0, failed: 0, files: {} };
	return JSON.parse(readFileSync(file, 'utf8')) as Counts;
};

/** How often each file failed, the worst first. */
const tellOfFailureRates = (): void => {
	const files = Object.entries(readCounts().files);
	files.sort(([, one], [, other]) => other.failed / other.runs - one.failed / one.runs);
	console.log('\nFailure rates:');
	for (const [file, { runs, failed }] of files) console.log(`${failed} of ${runs}  ${file}`);
};

/** A run of jest that was killed has counted nothing: the last line must not be that of the run before. */
const tellOfRunWithoutCount = (): void => {
	const { passed, failed } = readCounts();
	if (process.exitCode && failed === 0) console.log(`${passed} passed, 1 failed`);
};

const main = async (): Promise<void> => {
	endWithThisProcess();
	process.env.AUDIOSPLITER_TEMP = temporaryFolder('test');
	try {
		const options = takeTestOptions(process.argv.slice(2));
		if (options.help) {
			console.log(testHelp());
			process.exitCode = await runJest(['--help']);
			return await endEverything();
		}
		if (options.n8n !== undefined) process.env.AUDIOSPLITER_N8N_VERSION = options.n8n;
		await runTests(options);
	} catch (error) {
		if (isEnding()) return;
		console.error(error instanceof Error ? error.message : error);
		process.exitCode = 1;
	}
	tellOfRunWithoutCount();
	if (!isEnding()) await endEverything();
};

void main();
