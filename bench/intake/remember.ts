import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { dedupKeys } from '../../nodes/AudioSpliter/trigger/dedup/keys';

/** Run by n8n's own Node, which has SQLite built in. */
const PROGRAM = `
const { DatabaseSync } = require('node:sqlite');
const [path, workflowId, context, file] = process.argv.slice(1);
const database = new DatabaseSync(path, { timeout: 10000 });
database
	.prepare('insert into processed_data (workflowId, context, value) values (?, ?, ?)')
	.run(workflowId, context, require('node:fs').readFileSync(file, 'utf8'));
`;

/** The event number `index` of those that a store is filled with, and its delivery. */
export const rememberedEvent = (index: number) => ({
	deliveryId: `remembered-${index}`,
	event: { event: 'job.completed', jobId: `job_remembered_${index}`, data: {} },
});

/** n8n stores the hash of each value (its deduplication-helper). */
const stored = (key: string): string => createHash('md5').update(key).digest('base64');

export interface StorePlace {
	/** n8n's Node program. */
	node: string;
	userFolder: string;
	workflowId: string;
	nodeId: string;
}

/** Puts events into the store of this package's trigger as if it had emitted them: 10,000 deliveries would take an hour. */
export async function remember(place: StorePlace, count: number): Promise<void> {
	const keys = Array.from({ length: count }, (_unused, index) => {
		const { event, deliveryId } = rememberedEvent(index);
		return dedupKeys(event, deliveryId).map(stored);
	});
	const folder = join(place.userFolder, '.n8n');
	const file = join(folder, 'remembered.json');
	writeFileSync(file, JSON.stringify({ mode: 'entries', data: keys.flat() }));
	await promisify(execFile)(place.node, [
		...['--no-warnings', '--eval', PROGRAM, '--', join(folder, 'database.sqlite')],
		...[place.workflowId, `n:${place.nodeId}`, file],
	]);
}
