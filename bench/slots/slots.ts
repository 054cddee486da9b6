import { join } from 'node:path';
import Table from 'cli-table3';
import { installN8n } from '../../harness/installN8n';
import { startN8n } from '../../harness/n8n';
import { wantedN8nVersion } from '../../harness/n8nVersions';
import { build, pack } from '../../harness/pack';
import { startSandbox } from '../../sandbox';
import { makeRecording } from '../../sandbox/recording';
import type { SlotUse } from './measure';
import { measureSlots } from './measure';

/** Seconds. */
const JOB_LENGTH = 80;

/** What each way of waiting costs an n8n that runs one production execution at a time. */
export async function runSlots(length = JOB_LENGTH): Promise<SlotUse[]> {
	const install = await installN8n(wantedN8nVersion());
	await build();
	const sandbox = await startSandbox({ timeScale: 60 });
	const n8n = await startN8n({
		install,
		tarball: await pack(),
		env: { N8N_CONCURRENCY_PRODUCTION_LIMIT: '1' },
	});
	try {
		const file = join(sandbox.folder, 'talk.mp3');
		await makeRecording(file, { minutes: 0.25 });
		sandbox.addFile('talk.mp3', file);
		const credential = await n8n.client.createCredential('audioSpliterApi', {
			apiKey: sandbox.apiKey,
			signingSecret: sandbox.signingSecret,
			baseUrl: sandbox.baseUrl,
		});
		return await measureSlots(n8n, sandbox, credential, sandbox.fileUrl('talk.mp3'), length);
	} finally {
		await n8n.stop();
		await sandbox.close();
	}
}

/** The table as people read it. */
export function slotsTable(uses: SlotUse[], length: number): string {
	const table = new Table({
		head: [
			`a job of ${length} s`,
			'until the result',
			'slot held',
			'other runs meanwhile',
			'API calls',
		],
		style: { head: [], border: [] },
	});
	for (const { name, total, held, others, calls } of uses) {
		const seconds = (ms: number) => `${(ms / 1000).toFixed(1)} s`;
		table.push([name, seconds(total), seconds(held), String(others), String(calls)]);
	}
	return table.toString();
}
