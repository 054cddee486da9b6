import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import axios from 'axios';
import { repository } from '../../harness/folders';
import { until } from '../support/until';

let child: ChildProcess | undefined;

afterEach(() => {
	child?.kill('SIGKILL');
	child = undefined;
});

it('runs from the command line until it is interrupted', async () => {
	const tsx = join(repository, 'node_modules', 'tsx', 'dist', 'cli.mjs');
	child = spawn(
		process.execPath,
		[
			...[tsx, join(repository, 'sandbox', 'cli.ts'), '--port', '0', '--plan', 'free'],
			...['--fault', 'html-error', '--switch', 'listShape=array', '--api-key', 'as_test_cli'],
		],
		{ stdio: ['ignore', 'pipe', 'inherit'] },
	);
	let output = '';
	child.stdout?.on('data', (chunk: Buffer) => {
		output += chunk.toString();
	});
	const ended = once(child, 'exit');
	await until(() => output.includes('Ctrl-C'));
	const baseURL = /Base URL +(\S+)/.exec(output)?.[1] ?? '';
	expect(output).toMatch(/API Key +as_test_cli/);
	expect(output).toMatch(/Signing Secret whsec_/);
	const answer = await axios.get(`${baseURL}/splits`, { validateStatus: null, proxy: false });
	expect(answer.status).toBe(502);
	expect(answer.headers['x-ratelimit-limit']).toBe('10');
	const state = await axios.get(new URL('/__sandbox/state', baseURL).href, { proxy: false });
	expect(existsSync(state.data.folder)).toBe(true);
	child.kill('SIGINT');
	expect(await ended).toEqual([0, null]);
	expect(existsSync(state.data.folder)).toBe(false);
});
