import { join } from 'node:path';
import { startN8n } from '../../harness/n8n';
import { atEnd } from '../../harness/processes';
import { sandboxCredential } from '../../harness/sandboxCredential';
import { startSandbox } from '../../sandbox';
import { makeRecording } from '../../sandbox/audio/recording';
import type { BenchContext } from '../benchmark';
import type { SlotUse } from '../slots/measure';
import { measureSlots } from '../slots/measure';

/** What a way of waiting did on a real n8n. */
export interface RealWait extends SlotUse {
	n8nVersion: string;
	/** Seconds that the job took. */
	length: number;
}

export interface RealPlan {
	/** Seconds that the jobs take. */
	lengths: readonly number[];
	/** Seconds that each loop of n8n's Wait node pauses. */
	loops: readonly number[];
}

/** Lets every way of waiting wait for jobs on a real n8n, where one execution runs at a time. */
export async function waitReally(
	{ install, tarball, tell }: Pick<BenchContext, 'install' | 'tarball' | 'tell'>,
	{ lengths, loops }: RealPlan,
): Promise<RealWait[]> {
	const n8n = await startN8n({ install, tarball, env: { N8N_CONCURRENCY_PRODUCTION_LIMIT: '1' } });
	const sandbox = await startSandbox();
	const close = async () => {
		await n8n.stop();
		await sandbox.close();
	};
	const done = atEnd(close);
	try {
		const file = join(sandbox.folder, 'talk.mp3');
		await makeRecording(file, { minutes: 0.25 });
		sandbox.addFile('talk.mp3', file);
		const credential = await sandboxCredential(n8n.client, sandbox);
		const stage = { n8n, sandbox, credential, sourceUrl: sandbox.fileUrl('talk.mp3') };
		const waits: RealWait[] = [];
		for (const length of lengths) {
			tell(
				`really waiting on n8n ${install.version} for jobs of ${length} s, one way after the other`,
			);
			const uses = await measureSlots(stage, length, loops);
			waits.push(...uses.map((use) => ({ ...use, length, n8nVersion: install.version })));
			const meanwhile = (await n8n.client.query<{ id: string }>(
				"select id from workflow_entity where name = 'Meanwhile' and active = 1",
			)) as Array<{ id: string }>;
			for (const { id } of meanwhile) await n8n.client.deactivate(id);
		}
		return waits;
	} finally {
		done();
		await close();
	}
}
