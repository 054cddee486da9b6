import type { ChildProcessWithoutNullStreams } from 'node:child_process';
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

/**
 * Run by n8n's own Node, which has SQLite built in; the Node that runs the tests may not. A question and an answer are
 * a line each; without further questions it ends.
 */
const PROGRAM = `
const { DatabaseSync } = require('node:sqlite');
const database = new DatabaseSync(process.argv[1], { readOnly: true, timeout: 10000 });
const answer = ({ sql, parameters }) => {
	try {
		return { rows: database.prepare(sql).all(...parameters) };
	} catch (error) {
		return { error: error.message };
	}
};
require('node:readline')
	.createInterface({ input: process.stdin })
	.on('line', (line) => process.stdout.write(JSON.stringify(answer(JSON.parse(line))) + '\\n'));
`;

/** Milliseconds after which a reader that nobody asks anything is ended. */
const IDLE = 5_000;

export type SqlValue = string | number | null;
export type Row = Record<string, SqlValue>;

interface Question {
	resolve(rows: Row[]): void;
	reject(error: Error): void;
}

/** A process that reads the database at `path`, until it is left alone or something ends it. */
function startReader(node: string, path: string, onEnd: () => void) {
	const child = spawn(node, ['--no-warnings', '--eval', PROGRAM, '--', path]);
	const open: Question[] = [];
	let complaint = '';
	let idle: NodeJS.Timeout | undefined;

	/** Whether this process has to stay for it: not for a reader that nobody waits for. */
	const hold = ({ stdin, stdout, stderr }: ChildProcessWithoutNullStreams, held: boolean) => {
		for (const handle of [child, stdin, stdout, stderr] as Array<{
			ref?(): void;
			unref?(): void;
		}>) {
			if (held) handle.ref?.();
			else handle.unref?.();
		}
	};
	const end = () => {
		onEnd();
		child.stdin.end();
	};
	child.stderr.on('data', (chunk: Buffer) => {
		complaint += chunk.toString();
	});
	child.stdin.on('error', () => undefined);
	const fail = (reason: string) => {
		onEnd();
		const error = new Error(`n8n's database could not be read. ${reason}`.trim());
		for (const { reject } of open.splice(0)) reject(error);
	};
	child.once('error', (error) => fail(error.message));
	child.once('close', () => fail(complaint.trim()));
	createInterface({ input: child.stdout }).on('line', (line) => {
		const { rows = [], error } = JSON.parse(line) as { rows?: Row[]; error?: string };
		const question = open.shift();
		if (error === undefined) question?.resolve(rows);
		else question?.reject(new Error(error));
		if (open.length > 0) return;
		idle = setTimeout(end, IDLE).unref();
		hold(child, false);
	});

	return async (sql: string, parameters: SqlValue[]): Promise<Row[]> =>
		await new Promise((resolve, reject) => {
			clearTimeout(idle);
			hold(child, true);
			open.push({ resolve, reject });
			child.stdin.write(`${JSON.stringify({ sql, parameters })}\n`);
		});
}

/** Reads n8n's SQLite database, while n8n runs or after it has ended. */
export const databaseReader = (node: string, userFolder: string) => {
	const path = join(userFolder, '.n8n', 'database.sqlite');
	let reader: ReturnType<typeof startReader> | undefined;
	return async <T extends Row = Row>(sql: string, ...parameters: SqlValue[]): Promise<T[]> => {
		if (reader === undefined) {
			const started = startReader(node, path, () => {
				if (reader === started) reader = undefined;
			});
			reader = started;
		}
		return (await reader(sql, parameters)) as T[];
	};
};
