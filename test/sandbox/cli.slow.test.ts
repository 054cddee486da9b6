import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import axios from 'axios';
import { repository } from '../../harness/folders';
import { FAULT_NAMES } from '../../sandbox/world/faults';
import { SWITCH_NAMES } from '../../sandbox/world/switches';
import { until } from '../support/until';

const cli = join(repository, 'sandbox', 'cli.ts');
const children: ChildProcess[] = [];

afterEach(() => {
	for (const child of children.splice(0)) child.kill('SIGKILL');
});

/** Starts the command, and collects what it says. */
const start = (args: string[], columns = 80) => {
	const child = spawn(process.execPath, ['--import', 'tsx', cli, ...args], {
		cwd: repository,
		stdio: ['ignore', 'pipe', 'pipe'],
		env: { ...process.env, COLUMNS: String(columns) },
	});
	children.push(child);
	const said = { out: '', error: '' };
	child.stdout.on('data', (chunk: Buffer) => (said.out += chunk.toString()));
	child.stderr.on('data', (chunk: Buffer) => (said.error += chunk.toString()));
	const ended = once(child, 'close') as Promise<[number | null, NodeJS.Signals | null]>;
	return { child, said, ended };
};

it('runs from the command line until it is interrupted', async () => {
	const { child, said, ended } = start([
		...['--port', '0', '--plan', 'free', '--fault', 'html-error'],
		...['--switch', 'listShape=array', '--switch', 'expiredStatus=410', '--api-key', 'as_test_cli'],
	]);
	await until(() => said.out.includes('Ctrl-C'));
	const baseURL = /Base URL +(\S+)/.exec(said.out)?.[1] ?? '';
	expect(said.out).toMatch(/API Key +as_test_cli/);
	expect(said.out).toMatch(/Signing Secret +whsec_/);
	expect(said.out).toContain('Ctrl-C ends the sandbox.');
	for (const line of said.out.split('\n')) expect(line.length).toBeLessThanOrEqual(80);

	const answer = await axios.get(`${baseURL}/splits`, { validateStatus: null, proxy: false });
	expect(answer.status).toBe(502);
	expect(answer.headers['x-ratelimit-limit']).toBe('10');
	const state = await axios.get(new URL('/__sandbox/state', baseURL).href, { proxy: false });
	expect(state.data.switches).toMatchObject({ listShape: 'array', expiredStatus: 410 });
	expect(existsSync(state.data.folder)).toBe(true);
	const feed = /Podcast +(\S+)/.exec(said.out)?.[1] ?? '';
	const { data } = await axios.get<string>(feed, { proxy: false });
	expect(data).toContain(/Source URL +(\S+)/.exec(said.out)?.[1]);

	child.kill('SIGINT');
	expect(await ended).toEqual([0, null]);
	expect(said.out).toMatch(/\nEnding the sandbox\.\n$/);
	expect(said.error).toBe('');
	expect(existsSync(state.data.folder)).toBe(false);
});

it('begins its help as the other commands, and explains every fault and switch', async () => {
	const { said, ended } = start(['--help']);
	expect(await ended).toEqual([0, null]);
	expect(said.out).toMatch(/^Usage: npm run sandbox -- \[options\]\n/);
	for (const name of [...FAULT_NAMES, ...SWITCH_NAMES]) {
		expect(said.out).toMatch(new RegExp(`^ {2}${name} +\\w`, 'm'));
	}
	expect(said.out).toMatch(/retryAfterFormat +how Retry-After is written \(seconds, date\)/);
	for (const line of said.out.split('\n')) expect(line.length).toBeLessThanOrEqual(80);
});

it('refuses what cannot be before it starts', async () => {
	const { said, ended } = start(['--port', '70000']);
	expect(await ended).toEqual([1, null]);
	expect(said.error).toMatch(/^error: option '--port <number>' argument '70000' is invalid/);
	expect(said.out).toBe('');
});

it('says that its port is taken', async () => {
	const other = createServer().listen(0, '127.0.0.1');
	await once(other, 'listening');
	const { port } = other.address() as AddressInfo;
	const { said, ended } = start(['--port', String(port)]);
	expect(await ended).toEqual([1, null]);
	expect(said.error).toContain(`Port ${port} is taken by another program.`);
	other.close();
});
