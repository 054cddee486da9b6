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

/** How a job's segments come out. */
export interface SegmentOutput extends Pick<OutputOptions, 'download' | 'binaryProperty'> {
	/** Which of the job's segments. */
	segments: SegmentItem[];
	source?: JobSource;
}

/** The segments of a job with links that last: `freshSegments` gives all of them, `freshSegment` one. */
interface FreshLinks {
	freshSegments: () => Promise<SegmentItem[]>;
	freshSegment: FreshSegment;
}

/** Asks for the job again at most once, whoever needs a fresh link first, and shares the answer. */
function freshLinks(
	ctx: FileContext,
	job: Job,
	{ at, once }: JobSource,
	itemIndex: number,
): FreshLinks {
	let answer: Promise<SegmentItem[]> | undefined;
	const known = toSegmentItems(job);
	const ask = async () => await (answer ??= getJob(ctx, job.id, itemIndex).then(toSegmentItems));
	// A segment that the service gave without a link that lasts has none: only a link that has expired since can be had anew.
	const hasExpired = known.some(
		(segment) => needsFreshUrl(segment, Date.now()) && !needsFreshUrl(segment, at ?? Infinity),
	);
	const isFresh = once === true || (at !== undefined && !hasExpired);
	const freshSegments = async () => (isFresh ? known : await ask());
	return {
		freshSegments,
		async freshSegment(index, isRefused) {
			const segments = await (isRefused && once !== true ? ask() : freshSegments());
			return segments.find((segment) => segment.index === index);
		},
	};
}

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
 * Turns segments into items, with their files if wanted. Links that have expired, or are about to, are fetched anew
 * before they are used or handed on.
 *
 * @throws NodeApiError when a file could not be had whole
 */
export async function toSegmentOutput(
	ctx: FileContext,
	job: Job,
	{ segments, download, binaryProperty, source = {} }: SegmentOutput,
	itemIndex: number,
): Promise<INodeExecutionData[]> {
	const { freshSegments, freshSegment } = freshLinks(ctx, job, source, itemIndex);
	if (download) {
		return await mapInParallel(segments, PARALLEL_DOWNLOADS, async (known) => {
			const { segment, binary } = await downloadSegment(ctx, known, itemIndex, freshSegment);
			return { ...toItem(segment, itemIndex), binary: { [binaryProperty]: binary } };
		});
	}
	const hasExpired = segments.some((segment) => needsFreshUrl(segment, Date.now()));
	const fresh = hasExpired ? await freshSegments() : segments;
	const byIndex = new Map(fresh.map((segment) => [segment.index, segment]));
	return segments.map((segment) => toItem(byIndex.get(segment.index) ?? segment, itemIndex));
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
	{ output, source = {}, ...options }: OutputOptions & { source?: JobSource },
	itemIndex: number,
): Promise<INodeExecutionData[]> {
	if (output === 'job' || hasFailed(job) || job.status !== 'completed') {
		return [toItem(job, itemIndex)];
	}
	const known = toSegmentItems(job);
	// An event need not carry them.
	const isComplete = known.length > 0 || source.at !== undefined;
	const segments = isComplete ? known : toSegmentItems(await getJob(ctx, job.id, itemIndex));
	if (segments.length === 0) throw goneError(ctx, job.id, itemIndex);
	return await toSegmentOutput(ctx, job, { ...options, segments, source }, itemIndex);
}
