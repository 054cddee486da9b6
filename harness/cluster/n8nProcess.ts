import type { ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { END_WITH_PARENT } from '../folders';
import type { N8nInstall } from '../installN8n';
import { n8nEnvironment } from '../n8nEnvironment';
import { isReady } from '../n8n';
import { explainN8nFailure } from '../n8nFailure';
import { freePort } from '../ports';
import { killProcess, startProcess, stopProcess } from '../processes';
import { residentMemory } from '../residentMemory';

/** What a process of n8n's queue mode does; also the command that starts it. */
export type Role = 'start' | 'webhook' | 'worker';

/** One process of a cluster. It keeps its port and user folder when it is started again. */
export interface ClusterProcess {
	name: string;
	port: number;
	userFolder: string;
	/** @param changes to its settings, kept from here on */
	start(changes?: NodeJS.ProcessEnv): Promise<void>;
	/** Ends it in order: a worker finishes what it runs. */
	stop(): Promise<void>;
	/** Ends it at once, as a crash or the kernel would. */
	kill(): Promise<void>;
	/** What it logged, since it was first started. */
	log(): string[];
	/** MB of 1,048,576 bytes, with its task runner. */
	residentMemory(): number;
}

export interface ProcessOptions {
	install: N8nInstall;
	role: Role;
	name: string;
	userFolder: string;
	env: NodeJS.ProcessEnv;
}

const START_LIMIT = 180_000;
/** A worker waits for its executions when it is stopped, up to n8n's own limit of 30 s. */
const PATIENCE = 40_000;

const ARGUMENTS: Record<Role, string[]> = {
	start: ['start'],
	webhook: ['webhook'],
	worker: ['worker', '--concurrency=10'],
};

/** Describes a process; `start` starts it. */
export const describeProcess = async (options: ProcessOptions): Promise<ClusterProcess> => {
	const { install, role, name, userFolder } = options;
	const port = await freePort();
	const log: string[] = [];
	let env = options.env;
	let child: ChildProcess | undefined;

	return {
		...{ name, port, userFolder },
		start: async (changes = {}) => {
			env = { ...env, ...changes };
			const place = {
				...{ userFolder, port, brokerPort: await freePort(), installFolder: install.folder },
			};
			const started = startProcess(
				install.node,
				['--import', END_WITH_PARENT, install.entry, ...ARGUMENTS[role]],
				{
					cwd: userFolder,
					env: n8nEnvironment(place, {
						QUEUE_HEALTH_CHECK_ACTIVE: 'true',
						QUEUE_HEALTH_CHECK_PORT: String(port),
						N8N_WORKER_SERVER_ADDRESS: '127.0.0.1',
						...env,
					}),
					stdio: ['ignore', 'pipe', 'pipe'],
				},
			);
			child = started;
			for (const stream of [started.stdout, started.stderr]) {
				if (stream) createInterface({ input: stream }).on('line', (line) => log.push(line));
			}
			const deadline = Date.now() + START_LIMIT;
			while (!(await isReady(`http://127.0.0.1:${port}`, role === 'start'))) {
				const tail = log.slice(-50).join('\n');
				if (started.exitCode !== null || started.signalCode !== null) {
					throw explainN8nFailure(install, port, tail);
				}
				if (Date.now() > deadline) throw new Error(`${name} was not ready in time:\n${tail}`);
				await sleep(200);
			}
		},
		stop: async () => {
			if (child) await stopProcess(child, PATIENCE);
		},
		kill: async () => {
			if (child) await killProcess(child);
		},
		log: () => log,
		residentMemory: () => residentMemory(child?.pid ?? 0),
	};
};
