import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { databaseReader } from '../../harness/database';
import { newTemporaryFolder } from '../../harness/folders';
import { until } from '../support/until';

/** A Node program that answers as one with SQLite would, whichever Node runs the tests. */
const FAKE = `#!/usr/bin/env node
process.stdin.setEncoding('utf8').on('data', (chunk) => chunk.trimEnd().split('\\n').forEach(answerTo));
const answerTo = (line) => {
	const { sql, parameters } = JSON.parse(line);
	if (sql === 'die') {
		console.error('out of memory');
		process.exit(1);
	}
	const answer = sql === 'wrong' ? { error: 'near "wrong": syntax error' } : { rows: [{ sql, pid: process.pid, first: parameters[0] ?? null }] };
	console.log(JSON.stringify(answer));
};
`;

let folder: string;
let read: ReturnType<typeof databaseReader>['query'];
let release: ReturnType<typeof databaseReader>['release'];

beforeEach(() => {
	folder = newTemporaryFolder('database');
	mkdirSync(join(folder, '.n8n'));
	const node = join(folder, 'node');
	writeFileSync(node, FAKE, { mode: 0o755 });
	({ query: read, release } = databaseReader(node, folder, 200));
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

it('asks one process everything, and gives each its own answer', async () => {
	const [[first], [second]] = await Promise.all([read('a', 1), read('b', 'x')]);
	expect(first).toMatchObject({ sql: 'a', first: 1 });
	expect(second).toMatchObject({ sql: 'b', first: 'x', pid: first?.pid });
});

it('says what is wrong with a statement, and goes on', async () => {
	await expect(read('wrong')).rejects.toThrow('near "wrong"');
	expect(await read('a')).toHaveLength(1);
});

it('says why a reader ended, and starts another', async () => {
	const [{ pid } = {}] = await read('a');
	await expect(read('die')).rejects.toThrow(/could not be read.*out of memory/);
	const [another] = await read('a');
	expect(another?.pid).not.toBe(pid);
});

it('is another process after a while without questions, and after it was let go of', async () => {
	const pidNow = async () => (await read('a'))[0]?.pid;
	const first = await pidNow();
	await until(async () => (await sleep(300)) === undefined && (await pidNow()) !== first);
	const second = await pidNow();
	await release();
	expect(await pidNow()).not.toBe(second);
	await release();
	await release();
});

it('takes texts whose characters end a line in some Nodes', async () => {
	const [row] = await read('a', 'one\u2028two');
	expect(row?.first).toBe('one\u2028two');
});

it('says that there is no such program', async () => {
	await expect(databaseReader(join(folder, 'nowhere'), folder).query('a')).rejects.toThrow(
		/could not be read.*ENOENT/,
	);
});
