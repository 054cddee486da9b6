import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { findProgram } from '../findProgram';

/** The programs beside n8n that queue mode needs. */
export interface ClusterPrograms {
	initdb: string;
	postgres: string;
	psql: string;
	redisServer: string;
	/** util-linux: changes the user, and ends the program with the process that started it. */
	setpriv: string;
}

/** Debian keeps PostgreSQL's own programs out of the path, one folder for each version. */
const DEBIAN_POSTGRES = '/usr/lib/postgresql';

const debianFolders = (): string[] =>
	existsSync(DEBIAN_POSTGRES)
		? readdirSync(DEBIAN_POSTGRES)
				.sort((a, b) => Number(b) - Number(a))
				.map((version) => join(DEBIAN_POSTGRES, version, 'bin'))
		: [];

const find = (name: string): string | undefined => findProgram(name, debianFolders());

/** PostgreSQL refuses to run as root. Debian's package brings a user for it. */
export const isRoot = (): boolean => process.getuid?.() === 0;

const hasPostgresUser = (): boolean => {
	try {
		execFileSync('id', ['postgres'], { stdio: 'ignore' });
		return true;
	} catch {
		return false;
	}
};

const PACKAGES = {
	initdb: 'postgresql',
	postgres: 'postgresql',
	psql: 'postgresql-client',
	'redis-server': 'redis-server',
	setpriv: 'util-linux',
};

/** Finds the programs of PostgreSQL and Redis, or says in one line what to install. */
export const findClusterPrograms = (): ClusterPrograms | { missing: string } => {
	const [initdb, postgres, psql, redisServer, setpriv] = Object.keys(PACKAGES).map(find);
	const lacking = new Set(
		Object.entries(PACKAGES).flatMap(([name, debian]) => (find(name) ? [] : [debian])),
	);
	if (isRoot() && !hasPostgresUser()) lacking.add('postgresql');
	if (lacking.size === 0 && initdb && postgres && psql && redisServer && setpriv) {
		return { initdb, postgres, psql, redisServer, setpriv };
	}
	return {
		missing: `n8n's queue mode needs PostgreSQL and Redis: apt-get install -y --no-install-recommends ${[...lacking].join(' ')}`,
	};
};
