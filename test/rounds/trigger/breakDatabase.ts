import { once } from 'node:events';
import { join } from 'node:path';
import { startProcess, stopProcess } from '../../../harness/processes';

/**
 * What can go wrong with the database. `locked`: another process writes to it and does not come to an end. `full`:
 * no execution can be stored. `data full`: the execution, but not what it is given. `record full`: all but the record
 * of what was seen.
 */
export type Breakage = 'locked' | 'full' | 'data full' | 'record full';

const refuse = (table: string, writes: string[]): string =>
	writes
		.map(
			(write) =>
				`CREATE TRIGGER outage_${write} BEFORE ${write} ON ${table} BEGIN SELECT RAISE(ABORT, 'database or disk is full'); END;`,
		)
		.join(' ');

const STATEMENTS: Record<Breakage, { begin: string; end: string }> = {
	locked: { begin: 'BEGIN EXCLUSIVE', end: 'ROLLBACK' },
	full: { begin: refuse('execution_entity', ['INSERT']), end: 'DROP TRIGGER outage_INSERT' },
	'data full': { begin: refuse('execution_data', ['INSERT']), end: 'DROP TRIGGER outage_INSERT' },
	'record full': {
		begin: refuse('processed_data', ['INSERT', 'UPDATE']),
		end: 'DROP TRIGGER outage_INSERT; DROP TRIGGER outage_UPDATE',
	},
};

/** Run by n8n's own Node, which has SQLite built in. Mends when its standard input ends. */
const PROGRAM = `
const { DatabaseSync } = require('node:sqlite');
const [path, begin, end] = process.argv.slice(1);
const database = new DatabaseSync(path, { timeout: 20000 });
database.exec(begin);
process.stdout.write('broken');
process.stdin.resume().once('end', () => database.exec(end));
`;

/** Breaks n8n's SQLite database. @returns how to mend it */
export const breakDatabase = async (
	{ node, userFolder }: { node: string; userFolder: string },
	how: Breakage,
): Promise<() => Promise<void>> => {
	const { begin, end } = STATEMENTS[how];
	const path = join(userFolder, '.n8n', 'database.sqlite');
	const child = startProcess(node, ['--no-warnings', '--eval', PROGRAM, '--', path, begin, end], {
		stdio: ['pipe', 'pipe', 'inherit'],
	});
	const ended = once(child, 'exit') as Promise<[number | null]>;
	const broken = child.stdout ? once(child.stdout, 'data') : Promise.resolve();
	await Promise.race([
		broken,
		ended.then(([code]) => {
			throw new Error(`The database could not be broken (${code}).`);
		}),
	]);
	return async () => {
		child.stdin?.end();
		const [code] = await ended;
		await stopProcess(child);
		if (code !== 0) throw new Error(`The database could not be mended (${code}).`);
	};
};
