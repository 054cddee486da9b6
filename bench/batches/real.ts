import { join } from 'node:path';
import { itemsOf } from '../../harness/client';
import { startN8n } from '../../harness/n8n';
import { atEnd } from '../../harness/processes';
import { sandboxCredential } from '../../harness/sandboxCredential';
import { audioSpliter, itemsNode, manualTrigger, workflow } from '../../harness/workflows';
import { startSandbox } from '../../sandbox';
import { makeRecording } from '../../sandbox/audio/recording';
import { PLANS } from '../../sandbox/world/plans';
import type { BenchContext } from '../benchmark';
import { leastTime } from './simulate';

/** A batch that a real n8n ran. */
export interface RealBatch {
	name: string;
	jobs: number;
	finished: number;
	/** Milliseconds. */
	took: number;
	/** Milliseconds that the plan needs at least. */
	least: number;
	calls: number;
	/** Creates that were refused. */
	refused: number;
}

const PLACES = 2;

/** Runs a short batch by polling, and one with a pause, on a plan of two jobs at once that answers 429 beyond. */
export async function runReally(
	{ install, tarball, tell }: Pick<BenchContext, 'install' | 'tarball' | 'tell'>,
	{ jobs, length }: { jobs: number; /** Seconds. */ length: number },
): Promise<RealBatch[]> {
	const n8n = await startN8n({ install, tarball });
	const sandbox = await startSandbox({ plan: { ...PLANS.unlimited, concurrentJobs: PLACES } });
	const close = async () => {
		await n8n.stop();
		await sandbox.close();
	};
	const done = atEnd(close);
	try {
		const file = join(sandbox.folder, 'talk.mp3');
		await makeRecording(file, { minutes: 0.25 });
		sandbox.addFile('talk.mp3', file);
		sandbox.setSwitch('overConcurrency', '429');
		const credential = await sandboxCredential(n8n.client, sandbox);
		const batches: RealBatch[] = [];
		for (const [waitMode, name] of [
			['poll', 'By Polling'],
			['webhook', 'Pause Until Webhook'],
		] as const) {
			tell(`really running ${jobs} recordings of ${length} s, two at once: ${name}`);
			sandbox.nextJobs({ minimumMs: length * 1000 }, jobs);
			const before = sandbox.requests().length;
			const { id } = await n8n.client.createWorkflow(
				workflow('Batch', [
					manualTrigger(),
					itemsNode(Array.from({ length: jobs }, (_unused, number) => ({ number }))),
					audioSpliter(
						{
							...{ resource: 'splitJob', operation: 'create', segmentDuration: 5, waitMode },
							sourceUrl: sandbox.fileUrl('talk.mp3'),
						},
						credential,
					),
				]),
			);
			const startedAt = Date.now();
			const execution = await n8n.client.waitForExecution(await n8n.client.startManually(id));
			const took = Date.now() - startedAt;
			const requests = sandbox
				.requests()
				.slice(before)
				.filter(({ origin }) => origin === 'api');
			batches.push({
				name: `${name}, ${jobs} recordings of ${length} s`,
				...{ jobs, took, calls: requests.length },
				finished: itemsOf(execution, 'AudioSpliter').filter(
					({ json }) => json.status === 'completed',
				).length,
				least: leastTime(Array<number>(jobs).fill(length * 1000), PLACES),
				refused: requests.filter(({ status }) => status === 429).length,
			});
		}
		return batches;
	} finally {
		done();
		await close();
	}
}
