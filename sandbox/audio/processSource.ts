import { mkdir, open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { JobError, messageOf } from '../world/errors';
import type { CreateRequest, OutputFormat, StoredSegment } from '../world/types';
import { discard, encodeCuts, type EncodedFile, type EncodeTask } from './encode';
import { chooseEncoding } from './encoding';
import { ffmpeg, probe, type Probe } from './ffmpeg';
import { isTooLong, planCuts, secondsForSize } from './split';

/** Tries to meet `maxFileSize` with a codec whose size depends on the content. */
const SIZE_TRIES = 5;
/** Share of the progress that decoding stands for. */
const DECODE_PART = 0.2;

export interface ProcessTask {
	/** The downloaded source. */
	source: string;
	sourceFileName: string;
	contentType: string;
	request: CreateRequest;
	/** A folder of the job's own, for its segments. */
	folder: string;
	signal: AbortSignal;
	onPart: (part: number) => void;
}

export interface ProcessResult {
	format: OutputFormat;
	/** Seconds. */
	sourceDuration: number;
	segments: StoredSegment[];
}

/** Splits and converts a source with ffmpeg. Rejects with a `JobError` for what is the source's fault. */
export async function processSource(task: ProcessTask): Promise<ProcessResult> {
	const { request, folder, signal, onPart } = task;
	await mkdir(folder, { recursive: true });
	const facts = await probeSource(task);
	const pcm = join(folder, '.source.w64');
	try {
		const sourceDuration = await decode(task, facts, pcm);
		refuseShortSource(request, sourceDuration);
		const format = request.outputFormat ?? formatOf(facts);
		const files = await encodeToFit(request, sourceDuration, {
			...{ pcm, folder: join(folder, 'segments'), signal },
			encoding: chooseEncoding(format, facts),
			onPart: (part) => onPart(DECODE_PART + (1 - DECODE_PART) * part),
		});
		const segments = files.map((file, index) => ({ ...file, index, format }));
		return { format, sourceDuration, segments };
	} finally {
		await rm(pcm, { force: true });
	}
}

/**
 * Decodes a source into a Wave64 file, since seeking in compressed sources is inexact, and so is the length that they state.
 *
 * @returns the source's real length in seconds
 */
async function decode(task: ProcessTask, { duration }: Probe, pcm: string): Promise<number> {
	const { source, signal, onPart } = task;
	const toPcm = ['-map', '0:a:0', '-c:a', 'pcm_s16le', '-f', 'w64', pcm];
	const onTime = (seconds: number): void =>
		onPart(duration > 0 ? DECODE_PART * Math.min(1, seconds / duration) : 0);
	try {
		await ffmpeg(['-xerror', '-i', source, ...toPcm], { signal, onTime });
	} catch (error) {
		if (signal.aborted) throw error;
		throw new JobError('CORRUPT_FILE', `The source could not be decoded: ${messageOf(error)}`);
	}
	const decoded = await probe(pcm, signal);
	if (decoded.duration > 0) return decoded.duration;
	throw new JobError('CORRUPT_FILE', 'The source holds no audio');
}

function refuseShortSource({ splitMode, segmentDuration = 0 }: CreateRequest, total: number): void {
	if (!isTooLong(splitMode, segmentDuration, total)) return;
	const message = `segmentDuration (${segmentDuration} s) is longer than the source (${Math.round(total)} s)`;
	throw new JobError('DURATION_TOO_LONG', message);
}

async function encodeToFit(
	request: CreateRequest,
	total: number,
	task: Omit<EncodeTask, 'cuts'>,
): Promise<EncodedFile[]> {
	await mkdir(task.folder, { recursive: true });
	const { maxFileSize } = request;
	if (request.splitMode === 'duration' || maxFileSize === undefined) {
		return await encodeCuts({ ...task, cuts: planCuts(total, request.segmentDuration ?? total) });
	}
	const overhead = { mp3: 1200, wav: 120, flac: 8500, ogg: 4500, aac: 1200 }[task.encoding.format];
	let each = secondsForSize(maxFileSize, task.encoding.bitRate, overhead);
	for (let attempt = 1; ; attempt += 1) {
		const cuts = planCuts(total, each);
		const files = await encodeCuts({ ...task, cuts });
		const largest = Math.max(...files.map(({ size }) => size));
		const planned = cuts[0]?.duration ?? each;
		// Far below the limit is no fit either: a codec that compresses better than estimated.
		const wasteful = cuts.length > 1 && largest < maxFileSize * 0.7 && attempt === 1;
		if ((largest <= maxFileSize && !wasteful) || attempt === SIZE_TRIES) return files;
		await discard(files);
		each = planned * ((maxFileSize - overhead) / Math.max(1, largest - overhead)) * 0.97;
		if (!(each > 0)) each = planned / 2;
	}
}

const MAGIC: Array<[string, number]> = [
	['RIFF', 0],
	['fLaC', 0],
	['OggS', 0],
	['ID3', 0],
	['ftyp', 4],
];

async function probeSource({
	source,
	signal,
	sourceFileName,
	contentType,
}: ProcessTask): Promise<Probe> {
	try {
		return await probe(source, signal);
	} catch (error) {
		if (signal.aborted) throw error;
		const file = await open(source);
		const { buffer } = await file.read({ buffer: Buffer.alloc(12), position: 0 });
		await file.close();
		const audio =
			MAGIC.some(([text, at]) => buffer.toString('latin1', at, at + text.length) === text) ||
			contentType.startsWith('audio/') ||
			/\.(mp3|wav|flac|ogg|aac|m4a|opus)$/i.test(sourceFileName);
		// What calls itself audio and cannot be read is corrupt; the rest is something else altogether.
		throw audio && !contentType.startsWith('text/')
			? new JobError('CORRUPT_FILE', 'The source could not be decoded')
			: new JobError('UNSUPPORTED_FORMAT', 'The source is not in a supported audio format');
	}
}

/** The output format for a source whose request names none: its own, or the nearest. */
function formatOf({ format, codec }: Probe): OutputFormat {
	if (codec === 'flac') return 'flac';
	if (codec === 'aac') return 'aac';
	if (codec === 'vorbis' || codec === 'opus') return 'ogg';
	return format === 'wav' || codec.startsWith('pcm_') ? 'wav' : 'mp3';
}
