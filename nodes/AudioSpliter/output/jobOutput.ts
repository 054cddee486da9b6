import type { INodeExecutionData } from 'n8n-workflow';
import { getJob } from '../api/jobs';
import { hasFailed } from '../job/job';
import type { SegmentItem } from '../job/segment';
import { needsFreshUrl, toSegmentItems } from '../job/segment';
import type { Job } from '../job/types';
import type { FileContext } from '../n8n/context';
import { toItem } from '../n8n/items';
import type { FreshSegment } from './download';
import { downloadSegment } from './download';
import { goneError } from './jobErrors';
import type { OutputOptions } from './options';

/** Transfers of one job that run side by side: more gain little and hold more connections. */
const PARALLEL_DOWNLOADS = 4;

/** What is known of the answer that a job came in. Nothing, where it came in an item or an event. */
export interface JobSource {
	/** When the service gave it; milliseconds since 1970. */
	at?: number;
	/** Whether that call was the only one that the job may cost. */
	once?: boolean;
}

/** Asks for the job again at most once, whoever needs a fresh link first, and shares the answer. */
const freshSegments = (ctx: FileContext, job: Job, itemIndex: number, { at, once }: JobSource) => {
	let answer: Promise<SegmentItem[]> | undefined;
	const told = toSegmentItems(job);
	const ask = async () => await (answer ??= getJob(ctx, job.id, itemIndex).then(toSegmentItems));
	// What the service gave without a link that lasts has none: only a link that has ended since can be had anew.
	const hasEnded = told.some(
		(segment) => needsFreshUrl(segment, Date.now()) && !needsFreshUrl(segment, at ?? Infinity),
	);
	const all = async () => (once === true || (at !== undefined && !hasEnded) ? told : await ask());
	const one: FreshSegment = async (index, isRefused) => {
		const segments = await (isRefused && once !== true ? ask() : all());
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
 * @throws NodeApiError when a file could not be had whole
 */
export async function toSegmentOutput(
	ctx: FileContext,
	job: Job,
	segments: SegmentItem[],
	options: Pick<OutputOptions, 'download' | 'binaryProperty'>,
	itemIndex: number,
	asked: JobSource = {},
): Promise<INodeExecutionData[]> {
	const fresh = freshSegments(ctx, job, itemIndex, asked);
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
 * @throws NodeApiError when a file could not be had whole, NodeOperationError when the segments are wanted and gone
 */
export async function toJobOutput(
	ctx: FileContext,
	job: Job,
	options: OutputOptions,
	itemIndex: number,
	asked: JobSource = {},
): Promise<INodeExecutionData[]> {
	if (options.output === 'job' || hasFailed(job) || job.status !== 'completed') {
		return [toItem(job, itemIndex)];
	}
	const told = toSegmentItems(job);
	// An event need not carry them.
	const isTold = told.length > 0 || asked.at !== undefined;
	const segments = isTold ? told : toSegmentItems(await getJob(ctx, job.id, itemIndex));
	if (segments.length === 0) throw goneError(ctx, job.id, itemIndex);
	return await toSegmentOutput(ctx, job, segments, options, itemIndex, asked);
}
