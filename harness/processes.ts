import type { ChildProcess, SpawnOptions } from 'node:child_process';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import killTree from 'tree-kill';
import { newTemporaryFolder } from './folders';

type Ending = () => void | Promise<void>;

const children = new Set<ChildProcess>();
const folders = new Set<string>();
const endings: Ending[] = [];
const windows = process.platform === 'win32';

const isRunning = (child: ChildProcess): boolean =>
	child.pid !== undefined && child.exitCode === null && child.signalCode === null;

/** Signals a child together with whatever it started: n8n has a task runner, npm has node-gyp. */
const signalTree = (child: ChildProcess, signal: NodeJS.Signals): void => {
	const { pid } = child;
	if (pid === undefined) return;
	if (windows) {
		killTree(pid, signal);
		return;
	}
	try {
		process.kill(-pid, signal);
	} catch {
		// The whole group has ended already.
	}
};

/** Removes a folder and what is in it, now rather than at the end. */
export const removeFolder = (folder: string): void => {
	folders.delete(folder);
	rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
};

const killAll = (): void => {
	for (const child of children) signalTree(child, 'SIGKILL');
	children.clear();
	for (const folder of [...folders]) removeFolder(folder);
};

let exitIsWatched = false;

/** However this process ends, short of a signal that nobody handles, nothing of it stays. */
const watchExit = (): void => {
	if (exitIsWatched) return;
	exitIsWatched = true;
	process.once('exit', killAll);
};

/**
 * Starts a child process that does not outlive this one. It leads a process group of its own, so that
 * a Ctrl-C in the terminal reaches this process alone, which then ends its children in order.
 */
export const startProcess = (
	command: string,
	args: readonly string[],
	options: SpawnOptions = {},
): ChildProcess => {
	const child = spawn(command, args, { ...options, detached: !windows });
	children.add(child);
	watchExit();
	const forget = () => children.delete(child);
	child.once('exit', forget);
	child.once('error', forget);
	return child;
};

/** Ends a child at once, with everything it started. Resolves when it is gone. */
export const killProcess = async (child: ChildProcess): Promise<void> => {
	const exit = isRunning(child) ? once(child, 'exit') : undefined;
	signalTree(child, 'SIGKILL');
	await exit;
};

/** Asks a child to end, and ends it after `patience` milliseconds if it has not. */
export const stopProcess = async (child: ChildProcess, patience = 10_000): Promise<void> => {
	if (isRunning(child)) {
		const exit = once(child, 'exit');
		// Only the leader: n8n stops its task runner itself, and logs an error if someone else does.
		child.kill('SIGTERM');
		const impatience = setTimeout(() => signalTree(child, 'SIGKILL'), patience);
		await exit;
		clearTimeout(impatience);
	}
	signalTree(child, 'SIGKILL');
};

/** A new temporary folder, removed when this process ends. */
export const temporaryFolder = (purpose: string): string => {
	const folder = newTemporaryFolder(purpose);
	folders.add(folder);
	watchExit();
	return folder;
};

/** Runs `ending` when everything ends. Returns how to take it back. */
export const atEnd = (ending: Ending): (() => void) => {
	endings.push(ending);
	return () => {
		const index = endings.indexOf(ending);
		if (index >= 0) endings.splice(index, 1);
	};
};

/** Ends what was started, the last first: endings, then child processes, then temporary folders. */
export const endEverything = async (): Promise<void> => {
	for (let ending = endings.pop(); ending; ending = endings.pop()) {
		try {
			await ending();
		} catch (error) {
			// One ending that fails must not keep the others from running.
			console.error(`While ending: ${error instanceof Error ? error.message : String(error)}`);
		}
	}
	await Promise.all([...children].map(async (child) => await stopProcess(child)));
	killAll();
};

let signalled = false;

/** Is everything being ended because of a signal? What fails then, fails because of it. */
export const isEnding = (): boolean => signalled;

const EXIT_CODES = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const;

/**
 * From here on everything started is ended whatever ends this process: its normal end, an error nobody
 * caught, Ctrl-C, SIGTERM, or the death of the process that started it.
 *
 * @param onSignal called before the ending, to say so; may return another exit code than the signal's
 */
export const endWithThisProcess = (
	onSignal: (signal: keyof typeof EXIT_CODES) => number | undefined = () => undefined,
): void => {
	const end = (code: number) => {
		if (signalled) return;
		signalled = true;
		void endEverything().finally(() => process.exit(code));
	};

	for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
		// Kept until the end: npm and the terminal may both send the same Ctrl-C.
		process.on(signal, () => {
			if (!signalled) end(onSignal(signal) ?? EXIT_CODES[signal]);
		});
	}
	for (const event of ['uncaughtException', 'unhandledRejection'] as const) {
		process.on(event, (error: unknown) => {
			// Where nobody reads any more what this process says, to say so fails as well, and would for ever.
			if (signalled) return;
			end(1);
			console.error(error);
		});
	}

	const parent = process.ppid;
	setInterval(() => {
		if (process.ppid !== parent) end(EXIT_CODES.SIGHUP);
	}, 1000).unref();
};
