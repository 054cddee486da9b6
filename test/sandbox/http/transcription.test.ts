import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { FastifyInstance } from 'fastify';
import fastify from 'fastify';
import { makeRecording } from '../../../sandbox/audio/recording';
import type { TranscriptionOptions } from '../../../sandbox/http/transcription';
import { addTranscription } from '../../../sandbox/http/transcription';
import { MAX_TRANSCRIPTION_BYTES, MAX_TRANSCRIPTION_SECONDS } from '../../../sandbox/world/options';
import { temporaryFolder } from '../support';

describe('the stand-in for a transcription service', () => {
	let folder: Awaited<ReturnType<typeof temporaryFolder>>;
	let recording: Buffer;
	let server: FastifyInstance;
	let url: string;

	const start = async (limits: TranscriptionOptions = {}) => {
		server = fastify();
		addTranscription(server, limits);
		url = `${await server.listen({ host: '127.0.0.1', port: 0 })}/v1/audio/transcriptions`;
	};

	const post = async (fields: Record<string, string | Blob>) => {
		const form = new FormData();
		for (const [name, value] of Object.entries(fields)) {
			if (typeof value === 'string') form.set(name, value);
			else form.set(name, value, 'part-007.mp3');
		}
		const response = await fetch(url, { method: 'POST', body: form });
		return {
			status: response.status,
			body: (await response.json()) as {
				text?: string;
				segments?: Array<{ start: number; end: number; text: string }>;
				error?: { message: string };
			},
		};
	};

	beforeAll(async () => {
		folder = temporaryFolder();
		const path = join(folder.path, 'recording.mp3');
		await makeRecording(path, { minutes: 0.1 });
		recording = await readFile(path);
		expect(recording.length).toBe((await stat(path)).size);
	});
	afterEach(async () => await server.close());
	afterAll(async () => await folder.remove());

	it('answers with how long the audio is, and the name of its file', async () => {
		await start();
		const { status, body } = await post({ file: new Blob([recording]), model: 'whisper-1' });
		expect(status).toBe(200);
		expect(body.text).toMatch(/^6\.\d seconds of audio from part-007\.mp3$/);
	});

	it('refuses a file that is over the limit', async () => {
		await start({ maxBytes: 1000 });
		const { status, body } = await post({ file: new Blob([recording]), model: 'whisper-1' });
		expect(status).toBe(413);
		expect(body.error?.message).toContain('limit (1000) exceeded');
	});

	it('refuses audio that is longer than the limit, however small its file', async () => {
		await start({ maxSeconds: 5 });
		const { status, body } = await post({ file: new Blob([recording]), model: 'gpt-transcribe' });
		expect(status).toBe(400);
		expect(body.error?.message).toMatch(
			/^audio duration 6\.\d+ seconds is longer than 5 seconds which is the maximum/,
		);
	});

	it('has the limits that OpenAI has', () => {
		expect(MAX_TRANSCRIPTION_BYTES).toBe(26_214_400);
		expect(MAX_TRANSCRIPTION_SECONDS).toBe(1400);
	});

	it('tells the times of its sentences, from the beginning of the file', async () => {
		await start();
		const file = new Blob([recording]);
		const { body } = await post({ file, model: 'whisper-1', response_format: 'verbose_json' });
		expect(body.segments).toEqual([
			expect.objectContaining({ start: 0, end: 4, text: ' Cue 0 of part-007.mp3' }),
			expect.objectContaining({ start: 4, end: expect.closeTo(6, 0) }),
		]);
	});

	it.each([
		['gpt-transcribe', 'verbose_json'],
		['whisper-1', 'srt'],
	])('refuses a format that it does not have: %s, %s', async (model, format) => {
		await start();
		const file = new Blob([recording]);
		const { status, body } = await post({ file, model, response_format: format });
		expect(status).toBe(400);
		expect(body.error?.message).toContain(`response_format '${format}' is not compatible`);
	});

	it('asks for the file and the model', async () => {
		await start();
		expect((await post({ model: 'whisper-1' })).status).toBe(400);
		expect((await post({ file: new Blob([recording]) })).status).toBe(400);
	});
});
