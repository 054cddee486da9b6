import { readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { OutputFormat } from '../world/types';
import { adtsFrameLengths, constantFrameLength } from './adts';
import type { Encoding } from './encoding';
import { ffmpeg, probe } from './ffmpeg';
import { mp3File } from './mp3';
import type { Cut } from './split';

/** A file made from a cut. */
export interface EncodedFile {
	path: string;
	/** Seconds. */
	duration: number;
	/** Bytes. */
	size: number;
}

export interface EncodeTask {
	/** PCM in a Wave64 file, where cuts are exact to the sample. */
	pcm: string;
	/** Folder for the files, theirs alone. */
	folder: string;
	encoding: Encoding;
	cuts: Cut[];
	signal: AbortSignal;
	/** Called with the part that is done, 0 to 1. */
	onPart: (part: number) => void;
}

/** Encodes the cuts of a PCM file into files of their own, in order. Rejects when ffmpeg does. */
export async function encodeCuts(task: EncodeTask): Promise<EncodedFile[]> {
	const { encoding, folder } = task;
	// Each new run of an MP3 or AAC encoder begins with silence of its own (20 to 50 ms), so that those
	// are encoded in one run that is cut between frames.
	const continuous = encoding.format === 'mp3' || encoding.format === 'aac';
	await (continuous ? encodeAtOnce(task) : encodeOneByOne(task));
	const names = (await readdir(folder)).sort();
	const files: EncodedFile[] = [];
	for (const name of names) {
		const path = join(folder, name);
		if (continuous) await mendFrames(path, encoding.format, files.length === 0);
		const { duration } = await probe(path, task.signal);
		files.push({
			path,
			duration: Math.round(duration * 1000) / 1000,
			size: (await stat(path)).size,
		});
	}
	return files;
}

/** Leaves out a frame of silence that the encoder began with, and lets readers tell the exact duration. */
async function mendFrames(path: string, format: OutputFormat, first: boolean): Promise<void> {
	const bytes = await readFile(path);
	if (format === 'mp3') {
		await writeFile(path, mp3File(bytes, first));
		return;
	}
	const kept = first ? bytes.subarray(adtsFrameLengths(bytes)[0]) : bytes;
	if (kept.length > 0) await writeFile(path, constantFrameLength(kept));
}

function fileName(index: number | string, format: OutputFormat): string {
	return `${typeof index === 'number' ? String(index).padStart(5, '0') : index}.${format}`;
}

async function encodeAtOnce(task: EncodeTask): Promise<void> {
	const { pcm, folder, encoding, cuts, signal, onPart } = task;
	const total = cuts.reduce((sum, cut) => sum + cut.duration, 0);
	await ffmpeg(
		[
			...['-i', pcm, ...encoding.args, '-f', 'segment', ...containerOptions(encoding.format)],
			...segmentTimes(cuts, total),
			...['-reset_timestamps', '1', join(folder, fileName('%05d', encoding.format))],
		],
		{ signal, onTime: (seconds) => onPart(Math.min(1, seconds / total)) },
	);
}

function containerOptions(format: OutputFormat): string[] {
	if (format !== 'mp3') return ['-segment_format', 'adts'];
	// ffmpeg's Xing header would claim an encoder delay for every file, where only the first has one.
	const withoutHeader = ['-segment_format_options', 'write_xing=0:id3v2_version=0'];
	return ['-segment_format', 'mp3', ...withoutHeader];
}

function segmentTimes(cuts: Cut[], total: number): string[] {
	// One cut is a segment that is longer than the source.
	if (cuts.length === 1) return ['-segment_time', String(total + 60)];
	const starts = cuts.slice(1).map(({ start }) => start.toFixed(6));
	return ['-segment_times', starts.join(',')];
}

async function encodeOneByOne(task: EncodeTask): Promise<void> {
	const { pcm, folder, encoding, cuts, signal, onPart } = task;
	for (const [index, cut] of cuts.entries()) {
		const seek = ['-ss', cut.start.toFixed(6), '-t', cut.duration.toFixed(6)];
		const output = join(folder, fileName(index, encoding.format));
		await ffmpeg([...seek, '-i', pcm, ...encoding.args, output], { signal });
		onPart((index + 1) / cuts.length);
	}
}

/** Removes the files of a try that is to be repeated. */
export async function discard(files: EncodedFile[]): Promise<void> {
	await Promise.all(files.map(async ({ path }) => await rm(path, { force: true })));
}
