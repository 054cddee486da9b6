import { createHash } from 'crypto';
import type { Job, Segment } from './types';
import { asText } from './values';

/** What a download host says about a file, beside its bytes. */
export interface HostHeaders {
	contentType?: string;
	contentDisposition?: string;
}

/** Extensions of audio files, and what their files are served as. Transcription services go by the extension. */
const MIME_TYPES = new Map([
	['aac', 'audio/aac'],
	['aif', 'audio/aiff'],
	['aiff', 'audio/aiff'],
	['amr', 'audio/amr'],
	['flac', 'audio/flac'],
	['m4a', 'audio/mp4'],
	['m4b', 'audio/mp4'],
	['mka', 'audio/x-matroska'],
	['mp3', 'audio/mpeg'],
	['mp4', 'audio/mp4'],
	['mpga', 'audio/mpeg'],
	['oga', 'audio/ogg'],
	['ogg', 'audio/ogg'],
	['opus', 'audio/ogg'],
	['wav', 'audio/wav'],
	['weba', 'audio/webm'],
	['webm', 'audio/webm'],
	['wma', 'audio/x-ms-wma'],
]);

/** The extension for each way in which hosts state a type, without the `x-` or `vnd.` that some put before it. */
const EXTENSIONS = new Map([
	['audio/aac', 'aac'],
	['audio/aacp', 'aac'],
	['audio/aiff', 'aiff'],
	['audio/amr', 'amr'],
	['audio/flac', 'flac'],
	['application/flac', 'flac'],
	['audio/m4a', 'm4a'],
	['audio/mp4', 'm4a'],
	['audio/matroska', 'mka'],
	['audio/mp3', 'mp3'],
	['audio/mpeg', 'mp3'],
	['audio/mpeg3', 'mp3'],
	['audio/mpg', 'mp3'],
	['audio/ogg', 'ogg'],
	['audio/vorbis', 'ogg'],
	['application/ogg', 'ogg'],
	['audio/opus', 'opus'],
	['audio/wav', 'wav'],
	['audio/wave', 'wav'],
	['audio/webm', 'webm'],
	['audio/ms-wma', 'wma'],
]);

/** The extension of a file name or path, if it is one of audio: `Meeting 10.30` has none. */
const audioExtensionOf = (path: string | undefined): string | undefined => {
	const extension = /\.([a-z0-9]{1,5})$/i.exec(path?.trim() ?? '')?.[1]?.toLowerCase();
	return extension !== undefined && MIME_TYPES.has(extension) ? extension : undefined;
};

const extensionOfUrl = (url: string | undefined): string | undefined =>
	audioExtensionOf(url?.split(/[?#]/, 1)[0]);

const extensionOfType = (contentType: string | undefined): string | undefined => {
	const type = contentType?.split(';', 1)[0]?.trim().toLowerCase();
	return EXTENSIONS.get(type?.replace(/\/(x-|vnd\.)+/, '/') ?? '');
};

/** From `attachment; filename="a.mp3"`, also in its form for other alphabets (`filename*=UTF-8''a.mp3`). */
const extensionOfDisposition = (disposition: string | undefined): string | undefined =>
	[...(disposition ?? '').matchAll(/\bfilename\*?\s*=\s*(?:"([^"]*)"|([^;]*))/gi)]
		.map(([, quoted, plain]) => audioExtensionOf(quoted ?? plain))
		.find((extension) => extension !== undefined);

/**
 * The extension of a segment's file. The API says of no segment what format it has, so it is taken from what is surest:
 * the format that the job was given, the link, the host's own words, and at last the source, whose format is kept where
 * none was given.
 *
 * @returns undefined where nothing tells of audio
 */
const segmentExtension = (
	job: Job,
	segment: Segment,
	{ contentType, contentDisposition }: HostHeaders,
): string | undefined =>
	audioExtensionOf(`.${asText(job.outputFormat) ?? ''}`) ??
	extensionOfUrl(asText(segment.downloadUrl)) ??
	extensionOfType(contentType) ??
	extensionOfDisposition(contentDisposition) ??
	audioExtensionOf(asText(job.sourceFileName));

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
 *
 * @param host what the download host says, once it has answered
 */
export const segmentFileName = (job: Job, segment: Segment, host: HostHeaders = {}): string =>
	`${toFileStem(job.id)}-${String(segment.index).padStart(3, '0')}.${segmentExtension(job, segment, host) ?? 'bin'}`;

/**
 * MIME type of a segment's file.
 *
 * @param contentType what the download host said; it decides only where the name tells nothing
 */
export const segmentMimeType = (fileName: string, contentType?: string): string => {
	const byName = MIME_TYPES.get(audioExtensionOf(fileName) ?? '');
	if (byName !== undefined) return byName;
	const stated = contentType?.split(';', 1)[0]?.trim().toLowerCase();
	return stated !== undefined && /^(audio|video)\/[\w.+-]+$/.test(stated)
		? stated
		: 'application/octet-stream';
};
