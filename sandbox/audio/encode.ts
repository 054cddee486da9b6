import { readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { OutputFormat } from '../world/types';
import { adtsFrameLengths, constantFrameLength } from './adts';
import { ffmpeg, probe, type Probe } from './ffmpeg';
import { mp3File } from './mp3';
import type { Cut } from './split';

const MPEG1_KBITS = [32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320];
/** MP3 at this rate and below is MPEG-2: frames of 576 samples, 160 kbit/s at most. */
const MPEG2_HIGHEST_RATE = 24000;
const LOSSY_CODECS = ['mp3', 'aac', 'vorbis', 'opus'];

/** How a source is to be encoded. */
export interface Encoding {
	format: OutputFormat;
	/** Bits per second that the output will have, or begins to be estimated with. */
	bitRate: number;
	/** ffmpeg's output options. */
	args: string[];
}

/** A file made from a cut. */
export interface EncodedFile {
	path: string;
	/** Seconds. */
	duration: number;
	/** Bytes. */
	size: number;
}

/** Picks codec, bit rate and sample rate: a lossy source keeps its bit rate, a lossless one gets 64 kbit/s a channel. */
export function chooseEncoding(format: OutputFormat, source: Probe): Encoding {
	const channels = Math.min(source.channels, 2);
	const wanted =
		LOSSY_CODECS.includes(source.codec) && source.bitRate > 0
			? source.bitRate / 1000
			: 64 * channels;
	// Lowest of the standard rates that is not below the source's: LAME would round it anyhow.
	const kbits = MPEG1_KBITS.find((rate) => rate >= wanted - 1) ?? 320;
	const sampleRate = lossySampleRate(source.sampleRate);
	const common = ['-ac', String(channels), '-map_metadata', '-1', '-fflags', '+bitexact'];
	const lossy = [...common, '-ar', String(sampleRate)];
	// MPEG-2 (24 kHz and less) ends at 160 kbit/s.
	const mp3Kbits = sampleRate <= MPEG2_HIGHEST_RATE ? Math.min(kbits, 160) : kbits;
	switch (format) {
		case 'mp3':
			// Without bit reservoir a file can begin at any frame; level 7 takes half of the time.
			return {
				format,
				bitRate: mp3Kbits * 1000,
				args: [
					...lossy,
					'-c:a',
					'libmp3lame',
					'-b:a',
					`${mp3Kbits}k`,
					'-reservoir',
					'0',
					'-compression_level',
					'7',
				],
			};
		case 'aac':
			// Filling the frames up adds about a quarter.
			return {
				format,
				bitRate: kbits * 1250,
				args: [...lossy, '-c:a', 'aac', '-b:a', `${kbits}k`],
			};
		case 'ogg':
			return {
				format,
				bitRate: kbits * 1000,
				args: [...lossy, '-c:a', 'libvorbis', '-q:a', kbits > 128 ? '5' : '2', '-f', 'ogg'],
			};
		case 'wav':
			return {
				format,
				bitRate: source.sampleRate * channels * 16,
				args: [...common, '-c:a', 'pcm_s16le', '-f', 'wav'],
			};
		case 'flac':
			return {
				format,
				bitRate: source.sampleRate * channels * 8,
				args: [...common, '-c:a', 'flac', '-sample_fmt', 's16', '-f', 'flac'],
			};
	}
}

/**
 * The sample rate nearest to a source's at which a lossy encoder's delay, padding and frame together stay
 * under a tenth of a second (once a whole frame of delay is left out).
 */
function lossySampleRate(rate: number): number {
	if (rate >= 44100) return Math.min(rate, 48000);
	return rate > MPEG2_HIGHEST_RATE ? 44100 : Math.max(rate, 22050);
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
	const mp3 = encoding.format === 'mp3';
	await ffmpeg(
		[
			...['-i', pcm, ...encoding.args, '-f', 'segment'],
			...['-segment_format', mp3 ? 'mp3' : 'adts'],
			// ffmpeg's Xing header would claim an encoder delay for every file, where only the first has one.
			...(mp3 ? ['-segment_format_options', 'write_xing=0:id3v2_version=0'] : []),
			...(cuts.length === 1
				? ['-segment_time', String(total + 60)]
				: [
						'-segment_times',
						cuts
							.slice(1)
							.map((cut) => cut.start.toFixed(6))
							.join(','),
					]),
			...['-reset_timestamps', '1', join(folder, fileName('%05d', encoding.format))],
		],
		{ signal, onTime: (seconds) => onPart(Math.min(1, seconds / total)) },
	);
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
