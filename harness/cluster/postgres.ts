import { execFile, execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '../ports';
import {
	killProcess,
	removeFolder,
	startProcess,
	stopProcess,
	temporaryFolder,
} from '../processes';
import type { ClusterPrograms } from './programs';
import { isRoot } from './programs';

/** A PostgreSQL of one's own, on loopback, in a temporary folder. */
export interface Postgres {
	/** n8n's settings for it. */
	env: NodeJS.ProcessEnv;
	/**
	 * Runs a query that yields rows: `` query`select … where "workflowId" = ${id}` ``. Values are quoted.
	 *
	 * @throws with what psql said
	 */
	query<Row>(sql: TemplateStringsArray, ...values: Array<string | number>): Promise<Row[]>;
	/**
	 * Runs a statement that yields nothing.
	 *
	 * @throws with what psql said
	 */
	run(sql: string): Promise<void>;
	stop(): Promise<void>;
}

const START_LIMIT = 60_000;
const DATABASE = 'postgres';
const USER = 'n8n';

const quote = (value: string | number): string =>
	typeof value === 'number' ? String(value) : `'${value.replaceAll("'", "''")}'`;

/** As root, PostgreSQL's programs run as the user that Debian made for them. */
const asItsUser = (signal: string): string[] => [
	...(isRoot() ? ['--reuid=postgres', '--regid=postgres', '--init-groups'] : []),
	`--pdeathsig=${signal}`,
	'--',
];

const prepareFolder = (password: string): string => {
	const folder = temporaryFolder('postgres');
	writeFileSync(join(folder, 'password'), password, { mode: 0o600 });
	if (!isRoot()) return folder;
	execFileSync('chown', ['-R', 'postgres:', folder]);
	// Its user must get through the folder that gathers those of a whole test run.
	const { AUDIOSPLITER_TEMP: parent } = process.env;
	if (parent) chmodSync(parent, 0o711);
	return folder;
};

/**
 * Makes and starts a PostgreSQL with default settings.
 *
 * @throws an Error with what it said where it does not start
 */
export const startPostgres = async (programs: ClusterPrograms): Promise<Postgres> => {
	const password = randomBytes(16).toString('hex');
	const folder = prepareFolder(password);
	const data = join(folder, 'data');
	const port = await freePort();
	execFileSync(
		programs.setpriv,
		[
			...asItsUser('KILL'),
			...[programs.initdb, '-D', data, '-U', USER, '--pwfile', join(folder, 'password')],
			...['--auth=scram-sha-256', '--encoding=UTF8', '--locale=C'],
		],
		{ stdio: ['ignore', 'ignore', 'inherit'], cwd: folder },
	);
	let log = '';
	const child = startProcess(
		programs.setpriv,
		// INT: a fast shutdown, whether or not somebody is connected.
		[
			...asItsUser('INT'),
			...[programs.postgres, '-D', data, '-p', String(port), '-k', folder],
			...['-c', 'listen_addresses=127.0.0.1'],
		],
		{ stdio: ['ignore', 'pipe', 'pipe'], cwd: folder },
	);
	for (const stream of [child.stdout, child.stderr]) {
		stream?.on('data', (chunk: Buffer) => {
			log = `${log}${chunk.toString()}`.slice(-10_000);
		});
	}

	const psql = async (sql: string): Promise<string> =>
		await new Promise((resolve, reject) => {
			const running = execFile(
				programs.psql,
				['-X', '-q', '-A', '-t', '-v', 'ON_ERROR_STOP=1', '-f', '-'],
				{
					maxBuffer: 1024 ** 3,
					env: {
						PATH: process.env.PATH,
						...{ PGHOST: '127.0.0.1', PGPORT: String(port), PGDATABASE: DATABASE },
						...{ PGUSER: USER, PGPASSWORD: password },
					},
				},
				(error, stdout, stderr) => {
					if (error) reject(new Error(`psql: ${stderr || error.message}`));
					else resolve(stdout);
				},
			);
			running.stdin?.end(sql);
		});

	const stop = async () => {
		if (child.exitCode === null) child.kill('SIGINT');
		await stopProcess(child);
		removeFolder(folder);
	};

	const isReady = async (): Promise<boolean> => {
		try {
			await psql('select 1');
			return true;
		} catch {
			return false;
		}
	};
	const deadline = Date.now() + START_LIMIT;
	while (!(await isReady())) {
		if (child.exitCode !== null || Date.now() > deadline) {
			await killProcess(child);
			removeFolder(folder);
			throw new Error(`PostgreSQL did not start. It said:\n${log}`);
		}
		await sleep(100);
	}

	return {
		env: {
			DB_TYPE: 'postgresdb',
			DB_POSTGRESDB_HOST: '127.0.0.1',
			DB_POSTGRESDB_PORT: String(port),
			DB_POSTGRESDB_DATABASE: DATABASE,
			DB_POSTGRESDB_USER: USER,
			DB_POSTGRESDB_PASSWORD: password,
		},
		query: async <Row>(sql: TemplateStringsArray, ...values: Array<string | number>) => {
			const text = String.raw({ raw: sql }, ...values.map(quote));
			const rows = await psql(`select coalesce(json_agg(t), '[]') from (${text}) t`);
			return JSON.parse(rows) as Row[];
		},
		run: async (sql) => void (await psql(sql)),
		stop,
	};
};
