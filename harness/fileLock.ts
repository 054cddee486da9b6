import {
	linkSync,
	readFileSync,
	renameSync,
	rmSync,
	statSync,
	utimesSync,
	writeFileSync,
} from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

const BEAT = 5_000;
const STALE_AFTER = 60_000;

const isAlive = (pid: number): boolean => {
	try {
		process.kill(pid, 0);
		return true;
	} catch (error) {
		return (error as NodeJS.ErrnoException).code === 'EPERM';
	}
};

/** Creates the lock file with its content in one step, so that nobody reads it half-written. */
const create = (path: string): boolean => {
	const draft = `${path}.${process.pid}`;
	writeFileSync(draft, String(process.pid));
	try {
		linkSync(draft, path);
		return true;
	} catch (error) {
		if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
		throw error;
	} finally {
		rmSync(draft, { force: true });
	}
};

/** The process that holds the lock; `undefined` where it died (its id may be someone else's by now). */
const holderOf = (path: string): number | undefined => {
	try {
		const pid = Number(readFileSync(path, 'utf8'));
		const beatAgo = Date.now() - statSync(path).mtimeMs;
		return pid > 0 && isAlive(pid) && beatAgo < STALE_AFTER ? pid : undefined;
	} catch {
		return undefined;
	}
};

/** Moved aside before it is removed: of two that find the same dead lock, one moves it. */
const removeDead = (path: string): void => {
	const aside = `${path}.${process.pid}.dead`;
	try {
		renameSync(path, aside);
		if (holderOf(aside) !== undefined) linkSync(aside, path);
	} catch {
		// Another process was quicker.
	} finally {
		rmSync(aside, { force: true });
	}
};

/**
 * Runs `work` while holding the lock file `path`. Waits for another process that holds it and takes over
 * from one that died.
 *
 * @param onWait called once, with the id of the process waited for
 */
export const withFileLock = async <T>(
	path: string,
	work: () => Promise<T>,
	onWait: (pid: number) => void = () => undefined,
): Promise<T> => {
	let told = false;
	while (!create(path)) {
		const holder = holderOf(path);
		if (holder === undefined) {
			removeDead(path);
			continue;
		}
		if (!told) onWait(holder);
		told = true;
		await sleep(250);
	}

	const beat = setInterval(() => {
		const now = new Date();
		utimesSync(path, now, now);
	}, BEAT);
	beat.unref();
	try {
		return await work();
	} finally {
		clearInterval(beat);
		rmSync(path, { force: true });
	}
};
