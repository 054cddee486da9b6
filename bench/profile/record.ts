import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import type { N8n } from '../../harness/n8n';

/** Milliseconds that the recorder is given to begin. */
const BEGIN = 200;
/** Milliseconds after which a recording that does not come is given up. */
const LIMIT = 30_000;

/** What is recorded: a CPU profile, what n8n asks of its database, or its memory. Each is a program of this folder. */
type Recorder = 'recordOnSignal.mjs' | 'countStatements.mjs' | 'readHeap.mjs';

/**
 * Settings of an n8n that can be recorded.
 *
 * @param folder where it puts its recordings
 */
export const recording = (recorder: Recorder, folder: string): Record<string, string> => ({
	NODE_OPTIONS: `--import ${pathToFileURL(join(__dirname, recorder)).href}`,
	AUDIOSPLITER_PROFILES: folder,
});

/** Has n8n write what it has recorded. */
async function takeRecording<Recording>(n8n: N8n, folder: string): Promise<Recording> {
	const recorded = join(folder, 'recorded');
	process.kill(n8n.pid(), 'SIGUSR2');
	const deadline = Date.now() + LIMIT;
	while (!existsSync(recorded)) {
		if (Date.now() > deadline) throw new Error('n8n wrote no recording.');
		await sleep(50);
	}
	const content = JSON.parse(readFileSync(recorded, 'utf8')) as Recording;
	rmSync(recorded);
	return content;
}

/** Records what n8n does while `work` runs. */
export async function record<Recording>(
	n8n: N8n,
	folder: string,
	work: () => Promise<unknown>,
): Promise<Recording> {
	process.kill(n8n.pid(), 'SIGUSR2');
	await sleep(BEGIN);
	await work();
	return await takeRecording<Recording>(n8n, folder);
}

/** The memory that n8n has in use, garbage collected, in MB of 1,048,576 bytes; for `recording('readHeap.mjs', …)`. */
export const usedMemory = async (n8n: N8n, folder: string): Promise<number> =>
	(await takeRecording<number>(n8n, folder)) / 1024 ** 2;
