import type { ChildProcessWithoutNullStreams } from 'node:child_process';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { Readable } from 'node:stream';

/**
 * Run by n8n's own Node, which has SQLite built in; the Node that runs the tests may not. A question and an answer are
 * a line each. It ends with its standard input.
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
let rest = '';
process.stdin.setEncoding('utf8').on('data', (chunk) => {
	const lines = (rest + chunk).split('\\n');
	rest = lines.pop();
	for (const line of lines) process.stdout.write(JSON.stringify(answer(JSON.parse(line))) + '\\n');
});
`;

/** Milliseconds after which a reader that nobody asks anything is ended. */
const IDLE = 5_000;

type SqlValue = string | number | null;
export type Row = Record<string, SqlValue>;

interface Question {
	sql: string;
	resolve(rows: Row[]): void;
	reject(error: Error): void;
}

/** Hands on each line of a stream. Not by `readline`, for which newer Nodes end lines within JSON as well. */
const eachLine = (stream: Readable, take: (line: string) => void): void => {
	let rest = '';
	stream.setEncoding('utf8').on('data', (chunk: string) => {
		rest += chunk;
		if (!chunk.includes('\n')) return;
		const lines = rest.split('\n');
		rest = lines.pop() ?? '';
		lines.forEach(take);
	});
};

/** A process that reads the database at `path`, until it is left alone or something ends it. */
function startReader(node: string, path: string, idleMs: number, onEnd: () => void) {
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
		clearTimeout(idle);
		onEnd();
		child.stdin.end();
	};
	const fail = (reason: string) => {
		onEnd();
		for (const { sql, reject } of open.splice(0)) {
			reject(new Error(`n8n's database could not be read (${sql.trim()}): ${reason}`));
		}
	};
	child.stdin.on('error', () => undefined);
	child.stderr.on('data', (chunk: Buffer) => {
		complaint += chunk.toString();
	});
	child.once('error', (error) => fail(error.message));
	child.once('close', (code, signal) => fail(complaint.trim() || `ended with ${signal ?? code}`));
	eachLine(child.stdout, (line) => {
		const { rows = [], error } = JSON.parse(line) as { rows?: Row[]; error?: string };
		const question = open.shift();
		if (error === undefined) question?.resolve(rows);
		else question?.reject(new Error(`${error} (${question.sql.trim()})`));
		if (open.length > 0) return;
		idle = setTimeout(end, idleMs).unref();
		hold(child, false);
	});

	return {
		ask: async (sql: string, parameters: SqlValue[]): Promise<Row[]> =>
			await new Promise((resolve, reject) => {
				clearTimeout(idle);
				hold(child, true);
				open.push({ sql, resolve, reject });
				child.stdin.write(`${JSON.stringify({ sql, parameters })}\n`);
			}),
		async end(): Promise<void> {
			const gone = child.exitCode === null && child.pid !== undefined && once(child, 'close');
			hold(child, true);
			end();
			await gone;
		},
	};
}

/**
 * Reads n8n's SQLite database, while n8n runs or after it has ended.
 *
 * @param idleMs how long its process stays without a question, in milliseconds
 */
export const databaseReader = (node: string, userFolder: string, idleMs = IDLE) => {
	const path = join(userFolder, '.n8n', 'database.sqlite');
	let reader: ReturnType<typeof startReader> | undefined;
	const query = async <T extends Row = Row>(
		sql: string,
		...parameters: SqlValue[]
	): Promise<T[]> => {
		if (reader === undefined) {
			const started = startReader(node, path, idleMs, () => {
				if (reader === started) reader = undefined;
			});
			reader = started;
		}
		return (await reader.ask(sql, parameters)) as T[];
	};
	return {
		query,
		/** Lets go of the files; the next question opens them again. */
		release: async (): Promise<void> => await reader?.end(),
	};
};
