import { createHash } from 'crypto';
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

const MIME_TYPES: Record<string, string> = {
	aac: 'audio/aac',
	flac: 'audio/flac',
	m4a: 'audio/mp4',
	mp3: 'audio/mpeg',
	mp4: 'audio/mp4',
	oga: 'audio/ogg',
	ogg: 'audio/ogg',
	opus: 'audio/ogg',
	wav: 'audio/wav',
	weba: 'audio/webm',
	webm: 'audio/webm',
	wma: 'audio/x-ms-wma',
};

/** Sums of fractions of a second grow digits that nobody measured. */
const toMilliseconds = (seconds: number): number => Math.round(seconds * 1000) / 1000;

const extensionOf = (path: unknown): string | undefined => {
	const extension = /\.([a-z0-9]{1,5})$/i.exec(asText(path)?.split(/[?#]/, 1)[0] ?? '')?.[1];
	return extension?.toLowerCase();
};

/** The format is in the URL's path if anywhere (API: segments carry none), then in the job, then in its source. */
const segmentExtension = (job: Job, segment: Segment): string => {
	const fromUrl = extensionOf(segment.downloadUrl);
	if (fromUrl !== undefined && fromUrl in MIME_TYPES) return fromUrl;
	return asText(job.outputFormat)?.toLowerCase() ?? extensionOf(job.sourceFileName) ?? 'bin';
};

/**
 * Characters that are safe in a file name on every system. A job id is opaque: where that changes it, a hash keeps it
 * apart from others that would become the same.
 */
const toFileStem = (jobId: string): string => {
	const stem = jobId.replace(/[^\w.-]+/g, '_').slice(0, 100);
	if (stem === jobId) return stem;
	return `${stem}-${createHash('sha256').update(jobId).digest('hex').slice(0, 8)}`;
};

/**
 * `job_7f3k-002.mp3`: sorts in order, and cannot collide with a segment of another job, whatever their
 * sources were called.
 */
const segmentFileName = (job: Job, segment: Segment): string =>
	`${toFileStem(job.id)}-${String(segment.index).padStart(3, '0')}.${segmentExtension(job, segment)}`;

/**
 * MIME type of a segment's file.
 *
 * @param contentType what the download host said; it decides only where the name tells nothing
 */
export const segmentMimeType = (fileName: string, contentType?: string): string => {
	const byName = MIME_TYPES[extensionOf(fileName) ?? ''];
	if (byName !== undefined) return byName;
	const stated = contentType?.split(';', 1)[0]?.trim().toLowerCase();
	return stated !== undefined && /^(audio|video)\/[\w.+-]+$/.test(stated)
		? stated
		: 'application/octet-stream';
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
		return {
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
