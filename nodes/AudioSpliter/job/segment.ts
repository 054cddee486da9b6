import type { HostHeaders } from './fileName';
import { segmentFileName } from './fileName';
import type { Job, Segment } from './types';
import { asNumber, asText } from './values';

/** One item per segment: what a later node needs to place the segment in its source and to fetch it. */
export interface SegmentItem {
	jobId: string;
	index: number;
	segmentCount: number;
	/** Seconds from the source's beginning. */
	start?: number;
	/** Seconds from the source's beginning. */
	end?: number;
	/** Seconds. */
	duration?: number;
	/** Bytes. */
	size?: number;
	downloadUrl?: string;
	expiresAt?: string;
	fileName: string;
	metadata?: Record<string, unknown>;
}

/** Sums of fractions of a second grow digits that nobody measured. */
const toMilliseconds = (seconds: number): number => Math.round(seconds * 1000) / 1000;

/**
 * The job and segment that each item was made of: what the download host says can give a better name than the one that
 * could be told without it. Kept beside the items, whose fields are what users see.
 */
const origins = new WeakMap<SegmentItem, { job: Job; segment: Segment }>();

/** The name of a segment's file now that its host has answered. */
export const fileNameBy = (item: SegmentItem, host: HostHeaders): string => {
	const origin = origins.get(item);
	return origin === undefined ? item.fileName : segmentFileName(origin.job, origin.segment, host);
};

/**
 * The segments of a job, each with where it begins and ends in the source. The API gives durations only, so
 * positions are their running sum; they are left out after a segment whose duration is not known.
 */
export function toSegmentItems(job: Job): SegmentItem[] {
	const segments = job.segments ?? [];
	let position: number | undefined = 0;
	return segments.map((segment) => {
		const duration = asNumber(segment.duration);
		const start: number | undefined = position;
		const end: number | undefined =
			start === undefined || duration === undefined ? undefined : toMilliseconds(start + duration);
		position = end;
		const size = asNumber(segment.size);
		const downloadUrl = asText(segment.downloadUrl);
		const expiresAt = asText(segment.expiresAt);
		const item: SegmentItem = {
			jobId: job.id,
			index: segment.index,
			segmentCount: job.segmentCount ?? segments.length,
			...(start !== undefined && { start }),
			...(end !== undefined && { end }),
			...(duration !== undefined && { duration }),
			...(size !== undefined && { size }),
			...(downloadUrl !== undefined && { downloadUrl }),
			...(expiresAt !== undefined && { expiresAt }),
			fileName: segmentFileName(job, segment),
			...(job.metadata !== undefined && { metadata: job.metadata }),
		};
		origins.set(item, { job, segment });
		return item;
	});
}

/** Seconds before `expiresAt` in which a URL is not handed on any more: it would end while it is used. */
const EXPIRY_MARGIN_S = 300;

/**
 * Whether a segment's URL is past its time, about to be, or missing. A URL without `expiresAt` is taken as usable:
 * the documented webhook examples leave the field out.
 *
 * @param now milliseconds since 1970
 */
export const needsFreshUrl = (segment: Segment | SegmentItem, now: number): boolean => {
	if (asText(segment.downloadUrl) === undefined) return true;
	const expiresAt = Date.parse(asText(segment.expiresAt) ?? '');
	return Number.isFinite(expiresAt) && expiresAt - now < EXPIRY_MARGIN_S * 1000;
};
