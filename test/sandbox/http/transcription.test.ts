import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { FastifyInstance } from 'fastify';
import fastify from 'fastify';
import { makeRecording } from '../../../sandbox/audio/recording';
import { addTranscription } from '../../../sandbox/http/transcription';
import { temporaryFolder } from '../support';

describe('the stand-in for a transcription service', () => {
	let folder: Awaited<ReturnType<typeof temporaryFolder>>;
	let recording: Buffer;
	let server: FastifyInstance;
	let url: string;

	const start = async (maxBytes?: number) => {
		server = fastify();
		addTranscription(server, { maxBytes });
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
			body: (await response.json()) as { text?: string; error?: { message: string } },
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
		await start(1000);
		const { status, body } = await post({ file: new Blob([recording]), model: 'whisper-1' });
		expect(status).toBe(413);
		expect(body.error?.message).toContain('limit (1000) exceeded');
	});

	it('asks for the file and the model', async () => {
		await start();
		expect((await post({ model: 'whisper-1' })).status).toBe(400);
		expect((await post({ file: new Blob([recording]) })).status).toBe(400);
	});
});
