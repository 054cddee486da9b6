import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Run by n8n's own Node, which has SQLite built in; the Node that runs the tests may not. */
const PROGRAM = `
const { DatabaseSync } = require('node:sqlite');
const [path, sql, parameters] = process.argv.slice(1);
const database = new DatabaseSync(path, { readOnly: true, timeout: 10000 });
process.stdout.write(JSON.stringify(database.prepare(sql).all(...JSON.parse(parameters))));
`;

export type SqlValue = string | number | null;
export type Row = Record<string, SqlValue>;

/** Reads n8n's SQLite database, while n8n runs or after it has ended. */
export const databaseReader =
	(node: string, userFolder: string) =>
	async <T extends Row = Row>(sql: string, ...parameters: SqlValue[]): Promise<T[]> => {
		const path = join(userFolder, '.n8n', 'database.sqlite');
		const { stdout } = await run(
			node,
			['--no-warnings', '--eval', PROGRAM, '--', path, sql, JSON.stringify(parameters)],
			{ maxBuffer: 1024 ** 3 },
		);
		return JSON.parse(stdout) as T[];
	};
