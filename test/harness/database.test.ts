import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { databaseReader } from '../../harness/database';

/** A Node program that answers as one with SQLite would, whichever Node runs the tests. */
const FAKE = `#!/usr/bin/env node
const { createInterface } = require('node:readline');
createInterface({ input: process.stdin }).on('line', (line) => {
	const { sql, parameters } = JSON.parse(line);
	if (sql === 'die') {
		console.error('out of memory');
		process.exit(1);
	}
	const answer = sql === 'wrong' ? { error: 'near "wrong": syntax error' } : { rows: [{ sql, pid: process.pid, first: parameters[0] ?? null }] };
	console.log(JSON.stringify(answer));
});
`;

let folder: string;
let read: ReturnType<typeof databaseReader>;

beforeEach(() => {
	folder = mkdtempSync(join(tmpdir(), 'database-test-'));
	mkdirSync(join(folder, '.n8n'));
	const node = join(folder, 'node');
	writeFileSync(node, FAKE, { mode: 0o755 });
	read = databaseReader(node, folder);
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

it('says that there is no such program', async () => {
	await expect(databaseReader(join(folder, 'nowhere'), folder)('a')).rejects.toThrow(
		/could not be read.*ENOENT/,
	);
});
