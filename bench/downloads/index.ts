import { setTimeout as sleep } from 'node:timers/promises';
import type { INode } from 'n8n-workflow';
import { startN8n } from '../../harness/n8n';
import { atEnd } from '../../harness/processes';
import { sandboxCredential } from '../../harness/sandboxCredential';
import type { CredentialReference, WorkflowDraft } from '../../harness/workflows';
import { audioSpliter, downloadNode, manualTrigger, workflow } from '../../harness/workflows';
import { startSandbox } from '../../sandbox';
import type { BenchContext, Benchmark } from '../benchmark';
import type { Download } from './tables';
import { downloadsReport } from './tables';

const MB = 1024 * 1024;
const SAMPLE_MS = 50;

const job = (id: string) => ({ __rl: true, mode: 'id', value: id });

/** The ways to get a finished job's segments into n8n: by this package, and by n8n's own HTTP Request node. */
const WAYS: Array<{ label: string; nodes: (id: string, own: CredentialReference) => INode[] }> = [
	{
		label: 'AudioSpliter, Download',
		nodes: (id, own) => [
			audioSpliter({ resource: 'segment', operation: 'download', jobId: job(id) }, own),
		],
	},
	{
		label: 'HTTP Request node',
		nodes: (id, own) => [
			audioSpliter({ resource: 'segment', operation: 'getAll', jobId: job(id) }, own),
			downloadNode('={{ $json.downloadUrl }}'),
		],
	},
];

const draftOf = (nodes: INode[]): WorkflowDraft =>
	workflow('Download', [manualTrigger(), ...nodes]);

/** One download in an n8n of its own, so that no garbage of an earlier one counts. */
async function downloadOnce(
	{ install, tarball }: BenchContext,
	{ label, nodes }: (typeof WAYS)[number],
	{ segments, segmentMb }: { segments: number; segmentMb: number },
): Promise<Download> {
	const sandbox = await startSandbox();
	const n8n = await startN8n({ install, tarball });
	const close = async () => {
		await n8n.stop();
		await sandbox.close();
	};
	const done = atEnd(close);
	try {
		const own = await sandboxCredential(n8n.client, sandbox);
		const run = async (count: number) => {
			const { id } = sandbox.addSyntheticJob({ segments: count, segmentBytes: segmentMb * MB });
			const { id: workflowId } = await n8n.client.createWorkflow(draftOf(nodes(id, own)));
			const execution = await n8n.client.runManually(workflowId, { timeout: 600_000 });
			const { error } = execution.data.resultData;
			if (error) throw new Error(`${label}: ${error.message}`);
			return Date.parse(execution.stoppedAt ?? '') - Date.parse(execution.startedAt ?? '');
		};
		await run(1);

		const before = n8n.residentMemory();
		let peak = before;
		let over = false;
		const sampling = (async () => {
			while (!over) {
				peak = Math.max(peak, n8n.residentMemory());
				await sleep(SAMPLE_MS);
			}
		})();
		const time = await run(segments).finally(() => {
			over = true;
		});
		await sampling;
		return { label, seconds: time / 1000, before, growth: peak - before };
	} finally {
		done();
		await close();
	}
}

async function run(context: BenchContext) {
	const { quick, tell } = context;
	const size = quick ? { segments: 2, segmentMb: 8 } : { segments: 16, segmentMb: 64 };
	// The median of fewer than six pairs has no interval.
	const rounds = quick ? 1 : 6;
	const downloads: Download[] = [];
	for (let round = 0; round < rounds; round++) {
		for (const way of round % 2 === 0 ? WAYS : [...WAYS].reverse()) {
			tell(`round ${round + 1} of ${rounds}: ${way.label}`);
			downloads.push(await downloadOnce(context, way, size));
		}
	}
	return downloadsReport(downloads, { ...size, rounds });
}

export const downloads: Benchmark = { title: 'Downloading segments', run };
