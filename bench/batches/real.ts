import { join } from 'node:path';
import { itemsOf } from '../../harness/client';
import type { N8n } from '../../harness/n8n';
import { startN8n } from '../../harness/n8n';
import { atEnd, temporaryFolder } from '../../harness/processes';
import { sandboxCredential } from '../../harness/sandboxCredential';
import { audioSpliter, itemsNode, manualTrigger, workflow } from '../../harness/workflows';
import type { Sandbox } from '../../sandbox';
import { startSandbox } from '../../sandbox';
import { makeRecording } from '../../sandbox/audio/recording';
import { PLANS } from '../../sandbox/world/plans';
import type { BenchContext } from '../benchmark';
import { recording } from '../profile/record';
import type { CameOut } from './comeOut';
import { measureComingOut, sameItems, SEGMENTS } from './comeOut';
import type { HeldItems } from './held';
import { measureHeld } from './held';
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

export interface RealPlan {
	jobs: number;
	/** Seconds. */
	length: number;
	/** Items of the run whose memory is read. */
	held: number;
}

const PLACES = 2;
const TALK = 'talk.mp3';

/** Milliseconds. */
const LIMIT = 600_000;

/** The wait modes that hold the execution until all jobs are submitted. */
const MODES = [
	['poll', 'By Polling'],
	['webhook', 'Pause Until Webhook'],
] as const;

type WaitMode = (typeof MODES)[number][0];

const createNode = async ({ client }: N8n, sandbox: Sandbox, waitMode: WaitMode) =>
	audioSpliter(
		{
			...{ resource: 'splitJob', operation: 'create', segmentDuration: 5, waitMode },
			sourceUrl: sandbox.fileUrl(TALK),
		},
		await sandboxCredential(client, sandbox),
	);

/** Starts a service that works on so many jobs at once, with a recording, for as long as it is used. */
async function onService<T>(
	concurrentJobs: number,
	use: (sandbox: Sandbox) => Promise<T>,
): Promise<T> {
	const sandbox = await startSandbox({ plan: { ...PLANS.unlimited, concurrentJobs } });
	const done = atEnd(sandbox.close);
	try {
		const file = join(sandbox.folder, TALK);
		await makeRecording(file, { minutes: 0.25 });
		sandbox.addFile(TALK, file);
		return await use(sandbox);
	} finally {
		done();
		await sandbox.close();
	}
}

/** Runs one batch on a service that answers 429 beyond its places. */
async function runBatch(
	n8n: N8n,
	sandbox: Sandbox,
	{ jobs, length }: RealPlan,
	[waitMode, name]: (typeof MODES)[number],
): Promise<RealBatch> {
	sandbox.setSwitch('overConcurrency', '429');
	sandbox.nextJobs({ minimumMs: length * 1000 }, jobs);
	const items = Array.from({ length: jobs }, (_unused, number) => ({ number }));
	const node = await createNode(n8n, sandbox, waitMode);
	const draft = workflow('Batch', [manualTrigger(), itemsNode(items), node]);
	const { id } = await n8n.client.createWorkflow(draft);
	const startedAt = Date.now();
	const execution = await n8n.client.runManually(id, { timeout: LIMIT });
	const took = Date.now() - startedAt;
	const requests = sandbox.requests().filter(({ origin }) => origin === 'api');
	return {
		name: `${name}, ${jobs} recordings of ${length} s`,
		...{ jobs, took, calls: requests.length },
		finished: itemsOf(execution, 'AudioSpliter').filter(({ json }) => json.status === 'completed')
			.length,
		least: leastTime(Array<number>(jobs).fill(length * 1000), PLACES),
		refused: requests.filter(({ status }) => status === 429).length,
	};
}

/** Runs both wait modes side by side, each on a service of its own. */
const runBatches = async (n8n: N8n, plan: RealPlan): Promise<RealBatch[]> =>
	await Promise.all(
		MODES.map(
			async (mode) =>
				await onService(PLACES, async (sandbox) => await runBatch(n8n, sandbox, plan, mode)),
		),
	);

/** Reads the memory of n8n while a run waits for jobs of which none begins. */
const readHeld = async (n8n: N8n, folder: string, count: number): Promise<HeldItems> =>
	await onService(0, async (sandbox) => {
		const create = await createNode(n8n, sandbox, 'poll');
		return await measureHeld({ n8n, sandbox, folder, create }, count);
	});

/** Ends every job of a service that begins none, once all are submitted, with segments that need no audio. */
function endAllJobs(sandbox: Sandbox, count: number): () => void {
	const timer = setInterval(() => {
		const jobs = sandbox.jobs();
		if (jobs.length < count) return;
		clearInterval(timer);
		for (const job of jobs) {
			job.synthetic = true;
			sandbox.finishJob(job.id, { segments: SEGMENTS, segmentBytes: 24_000, segmentDuration: 3 });
		}
	}, 200);
	return () => clearInterval(timer);
}

/** Reads the memory of n8n while all jobs of a run come out as segments, and while the same items come out of a Code node. */
const readCameOut = async (n8n: N8n, folder: string, count: number): Promise<CameOut[]> =>
	await onService(0, async (sandbox) => {
		const create = await createNode(n8n, sandbox, 'poll');
		create.parameters.output = 'segments';
		const stop = endAllJobs(sandbox, count);
		try {
			const stage = { n8n, folder };
			const polling = { name: 'By Polling, One Item per Segment', node: create, count };
			const made = { name: "The same items from n8n's Code node", node: sameItems(), count };
			// What comes first lets n8n's process grow for the other.
			return [await measureComingOut(stage, polling), await measureComingOut(stage, made)];
		} finally {
			stop();
		}
	});

/**
 * Runs a short batch by polling, beside it one with a pause, on plans of two jobs at once, and then one of many items whose
 * memory is read.
 */
export async function runReally(
	{ install, tarball, tell }: Pick<BenchContext, 'install' | 'tarball' | 'tell'>,
	plan: RealPlan,
): Promise<{ batches: RealBatch[]; held: HeldItems; cameOut: CameOut[] }> {
	const { jobs, length, held: count } = plan;
	const folder = temporaryFolder('heap');
	const n8n = await startN8n({ install, tarball, env: recording('readHeap.mjs', folder) });
	const done = atEnd(n8n.stop);
	try {
		tell(`really running ${jobs} recordings of ${length} s, two at once`);
		const batches = await runBatches(n8n, plan);
		tell(`reading the memory that ${count} recordings in one run take`);
		const held = await readHeld(n8n, folder, count);
		tell(`reading the memory that ${SEGMENTS * count} items take which come out of one run`);
		return { batches, held, cameOut: await readCameOut(n8n, folder, count) };
	} finally {
		done();
		await n8n.stop();
	}
}
