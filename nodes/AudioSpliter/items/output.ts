import type { IDataObject, IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import { NodeOperationError } from 'n8n-workflow';
import type { FileContext } from '../api/client';
import type { FreshSegment } from '../api/download';
import { downloadSegment } from '../api/download';
import { getJob } from '../api/jobs';
import type { Job } from '../api/types';
import { hasFailed } from './job';
import type { SegmentItem } from './segment';
import { needsFreshUrl, toSegmentItems } from './segment';

/** How a job comes out of a node. */
export interface OutputOptions {
	output: 'job' | 'segments';
	/** Only with `segments`. */
	download: boolean;
	/** Name of the binary field that takes the file. */
	binaryProperty: string;
}

/** Transfers of one job that run side by side: more gain little and hold more connections. */
const PARALLEL_DOWNLOADS = 4;

/** One item for a job or a segment, paired with the input item that it comes from. */
export const toItem = (
	json: Job | SegmentItem | IDataObject,
	itemIndex: number,
): INodeExecutionData => ({
	json: json as IDataObject,
	pairedItem: { item: itemIndex },
});

/** The error of a completed job that has no segments any more. */
export const goneError = (
	ctx: Pick<IExecuteFunctions, 'getNode'>,
	jobId: string,
	itemIndex: number,
): NodeOperationError =>
	new NodeOperationError(ctx.getNode(), `AudioSpliter has deleted the files of job ${jobId}`, {
		description:
			'Their retention time is over (24 hours to 30 days, by plan), or the job was deleted. Split the source again if you still need its segments.',
		itemIndex,
	});

/** Milliseconds for which asking the service again for a finished job would bring nothing new. */
const JUST_ASKED = 60_000;

const wasJustAsked = (askedAt: number | undefined): boolean =>
	askedAt !== undefined && Date.now() - askedAt < JUST_ASKED;

/** Asks for the job again at most once, whoever needs a fresh link first, and shares the answer. */
const freshSegments = (ctx: FileContext, job: Job, itemIndex: number, askedAt?: number) => {
	let answer: Promise<SegmentItem[]> | undefined;
	const ask = async () => await (answer ??= getJob(ctx, job.id, itemIndex).then(toSegmentItems));
	const all = async () => (wasJustAsked(askedAt) ? toSegmentItems(job) : await ask());
	const one: FreshSegment = async (index, isRefused) => {
		const segments = await (isRefused ? ask() : all());
		return segments.find((segment) => segment.index === index);
	};
	return { all, one };
};

/**
 * Runs a task for each entry, a few at a time, and keeps the order. After a failure no more are begun, and nothing is
 * left running when it is thrown.
 */
async function mapInParallel<In, Out>(
	entries: In[],
	limit: number,
	task: (entry: In) => Promise<Out>,
): Promise<Out[]> {
	const results: Out[] = [];
	const failures: unknown[] = [];
	let next = 0;
	const lane = async () => {
		while (next < entries.length && failures.length === 0) {
			const position = next++;
			try {
				results[position] = await task(entries[position] as In);
			} catch (error) {
				failures.push(error);
			}
		}
	};
	await Promise.all(Array.from({ length: Math.min(limit, entries.length) }, lane));
	if (failures.length > 0) throw failures[0];
	return results;
}

/**
 * Turns segments into items, with their files if wanted. Links that have ended, or are about to, are fetched anew
 * before they are used or handed on.
 *
 * @param askedAt when the service gave the job, in milliseconds since 1970; left out where the job came in an item or event
 * @throws NodeApiError when a file could not be had whole
 */
export async function toSegmentOutput(
	ctx: FileContext,
	job: Job,
	segments: SegmentItem[],
	options: Pick<OutputOptions, 'download' | 'binaryProperty'>,
	itemIndex: number,
	askedAt?: number,
): Promise<INodeExecutionData[]> {
	const fresh = freshSegments(ctx, job, itemIndex, askedAt);
	if (!options.download) {
		const expired = segments.some((segment) => needsFreshUrl(segment, Date.now()));
		const byIndex = new Map(
			(expired ? await fresh.all() : segments).map((segment) => [segment.index, segment]),
		);
		return segments.map((segment) => toItem(byIndex.get(segment.index) ?? segment, itemIndex));
	}
	return await mapInParallel(segments, PARALLEL_DOWNLOADS, async (told) => {
		const { segment, binary } = await downloadSegment(ctx, told, itemIndex, fresh.one);
		return { ...toItem(segment, itemIndex), binary: { [options.binaryProperty]: binary } };
	});
}

/**
 * Turns a job into what the node's output options ask for: one job item, or one item per segment. A job without
 * segments to give (failed, or still running after a time-out) is always one job item.
 *
 * @param askedAt as for `toSegmentOutput`
 * @throws NodeApiError when a file could not be had whole, NodeOperationError when the segments are wanted and gone
 */
export async function toJobOutput(
	ctx: FileContext,
	job: Job,
	options: OutputOptions,
	itemIndex: number,
	askedAt?: number,
): Promise<INodeExecutionData[]> {
	if (options.output === 'job' || hasFailed(job) || job.status !== 'completed') {
		return [toItem(job, itemIndex)];
	}
	const told = toSegmentItems(job);
	// An event need not carry them.
	const isTold = told.length > 0 || wasJustAsked(askedAt);
	const segments = isTold ? told : toSegmentItems(await getJob(ctx, job.id, itemIndex));
	if (segments.length === 0) throw goneError(ctx, job.id, itemIndex);
	return await toSegmentOutput(ctx, job, segments, options, itemIndex, askedAt);
}
