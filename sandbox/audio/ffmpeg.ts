import { execFile, spawn } from 'node:child_process';
import { accessSync, chmodSync, constants } from 'node:fs';
import { createRequire } from 'node:module';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const requireHere = createRequire(__filename);
const found = new Map<string, string>();

/** What ffprobe reads from an audio file. */
export interface Probe {
	/** Seconds; 0 when the file does not say. */
	duration: number;
	/** Bytes. */
	size: number;
	/** Container, e.g. `mp3` or `mov,mp4,m4a,3gp,3g2,mj2`. */
	format: string;
	codec: string;
	channels: number;
	/** Hz. */
	sampleRate: number;
	/** Bits per second; 0 when unknown. */
	bitRate: number;
}

function isExecutable(path: string): boolean {
	try {
		accessSync(path, constants.X_OK);
		return true;
	} catch {
		return false;
	}
}

function locate(name: 'ffmpeg' | 'ffprobe'): string {
	const known = found.get(name);
	if (known !== undefined) return known;
	const file = process.platform === 'win32' ? `${name}.exe` : name;
	let path = (process.env.PATH ?? '')
		.split(delimiter)
		.filter((folder) => folder !== '')
		.map((folder) => join(folder, file))
		.find(isExecutable);
	if (path === undefined) {
		// Loaded only now: these packages throw on a platform that they have no binary for.
		path = (requireHere(`@${name}-installer/${name}`) as { path: string }).path;
		// Installed without install scripts, the binary may lack its mode bits.
		if (!isExecutable(path)) chmodSync(path, 0o755);
	}
	found.set(name, path);
	return path;
}

/** Path of ffmpeg: the one on PATH, else the one from npm. Throws where there is neither. */
export function ffmpegPath(): string {
	return locate('ffmpeg');
}

/** Path of ffprobe: the one on PATH, else the one from npm. Throws where there is neither. */
function ffprobePath(): string {
	return locate('ffprobe');
}

interface ProbeOutput {
	format?: { duration?: string; size?: string; format_name?: string; bit_rate?: string };
	streams?: Array<{
		codec_name?: string;
		channels?: number;
		sample_rate?: string;
		bit_rate?: string;
	}>;
}

/** Reads an audio file's facts with ffprobe. Throws when it holds no audio that ffprobe knows. */
export async function probe(file: string, signal?: AbortSignal): Promise<Probe> {
	const { stdout } = await run(
		ffprobePath(),
		['-v', 'error', '-select_streams', 'a:0', '-show_format', '-show_streams', '-of', 'json', file],
		{ signal, maxBuffer: 16 * 1024 * 1024 },
	);
	const { format = {}, streams = [] } = JSON.parse(stdout) as ProbeOutput;
	const stream = streams[0];
	if (stream === undefined) throw new Error('no audio stream');
	return {
		duration: Number(format.duration ?? 0),
		size: Number(format.size ?? 0),
		format: format.format_name ?? '',
		codec: stream.codec_name ?? '',
		channels: stream.channels ?? 1,
		sampleRate: Number(stream.sample_rate ?? 44100),
		bitRate: Number(stream.bit_rate ?? format.bit_rate ?? 0),
	};
}

export interface FfmpegOptions {
	/** Ends the process when aborted. */
	signal?: AbortSignal;
	/** Called with the seconds of output written so far. */
	onTime?: (seconds: number) => void;
}

/** Runs ffmpeg, overwriting outputs. Rejects with the last lines that it wrote to stderr. */
export async function ffmpeg(args: string[], options: FfmpegOptions = {}): Promise<void> {
	const { signal, onTime } = options;
	const child = spawn(
		ffmpegPath(),
		['-hide_banner', '-nostdin', '-v', 'error', '-progress', 'pipe:1', '-y', ...args],
		{ stdio: ['ignore', 'pipe', 'pipe'], signal, killSignal: 'SIGKILL' },
	);
	let stderr = '';
	child.stderr.on('data', (chunk: Buffer) => {
		stderr = (stderr + chunk.toString()).slice(-2000);
	});
	child.stdout.on('data', (chunk: Buffer) => {
		// out_time_ms is in microseconds, whatever its name says (an old fault kept by ffmpeg).
		const microseconds = Array.from(chunk.toString().matchAll(/out_time_ms=(\d+)/g)).at(-1)?.[1];
		if (microseconds !== undefined) onTime?.(Number(microseconds) / 1e6);
	});
	await new Promise<void>((resolve, reject) => {
		child.once('error', reject);
		child.once('close', (code) => {
			if (code === 0) resolve();
			else reject(new Error(stderr.trim() === '' ? `ffmpeg ended with ${code}` : stderr.trim()));
		});
	});
}
