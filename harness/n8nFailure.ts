import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { N8nInstall } from './installN8n';

const TELLING = /error|EADDRINUSE|cannot|failed|not supported|fatal|denied/i;

/** n8n ended while it was starting: one sentence, followed by the lines of its log that say why. */
export const explainN8nFailure = (install: N8nInstall, port: number, log: string): Error => {
	if (/port \d+ is already in use|EADDRINUSE/i.test(log)) {
		return new Error(
			`n8n could not start: port ${port} is taken by another program. End it, or choose another port.`,
		);
	}
	if (/ENOSPC|SQLITE_FULL|disk is full/i.test(log)) {
		return new Error(
			'n8n could not start: the disk is full. Make room and run the same command again.',
		);
	}
	const lines = log.split('\n').filter((line) => line.trim() !== '');
	const telling = lines.filter((line) => TELLING.test(line)).slice(0, 5);
	const said = (telling.length > 0 ? telling : lines.slice(-5)).join('\n');

	if (/MODULE_NOT_FOUND|Cannot find module|ERR_MODULE_NOT_FOUND/.test(log)) {
		// Without its marker the install counts as unfinished, and the next run makes it anew.
		rmSync(join(install.folder, '.complete.json'), { force: true });
		return new Error(
			`n8n could not start: its files in ${install.folder} are damaged. Run the same command again, and it is installed anew.\n${said}`,
		);
	}
	return new Error(
		`n8n ended while it was starting. ${said ? `It said:\n${said}` : 'It said nothing: another program may have ended it.'}`,
	);
};
