// For Node's `--import`, in n8n's main process: the signal SIGUSR2 collects the garbage, and writes how many bytes are in use
// after that into the folder AUDIOSPLITER_PROFILES.
import { renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** What is freed first may let go of more. */
const COLLECTIONS = 3;

const folder = process.env.AUDIOSPLITER_PROFILES;
if (folder && process.argv.includes('start')) {
	setFlagsFromString('--expose-gc');
	const collectGarbage = runInNewContext('gc');
	process.on('SIGUSR2', async () => {
		for (let round = 0; round < COLLECTIONS; round++) {
			collectGarbage();
			await nextTurn();
		}
		const { heapUsed, external } = process.memoryUsage();
		const draft = join(folder, 'draft');
		writeFileSync(draft, JSON.stringify(heapUsed + external));
		renameSync(draft, join(folder, 'recorded'));
	});
}
