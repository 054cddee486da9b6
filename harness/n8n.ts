import type { ChildProcess } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import type { N8nClient } from './client';
import { createClient } from './client';
import { END_WITH_PARENT } from './folders';
import { installPackage } from './installPackage';
import type { N8nInstall } from './installN8n';
import { n8nEnvironment } from './n8nEnvironment';
import { explainN8nFailure } from './n8nFailure';
import { assertPortIsFree, freePort } from './ports';
import { residentMemory } from './residentMemory';
import { killProcess, removeFolder, startProcess, stopProcess, temporaryFolder } from './processes';

export interface N8nOptions {
	install: N8nInstall;
	/** The packed package to install into this n8n, as `npm pack` makes it. */
	tarball?: string;
	/** Where n8n keeps its data. By default a new temporary folder, gone with the instance. */
	userFolder?: string;
	/** By default one that is free. */
	port?: number;
	/** More of n8n's settings. */
	env?: NodeJS.ProcessEnv;
	onLog?: (line: string) => void;
}

/** A running n8n. */
export interface N8n {
	url: string;
	port: number;
	version: string;
	userFolder: string;
	/** The REST API, as the editor uses it; the owner is set up and logged in. */
	client: N8nClient;
	/** The process that runs now; another one after a restart. */
	pid(): number;
	/** Resolves when the process has ended, however it did. */
	ended(): Promise<void>;
	/** Ends it in order, or by force after ten seconds. A temporary user folder is removed. */
	stop(): Promise<void>;
	/** Ends it at once, as a crash or the kernel would. The user folder stays for a restart. */
	kill(): Promise<void>;
	/** Starts it again on the same folder and port, ending it first if it runs. */
	restart(): Promise<void>;
	/** The last lines that it logged. */
	logTail(): string;
	/** Memory it holds now, in MB of 1,048,576 bytes, with its task runner. */
	residentMemory(): number;
}

const START_LIMIT = 300_000;
const LOG_LINES = 400;
/** Milliseconds after which one look at a starting n8n is given up, and another taken. */
const LOOK_LIMIT = 10_000;

/** n8n says this once it has seen to executions that a crash left behind, and has activated its workflows. */
const STARTED = /Editor is now accessible/;

/**
 * Whether an n8n has started. Healthy comes first, then the REST API: until then it answers with the text "n8n is
 * starting up". Other processes than the main one have no REST API.
 */
export const isReady = async (url: string, hasRestApi = true): Promise<boolean> => {
	try {
		const signal = AbortSignal.timeout(LOOK_LIMIT);
		const health = await fetch(`${url}/healthz/readiness`, { signal });
		if (!health.ok || !hasRestApi) return health.ok;
		const settings = await fetch(`${url}/rest/settings`, { signal });
		return (settings.headers.get('content-type') ?? '').includes('application/json') && settings.ok;
	} catch {
		return false;
	}
};

/**
 * Starts n8n on loopback, with the package installed the way n8n itself does it, and logs its owner in.
 *
 * @throws an Error with one sentence, and n8n's own telling lines, where it does not start
 */
export const startN8n = async (options: N8nOptions): Promise<N8n> => {
	const { install } = options;
	const temporary = options.userFolder === undefined;
	const userFolder = options.userFolder ?? temporaryFolder('n8n');
	const log: string[] = [];
	let child: ChildProcess | undefined;

	const running = () =>
		child?.pid !== undefined && child.exitCode === null && child.signalCode === null;
	const logTail = () => log.join('\n');

	if (options.port !== undefined) await assertPortIsFree(options.port);
	const port = options.port ?? (await freePort());
	const url = `http://127.0.0.1:${port}`;

	const spawn = async () => {
		await assertPortIsFree(port);
		const place = { userFolder, port, brokerPort: await freePort(), installFolder: install.folder };
		const started = startProcess(
			install.node,
			['--import', END_WITH_PARENT, install.entry, 'start'],
			{
				cwd: userFolder,
				env: n8nEnvironment(place, options.env),
				stdio: ['ignore', 'pipe', 'pipe'],
			},
		);
		child = started;
		let hasStarted = false;
		for (const stream of [started.stdout, started.stderr]) {
			if (!stream) continue;
			createInterface({ input: stream }).on('line', (line) => {
				log.push(line);
				if (log.length > LOG_LINES) log.shift();
				hasStarted ||= STARTED.test(line);
				options.onLog?.(line);
			});
		}
		started.once('error', (error) => log.push(error.message));

		const deadline = Date.now() + START_LIMIT;
		while (!hasStarted || !(await isReady(url))) {
			if (!running()) throw explainN8nFailure(install, port, logTail());
			if (Date.now() > deadline) {
				throw new Error(
					`n8n was not ready after ${START_LIMIT / 1000} s. It said last:\n${log.slice(-5).join('\n')}`,
				);
			}
			await sleep(100);
		}
	};

	const kill = async () => {
		if (child) await killProcess(child);
	};
	const cleanUp = () => {
		if (temporary) removeFolder(userFolder);
	};

	try {
		mkdirSync(userFolder, { recursive: true });
		if (options.tarball) await installPackage(options.tarball, userFolder);
		await spawn();
		const client = await createClient({ url, userFolder, node: install.node });
		return {
			url,
			port,
			version: install.version,
			userFolder,
			client,
			pid: () => child?.pid ?? 0,
			ended: async () =>
				await new Promise((resolve) => {
					if (running()) child?.once('exit', () => resolve());
					else resolve();
				}),
			stop: async () => {
				if (child) await stopProcess(child);
				await client.release();
				cleanUp();
			},
			kill,
			restart: async () => {
				if (child) await stopProcess(child);
				await client.release();
				await spawn();
			},
			logTail,
			residentMemory: () => residentMemory(child?.pid ?? 0),
		};
	} catch (error) {
		await kill();
		cleanUp();
		throw error;
	}
};
