import { rm, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { FastifyInstance } from 'fastify';
import { newTemporaryFolder } from '../../harness/folders';
import { probe } from '../audio/ffmpeg';
import { MAX_TRANSCRIPTION_BYTES } from '../world/options';

/** Room for files that are over the limit, which are to be answered and not cut off. */
const BODY_LIMIT = 4 * MAX_TRANSCRIPTION_BYTES;
/** Where it is on its server. */
export const TRANSCRIPTION_PATH = '/v1/audio/transcriptions';

export interface TranscriptionOptions {
	/** Bytes; 25 MB when left out. */
	maxBytes?: number;
}

/** As OpenAI words its errors. */
const refusal = (message: string) => ({ error: { message, type: 'invalid_request_error' } });

const describe = async (file: File): Promise<string> => {
	const folder = newTemporaryFolder('transcription');
	try {
		const path = join(folder, basename(file.name) || 'audio');
		await writeFile(path, Buffer.from(await file.arrayBuffer()));
		const { duration } = await probe(path);
		return `${duration.toFixed(1)} seconds of audio from ${file.name}`;
	} finally {
		await rm(folder, { recursive: true, force: true });
	}
};

/**
 * Adds a stand-in for a transcription service, with OpenAI's interface and size limit, for workflows that go on with
 * the segments: the "text" says how long the audio is and what its file is called.
 */
export function addTranscription(
	server: FastifyInstance,
	options: TranscriptionOptions = {},
): void {
	const { maxBytes = MAX_TRANSCRIPTION_BYTES } = options;
	void server.register(async (scope) => {
		scope.addContentTypeParser(
			'multipart/form-data',
			{ parseAs: 'buffer', bodyLimit: BODY_LIMIT },
			(_request, body, done) => done(null, body),
		);
		scope.post(TRANSCRIPTION_PATH, async (request, reply) => {
			const headers = { 'content-type': request.headers['content-type'] ?? '' };
			const form = await new Response(request.body as Buffer<ArrayBuffer>, { headers }).formData();
			const file = form.get('file');
			if (!(file instanceof File)) return await reply.code(400).send(refusal('There is no file'));
			if (!form.has('model')) return await reply.code(400).send(refusal('There is no model'));
			if (file.size > maxBytes) {
				const message = `Maximum content size limit (${maxBytes}) exceeded (${file.size} bytes read)`;
				return await reply.code(413).send(refusal(message));
			}
			return { text: await describe(file) };
		});
	});
}
