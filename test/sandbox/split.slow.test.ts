import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { startSandbox, type Sandbox } from '../../sandbox';
import { adtsFrameLengths, constantFrameLength } from '../../sandbox/audio/adts';
import { ffmpeg, ffmpegPath, probe } from '../../sandbox/audio/ffmpeg';
import { mp3File, mp3FrameLengths } from '../../sandbox/audio/mp3';
import { makeRecording, minuteTone } from '../../sandbox/audio/recording';
import { planCuts } from '../../sandbox/audio/split';
import { clientOf, getBytes, jobWhen, temporaryFolder } from './support';

const SECONDS = 33.3;
const FORMATS = ['mp3', 'wav', 'flac', 'ogg', 'aac'] as const;
const run = promisify(execFile);

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let sandbox: Sandbox;

beforeAll(async () => {
	folder = temporaryFolder();
	const source = join(folder.path, 'talk.wav');
	await makeRecording(source, { minutes: SECONDS / 60 });
	sandbox = await startSandbox({ files: { 'talk.wav': source } });
});
afterAll(async () => {
	await sandbox.close();
	await folder.remove();
});

interface Measured {
	duration: number;
	size: number;
	stated: { duration: number; size: number };
	codec: string;
}

async function split(body: Record<string, unknown>): Promise<Measured[]> {
	const client = clientOf(sandbox);
	const sourceUrl = sandbox.fileUrl('talk.wav');
	const { data } = await client.post('/splits', { sourceUrl, ...body });
	const job = await jobWhen(client, data.id, 'completed', 'failed');
	expect(job.error).toBeUndefined();
	const measured: Measured[] = [];
	for (const segment of job.segments as Array<{
		downloadUrl: string;
		duration: number;
		size: number;
	}>) {
		const file = join(folder.path, `measured.${String(job.outputFormat)}`);
		await writeFile(file, (await getBytes(segment.downloadUrl)).data);
		const { duration, size, codec } = await probe(file);
		measured.push({ ...{ duration, size, codec }, stated: segment });
	}
	return measured;
}

const sum = (numbers: number[]): number => numbers.reduce((total, value) => total + value, 0);

describe.each(FORMATS)('%s', (outputFormat) => {
	it('cuts by duration to a tenth of a second', async () => {
		const segments = await split({ splitMode: 'duration', segmentDuration: 7, outputFormat });
		expect(segments).toHaveLength(5);
		[7, 7, 7, 7, 5.3].forEach((seconds, index) => {
			expect(Math.abs((segments[index]?.duration ?? 0) - seconds)).toBeLessThan(0.1);
		});
		expect(Math.abs(sum(segments.map(({ duration }) => duration)) - SECONDS)).toBeLessThan(0.2);
		for (const { duration, size, stated } of segments) {
			expect(stated.duration).toBeCloseTo(duration, 2);
			expect(stated.size).toBe(size);
		}
	});

	it('cuts by size at or under the size', async () => {
		const maxFileSize = outputFormat === 'wav' || outputFormat === 'flac' ? 400_000 : 60_000;
		const segments = await split({ splitMode: 'fileSize', maxFileSize, outputFormat });
		expect(segments.length).toBeGreaterThan(1);
		for (const { size } of segments) expect(size).toBeLessThanOrEqual(maxFileSize);
		const last = segments.at(-1)?.duration ?? 0;
		expect(last).toBeLessThanOrEqual((segments[0]?.duration ?? 0) + 0.1);
		expect(Math.abs(sum(segments.map(({ duration }) => duration)) - SECONDS)).toBeLessThan(0.2);
	});
});

it('keeps the order of the content and makes one segment of a source that fits', async () => {
	const source = join(folder.path, 'minutes.mp3');
	await makeRecording(source, { minutes: 3 });
	sandbox.addFile('minutes.mp3', source);
	const client = clientOf(sandbox);
	const sourceUrl = sandbox.fileUrl('minutes.mp3');
	const ids: string[] = [];
	for (const segmentDuration of [60, 180]) {
		const { data } = await client.post('/splits', {
			...{ sourceUrl, splitMode: 'duration', segmentDuration },
		});
		ids.push(data.id);
	}
	const [byMinute, whole] = await Promise.all(
		ids.map(async (id) => await jobWhen(client, id, 'completed')),
	);
	expect(whole?.segments).toHaveLength(1);
	const segments = byMinute?.segments as Array<{ downloadUrl: string }>;
	expect(segments).toHaveLength(3);
	for (const [minute, { downloadUrl }] of segments.entries()) {
		const file = join(folder.path, 'minute.mp3');
		await writeFile(file, (await getBytes(downloadUrl)).data);
		expect(await pitch(file)).toBeCloseTo(minuteTone(minute), -1);
	}
});

/** Pitch in Hz of ten seconds from the middle, by counting how often the wave rises through zero. */
async function pitch(file: string): Promise<number> {
	const { stdout } = await run(
		ffmpegPath(),
		[
			...['-v', 'error', '-ss', '20', '-t', '10', '-i', file],
			...['-af', 'lowpass=f=450,lowpass=f=450,lowpass=f=450'],
			...['-f', 's16le', '-ac', '1', '-'],
		],
		{ encoding: 'buffer', maxBuffer: 16 * 1024 * 1024 },
	);
	let rises = 0;
	for (let at = 2; at + 1 < stdout.length; at += 2) {
		if (stdout.readInt16LE(at - 2) < 0 && stdout.readInt16LE(at) >= 0) rises += 1;
	}
	return rises / 10;
}

it.each([
	// The lower the rate, the longer a codec's frames and delays; pure tones mislead ffprobe.
	['8 kHz mono', ['-ar', '8000', '-ac', '1']],
	['32 kHz mono', ['-ar', '32000', '-ac', '1']],
	['44.1 kHz stereo', ['-ar', '44100', '-ac', '2']],
])('cuts a pure tone of %s to a tenth of a second', async (_name, options) => {
	const source = join(folder.path, 'tone.wav');
	await ffmpeg(['-f', 'lavfi', '-i', 'sine=f=300:d=23.456', ...options, source]);
	sandbox.addFile('tone.wav', source);
	const sourceUrl = sandbox.fileUrl('tone.wav');
	for (const outputFormat of ['mp3', 'aac']) {
		const body = { sourceUrl, splitMode: 'duration', segmentDuration: 4, outputFormat };
		const durations = (await split(body)).map(({ duration }) => duration);
		expect(durations).toHaveLength(6);
		[4, 4, 4, 4, 4, 3.456].forEach((seconds, index) => {
			expect(Math.abs((durations[index] ?? 0) - seconds)).toBeLessThan(0.1);
		});
		expect(Math.abs(sum(durations) - 23.456)).toBeLessThan(0.2);
	}
});

it('writes MP3 files that decode to all of the source', async () => {
	const plain = join(folder.path, 'plain.mp3');
	const source = join(folder.path, 'talk.wav');
	await ffmpeg([
		...['-i', source, '-c:a', 'libmp3lame', '-b:a', '64k', '-reservoir', '0'],
		...['-write_xing', '0', '-id3v2_version', '0', plain],
	]);
	const stream = await readFile(plain);
	const frames = mp3FrameLengths(stream);
	expect(sum(frames)).toBe(stream.length);
	// An Info frame in front of all frames, or in the place of LAME's frame of silence.
	expect(mp3FrameLengths(mp3File(stream, false))).toHaveLength(frames.length + 1);
	expect(mp3FrameLengths(mp3File(stream, true))).toHaveLength(frames.length);
	const file = join(folder.path, 'file.mp3');
	await writeFile(file, mp3File(stream, false));
	expect((await probe(file)).duration).toBeCloseTo((frames.length * 576) / 22050, 3);
});

describe('ADTS frames', () => {
	it('get one length and decode to the same samples', async () => {
		const plain = join(folder.path, 'plain.aac');
		const filled = join(folder.path, 'filled.aac');
		await ffmpeg(['-i', join(folder.path, 'talk.wav'), '-c:a', 'aac', '-b:a', '48k', plain]);
		const bytes = await readFile(plain);
		await writeFile(filled, constantFrameLength(bytes));
		expect(new Set(adtsFrameLengths(bytes)).size).toBeGreaterThan(1);
		expect(new Set(adtsFrameLengths(await readFile(filled))).size).toBe(1);
		const samples = async (file: string): Promise<string> =>
			(await run(ffmpegPath(), ['-v', 'error', '-i', file, '-f', 'md5', '-'])).stdout;
		expect(await samples(filled)).toBe(await samples(plain));
	});
});

describe('planCuts', () => {
	it('cuts into equal pieces and a shorter last one', () => {
		expect(planCuts(720, 300)).toEqual([
			{ start: 0, duration: 300 },
			{ start: 300, duration: 300 },
			{ start: 600, duration: 120 },
		]);
	});

	it('makes no piece of what a codec has rounded', () => {
		expect(planCuts(600.03, 300)).toHaveLength(2);
		expect(planCuts(600.03, 300)[1]?.duration).toBeCloseTo(300.03, 6);
		expect(planCuts(10, 600)).toEqual([{ start: 0, duration: 10 }]);
	});

	it('makes 5,000 pieces at most', () => {
		expect(planCuts(100_000, 1)).toHaveLength(5000);
	});
});
