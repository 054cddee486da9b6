// For Node's `--import`, in n8n's main process: the signal SIGUSR2 begins the recording of a CPU profile, and the next
// one ends it and writes it into the folder AUDIOSPLITER_PROFILES.
import { renameSync, writeFileSync } from 'node:fs';
import { Session } from 'node:inspector';
import { join } from 'node:path';

/** Microseconds between two looks at what runs. */
const INTERVAL = 500;

const folder = process.env.AUDIOSPLITER_PROFILES;
if (folder && process.argv.includes('start')) {
	const session = new Session();
	session.connect();
	session.post('Profiler.enable');
	session.post('Profiler.setSamplingInterval', { interval: INTERVAL });
	let recording = false;
	process.on('SIGUSR2', () => {
		recording = !recording;
		if (recording) {
			session.post('Profiler.start');
			return;
		}
		session.post('Profiler.stop', (_error, { profile }) => {
			const draft = join(folder, 'draft');
			writeFileSync(draft, JSON.stringify(profile));
			renameSync(draft, join(folder, 'recorded'));
		});
	});
}
