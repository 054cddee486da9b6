// For Node's `--import`, in n8n's main process: the signal SIGUSR2 begins to count what n8n asks of SQLite, and the next
// one writes the counts into the folder AUDIOSPLITER_PROFILES.
import { renameSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

const folder = process.env.AUDIOSPLITER_PROFILES;
if (folder && process.argv.includes('start')) {
	const { Database } = createRequire(process.argv[1])('sqlite3');
	let counts;
	const count = (statement) => {
		if (counts === undefined) return;
		const [verb = ''] = String(statement).trim().toUpperCase().split(/\s/, 1);
		if (['SELECT', 'WITH'].includes(verb)) counts.reads += 1;
		else if (['INSERT', 'UPDATE', 'DELETE', 'REPLACE'].includes(verb)) counts.writes += 1;
		else if (verb === 'COMMIT') counts.transactions += 1;
	};
	for (const method of ['all', 'each', 'exec', 'get', 'run']) {
		const original = Database.prototype[method];
		Database.prototype[method] = function (statement, ...rest) {
			count(statement);
			return original.call(this, statement, ...rest);
		};
	}
	process.on('SIGUSR2', () => {
		if (counts === undefined) {
			counts = { reads: 0, writes: 0, transactions: 0 };
			return;
		}
		const draft = join(folder, 'draft');
		writeFileSync(draft, JSON.stringify(counts));
		renameSync(draft, join(folder, 'recorded'));
		counts = undefined;
	});
}
