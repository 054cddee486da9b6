import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { END_WITH_PARENT, newTemporaryFolder, repository } from '../../harness/folders';
import { killProcess, startProcess, stopProcess } from '../../harness/processes';
import { until } from '../support/until';

const folder = newTemporaryFolder('processes');
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const isAlive = (pid: number): boolean => {
	try {
		process.kill(pid, 0);
		// A zombie still has an id; nobody reaps it where the container has no init.
		return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
	} catch (error) {
		return (error as NodeJS.ErrnoException).code === 'EPERM';
	}
};

/** Starts a grandchild, writes its id to a file, and lives on; `stubborn` ignores SIGTERM. */
const program = (pidFile: string, stubborn = false): string => `
${stubborn ? "process.on('SIGTERM', () => {});" : ''}
const { spawn } = require('node:child_process');
const { writeFileSync, renameSync } = require('node:fs');
const child = spawn(process.execPath, ['--eval', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' });
writeFileSync('${pidFile}.new', String(child.pid));
renameSync('${pidFile}.new', '${pidFile}');
setInterval(() => {}, 1000);
`;

const readPid = async (file: string): Promise<number> => {
	await until(() => existsSync(file));
	return Number(readFileSync(file, 'utf8'));
};

describe('a process that was started', () => {
	it('is killed with everything it started', async () => {
		const file = join(folder, 'killed');
		const child = startProcess(process.execPath, ['--eval', program(file)], { stdio: 'ignore' });
		const grandchild = await readPid(file);
		await killProcess(child);
		await until(() => !isAlive(grandchild));
		expect(child.signalCode).toBe('SIGKILL');
	});

	it('is asked to end first, and killed if it does not', async () => {
		const file = join(folder, 'stubborn');
		const child = startProcess(process.execPath, ['--eval', program(file, true)], {
			stdio: 'ignore',
		});
		const grandchild = await readPid(file);
		await stopProcess(child, 200);
		await until(() => !isAlive(grandchild));
		expect(child.signalCode).toBe('SIGKILL');
	});

	it('ends by itself when it is asked to', async () => {
		const file = join(folder, 'polite');
		const child = startProcess(process.execPath, ['--eval', program(file)], { stdio: 'ignore' });
		const grandchild = await readPid(file);
		await stopProcess(child, 60_000);
		await until(() => !isAlive(grandchild));
		expect(child.signalCode).toBe('SIGTERM');
	});
});

describe('a command that ends', () => {
	/** A command that starts a child and a temporary folder, and then does `last`. */
	const start = async (name: string, last: string) => {
		const pidFile = join(folder, name);
		const folderFile = join(folder, `${name}.folder`);
		const script = join(folder, `${name}.ts`);
		writeFileSync(
			script,
			`import { writeFileSync } from 'node:fs';
import { atEnd, endEverything, endWithThisProcess, startProcess, temporaryFolder } from ${JSON.stringify(join(repository, 'harness', 'processes'))};
const main = async () => {
	endWithThisProcess();
	writeFileSync(${JSON.stringify(folderFile)}, temporaryFolder('of-a-command'));
	startProcess(process.execPath, ['--eval', ${JSON.stringify(program(pidFile))}], { stdio: 'ignore' });
	atEnd(() => console.log('ending'));
	${last}
};
void main();
`,
		);
		const command = spawn(process.execPath, ['--import', 'tsx', script], {
			cwd: repository,
			stdio: 'pipe',
		});
		command.stderr.resume();
		let printed = '';
		command.stdout.on('data', (chunk: Buffer) => (printed += chunk.toString()));
		const closed = once(command, 'close');
		const grandchild = await readPid(pidFile);
		return {
			command,
			ended: async () => {
				const [code] = (await closed) as [number | null];
				await until(() => !isAlive(grandchild));
				return { code, printed, folderIsThere: existsSync(readFileSync(folderFile, 'utf8')) };
			},
		};
	};

	const WAIT_FOR_STDIN =
		"process.stdin.resume(); await new Promise((resolve) => process.stdin.once('end', resolve));";

	it.each([
		['SIGINT', 130],
		['SIGTERM', 143],
		['SIGHUP', 129],
	] as const)('leaves nothing running after %s', async (signal, code) => {
		const { command, ended } = await start(signal, WAIT_FOR_STDIN);
		command.kill(signal);
		expect(await ended()).toEqual({ code, printed: 'ending\n', folderIsThere: false });
	});

	it('leaves nothing running after an error that nobody caught', async () => {
		const { command, ended } = await start('thrown', `${WAIT_FOR_STDIN} throw new Error('oh');`);
		command.stdin.end();
		expect(await ended()).toEqual({ code: 1, printed: 'ending\n', folderIsThere: false });
	});

	it('leaves nothing running, itself neither, where nobody reads any more what it says', async () => {
		const { command, ended } = await start(
			'unheard',
			"setInterval(() => console.log('still here'), 10);",
		);
		command.stdout.destroy();
		command.stderr.destroy();
		expect(await ended()).toMatchObject({ code: 1, folderIsThere: false });
	});

	it('leaves nothing running after its ordinary end', async () => {
		const { command, ended } = await start('ordinary', `${WAIT_FOR_STDIN} await endEverything();`);
		command.stdin.end();
		expect(await ended()).toEqual({ code: 0, printed: 'ending\n', folderIsThere: false });
	});

	it('leaves nothing running after process.exit', async () => {
		const { command, ended } = await start('exit', `${WAIT_FOR_STDIN} process.exit(3);`);
		command.stdin.end();
		expect(await ended()).toEqual({ code: 3, printed: '', folderIsThere: false });
	});
});

describe('endWithParent', () => {
	it('ends n8n and its task runner when the command that started it is killed', async () => {
		const leaderFile = join(folder, 'leader');
		const runnerFile = join(folder, 'runner');
		const command = spawn(
			process.execPath,
			[
				'--eval',
				`const { spawn } = require('node:child_process');
				const child = spawn(process.execPath, ['--import', ${JSON.stringify(END_WITH_PARENT)}, '--eval', ${JSON.stringify(program(runnerFile))}], { stdio: 'ignore', detached: true });
				require('node:fs').writeFileSync(${JSON.stringify(leaderFile)}, String(child.pid));
				setInterval(() => {}, 1000);`,
			],
			{ stdio: 'ignore' },
		);
		const runner = await readPid(runnerFile);
		const leader = await readPid(leaderFile);
		expect(isAlive(leader)).toBe(true);
		command.kill('SIGKILL');
		await until(() => !isAlive(leader) && !isAlive(runner));
		expect(existsSync(runnerFile)).toBe(true);
	});
});
