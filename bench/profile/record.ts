import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import type { N8n } from '../../harness/n8n';
import type { Profile } from './shares';

/** Milliseconds that the recorder is given to begin. */
const BEGIN = 200;
/** Milliseconds after which a profile that does not come is given up. */
const LIMIT = 30_000;

/**
 * Settings of an n8n that can be profiled.
 *
 * @param folder where it puts its profiles
 */
export const profiling = (folder: string): Record<string, string> => ({
	NODE_OPTIONS: `--import ${pathToFileURL(join(__dirname, 'recordOnSignal.mjs')).href}`,
	AUDIOSPLITER_PROFILES: folder,
});

/** Records what n8n's main thread does while `work` runs. */
export async function record(
	n8n: N8n,
	folder: string,
	work: () => Promise<unknown>,
): Promise<Profile> {
	const recorded = join(folder, 'recorded');
	process.kill(n8n.pid(), 'SIGUSR2');
	await sleep(BEGIN);
	await work();
	process.kill(n8n.pid(), 'SIGUSR2');
	const deadline = Date.now() + LIMIT;
	while (!existsSync(recorded)) {
		if (Date.now() > deadline) throw new Error('n8n wrote no profile.');
		await sleep(50);
	}
	const profile = JSON.parse(readFileSync(recorded, 'utf8')) as Profile;
	rmSync(recorded);
	return profile;
}
