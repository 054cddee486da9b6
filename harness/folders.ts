import { mkdtempSync, readFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

/** The repository's root folder. */
export const repository = resolve(__dirname, '..');

/** For Node's `--import`: ends the process when the one that started it is gone. */
export const END_WITH_PARENT = pathToFileURL(join(repository, 'harness', 'endWithParent.mjs')).href;

/**
 * Where things that are slow to make are kept between runs: `AUDIOSPLITER_CACHE`, or the package's
 * own folder in the user's cache.
 */
export const cacheFolder = (): string => {
	const { AUDIOSPLITER_CACHE: own, XDG_CACHE_HOME: xdg } = process.env;
	if (own) return resolve(own);
	return join(xdg || join(homedir(), '.cache'), 'n8n-nodes-audiospliter');
};

/** A new empty folder. `AUDIOSPLITER_TEMP` gathers those of a whole test run in one place. */
export const newTemporaryFolder = (purpose: string): string =>
	mkdtempSync(join(process.env.AUDIOSPLITER_TEMP ?? tmpdir(), `audiospliter-${purpose}-`));

/** Reads a JSON file; `undefined` where there is none, or where a crash left half of one. */
export const readJson = <T>(path: string): T | undefined => {
	try {
		return JSON.parse(readFileSync(path, 'utf8')) as T;
	} catch {
		return undefined;
	}
};
