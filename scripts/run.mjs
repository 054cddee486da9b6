// Runs a command of this repository: `node scripts/run.mjs <command> [arguments]`. It has no dependencies,
// so that it works on a fresh clone, and sees to it that the others are there before it goes on.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { constants } from 'node:os';
import { dirname, join } from 'node:path';
import { clearInterval, setInterval } from 'node:timers';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const windows = process.platform === 'win32';

const COMMANDS = {
	demo: 'scripts/demo.ts',
	test: 'scripts/test.ts',
	sandbox: 'sandbox/cli.ts',
	bench: 'bench/index.ts',
	soak: 'test/soak/index.ts',
	/** The n8n that the others run, ahead of them. */
	n8n: 'scripts/n8n.ts',
	/** Nothing but the set-up that every command does first. */
	install: undefined,
};

const fail = (sentence) => {
	console.error(sentence);
	process.exit(1);
};

const checkNode = () => {
	const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
	// Those between cannot load ES modules from CommonJS, as the build does.
	if (major > 22 || (major === 22 && minor >= 12) || (major === 20 && minor >= 19)) return;
	fail(
		`This needs Node 20.19, or 22.12 or newer, and runs on ${process.versions.node}. Install a newer Node.`,
	);
};

const checkNpm = () => {
	const { status } = spawnSync('npm', ['--version'], { stdio: 'ignore', shell: windows });
	if (status !== 0)
		fail('There is no npm on the path. Install npm (it comes with Node) and try again.');
};

const readJson = (...path) => JSON.parse(readFileSync(join(root, ...path), 'utf8'));

/** Are these the versions that the lockfile names, and is every one of them really there? */
const isInstalled = () => {
	try {
		// npm writes this list last: without it an install did not end.
		const { packages: installed } = readJson('node_modules', '.package-lock.json');
		return Object.entries(readJson('package-lock.json').packages).every(
			([path, { version, optional, devOptional }]) =>
				path === '' ||
				(optional && !installed[path]) ||
				(devOptional && !installed[path]) ||
				(installed[path]?.version === version && existsSync(join(root, path, 'package.json'))),
		);
	} catch {
		return false;
	}
};

const explain = (log) => {
	const lines = log.split('\n').filter((line) => /^npm (error|ERR!)/.test(line));
	const text = lines.join('\n');
	if (/ENOSPC/.test(text)) return 'the disk is full. Make room and run the same command again.';
	if (/ENOTEMPTY/.test(text)) {
		return 'another npm is changing node_modules. Wait until it has ended and run the same command again.';
	}
	const network =
		/\b(ENOTFOUND|EAI_AGAIN|ECONN\w+|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|EIDLETIMEOUT|ERR_SOCKET_TIMEOUT|E5\d\d|E429|\w*CERT\w*|socket hang up|Premature close)\b/.exec(
			text,
		);
	if (network) {
		return `the npm registry could not be reached, or broke off (${network[1]}). Check the network (npm ping) and run the same command again; what arrived is kept in npm's cache.`;
	}
	const said = lines.filter((line) => !/complete log/.test(line)).slice(0, 3);
	return (
		said.map((line) => line.replace(/^npm (error|ERR!) ?/, '')).join(' ') || log.trim().slice(-500)
	);
};

let running;
let interrupted = false;

const run = (command, args, options) =>
	new Promise((resolve) => {
		running = spawn(command, args, { cwd: root, ...options });
		running.once('error', (error) => resolve({ code: 1, problem: error.message }));
		running.once('close', (code, signal) =>
			resolve({ code: code ?? 128 + (constants.signals[signal] ?? 0), signal }),
		);
	});

/** `undefined` where there is no /proc. */
const parentOf = (pid) => {
	try {
		return /^PPid:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
	} catch {
		return undefined;
	}
};

/** Ctrl-C reaches the children by itself, a signal to this process alone does not; they end in order. */
const passSignalsOn = () => {
	for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
		process.on(signal, () => {
			interrupted = true;
			running?.kill(signal);
		});
	}
	// npm runs this in a shell, and waits for it: without npm nobody waits for the outcome any more.
	if (process.env.npm_lifecycle_event === undefined) return;
	const callers = () => `${process.ppid} ${parentOf(process.ppid)}`;
	const before = callers();
	setInterval(() => {
		if (callers() !== before) running?.kill('SIGTERM');
	}, 1000).unref();
};

const installDependencies = async () => {
	if (isInstalled()) return;
	checkNpm();
	const started = Date.now();
	const seconds = () => Math.round((Date.now() - started) / 1000);
	const tell = process.stderr.isTTY
		? () => process.stderr.write(`\rInstalling development dependencies: ${seconds()} s`)
		: () => process.stderr.write(`Installing development dependencies: ${seconds()} s\n`);
	tell();
	const ticking = setInterval(tell, process.stderr.isTTY ? 1000 : 15_000);

	let log = '';
	const installing = run(
		'npm',
		[
			'ci',
			'--no-audit',
			'--no-fund',
			'--fetch-retries=3',
			'--fetch-retry-mintimeout=1000',
			'--fetch-retry-maxtimeout=5000',
			'--fetch-timeout=60000',
		],
		{ stdio: ['ignore', 'pipe', 'pipe'], shell: windows },
	);
	for (const stream of [running.stdout, running.stderr]) {
		stream.on('data', (chunk) => {
			log += chunk;
		});
	}
	const { code, signal, problem } = await installing;
	clearInterval(ticking);
	if (process.stderr.isTTY) process.stderr.write('\n');
	if (signal || interrupted) {
		console.error('The installation of the development dependencies has been ended.');
		process.exit(code || 128 + constants.signals.SIGINT);
	}
	if (code !== 0)
		fail(`Installing the development dependencies failed: ${problem ?? explain(log)}`);
};

const [command = '', ...args] = process.argv.slice(2);
if (!Object.hasOwn(COMMANDS, command))
	fail(`Usage: node scripts/run.mjs ${Object.keys(COMMANDS).join('|')} [arguments]`);

checkNode();
passSignalsOn();
await installDependencies();
if (command === 'install') process.exit(0);
const { code, problem } = await run(
	process.execPath,
	['--import', 'tsx', COMMANDS[command], ...args],
	{
		stdio: 'inherit',
	},
);
if (problem) console.error(problem);
process.exitCode = code;
