import { cpSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { N8nClient } from '../client';
import { createClient } from '../client';
import { installPackage } from '../installPackage';
import type { N8nInstall } from '../installN8n';
import { removeFolder, temporaryFolder } from '../processes';
import type { ClusterProcess, Role } from './n8nProcess';
import { describeProcess } from './n8nProcess';
import type { Postgres } from './postgres';
import { startPostgres } from './postgres';
import type { ClusterPrograms } from './programs';
import type { Proxy } from './proxy';
import { startProxy } from './proxy';
import type { Redis } from './redis';
import { startRedis } from './redis';

export interface ClusterOptions {
	install: N8nInstall;
	programs: ClusterPrograms;
	/** The packed package: it goes into the user folder of every process. */
	tarball: string;
	/** By default two. */
	webhookProcessors?: number;
	/** By default two. */
	workers?: number;
	/** More of n8n's settings, for every process. */
	env?: NodeJS.ProcessEnv;
}

/** n8n in queue mode on loopback, behind one address. */
export interface Cluster {
	/** The proxy's: what the outside calls. */
	url: string;
	/** REST API of the main process. Its `query` is for SQLite only; use the cluster's own. */
	client: N8nClient;
	main: ClusterProcess;
	processors: ClusterProcess[];
	workers: ClusterProcess[];
	redis: Redis;
	proxy: Proxy;
	/** Of the database. */
	query: Postgres['query'];
	run: Postgres['run'];
	/** A folder that every process can read and write. */
	sharedFolder: string;
	/** Ends every n8n process and starts them again. @param changes to the settings of all of them */
	restartAll(changes?: NodeJS.ProcessEnv): Promise<void>;
	/** The worker that ran an execution last. */
	workerOf(executionId: string): ClusterProcess | undefined;
	stop(): Promise<void>;
}

const range = (count: number): number[] => Array.from({ length: count }, (_unused, index) => index);

/** Starts PostgreSQL, Redis, the main process and then the others. */
export const startCluster = async (options: ClusterOptions): Promise<Cluster> => {
	const { install, programs, tarball, webhookProcessors = 2, workers: workerCount = 2 } = options;
	const folder = temporaryFolder('cluster');
	const sharedFolder = join(folder, 'shared');
	mkdirSync(sharedFolder);
	const endings: Array<() => Promise<void>> = [async () => removeFolder(folder)];
	const stop = async () => {
		for (let ending = endings.pop(); ending; ending = endings.pop()) await ending();
	};

	try {
		const template = join(folder, 'template');
		// While the databases start.
		const installing = installPackage(tarball, template);
		installing.catch(() => undefined);
		const postgres = await startPostgres(programs);
		endings.push(postgres.stop);
		const redis = await startRedis(programs);
		endings.push(redis.stop);
		const ports = { processors: [] as number[], main: 0 };
		const proxy = await startProxy(() => ports);
		endings.push(proxy.close);

		await installing;
		const describe = async (role: Role, name: string): Promise<ClusterProcess> => {
			const userFolder = join(folder, name);
			cpSync(template, userFolder, { recursive: true });
			const env: NodeJS.ProcessEnv = {
				EXECUTIONS_MODE: 'queue',
				// n8n's future default: the editor's own runs go to the workers as well.
				OFFLOAD_MANUAL_EXECUTIONS_TO_WORKERS: 'true',
				N8N_DISABLE_PRODUCTION_MAIN_PROCESS: 'true',
				WEBHOOK_URL: proxy.url,
				...postgres.env,
				...redis.env,
				...options.env,
			};
			return await describeProcess({ install, role, name, userFolder, env });
		};
		const main = await describe('start', 'main');
		const processors = await Promise.all(
			range(webhookProcessors).map(async (n) => await describe('webhook', `webhook-${n + 1}`)),
		);
		const workers = await Promise.all(
			range(workerCount).map(async (n) => await describe('worker', `worker-${n + 1}`)),
		);
		ports.main = main.port;
		ports.processors = processors.map(({ port }) => port);
		const all = [main, ...processors, ...workers];
		endings.push(async () => {
			await Promise.all(all.map(async (one) => await one.stop()));
		});

		// The main process brings the database into shape; the others only look whether it is.
		await main.start();
		const url = `http://127.0.0.1:${main.port}`;
		const [client] = await Promise.all([
			createClient({ url, userFolder: main.userFolder, node: install.node }),
			...all.slice(1).map(async (one) => await one.start()),
		]);

		return {
			...{ url: proxy.url, client, main, processors, workers, redis, proxy, sharedFolder, stop },
			...{ query: postgres.query, run: postgres.run },
			restartAll: async (changes) => {
				await Promise.all(all.map(async (one) => await one.stop()));
				await Promise.all(all.map(async (one) => await one.start(changes)));
			},
			workerOf: (executionId) => {
				const started = new RegExp(`Worker started execution ${executionId}\\b`);
				return workers.find((worker) => worker.log().some((line) => started.test(line)));
			},
		};
	} catch (error) {
		await stop();
		throw error;
	}
};
