import { rm, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { FastifyInstance } from 'fastify';
import { newTemporaryFolder } from '../../harness/folders';
import { probe } from '../audio/ffmpeg';
import { MAX_TRANSCRIPTION_BYTES, MAX_TRANSCRIPTION_SECONDS } from '../world/options';

/** Room for files that are over the limit, which are to be answered and not cut off. */
const BODY_LIMIT = 4 * MAX_TRANSCRIPTION_BYTES;
/** Where it is on its server. */
export const TRANSCRIPTION_PATH = '/v1/audio/transcriptions';
/** Seconds of audio for which there is one cue. */
const CUE_SECONDS = 4;

export interface TranscriptionOptions {
	/** Bytes; 25 MB when left out. */
	maxBytes?: number;
	/** Seconds; 1,400 when left out. */
	maxSeconds?: number;
}

/** An answer that is not a transcription. */
class Refusal extends Error {
	constructor(
		readonly status: 400 | 413,
		message: string,
	) {
		super(message);
	}
}

/** A sentence with its time in the file, in seconds. */
interface Cue {
	id: number;
	start: number;
	end: number;
	text: string;
}

interface Transcription {
	text: string;
	/** With `verbose_json`. */
	duration?: number;
	segments?: Cue[];
}

const durationOf = async (file: File): Promise<number> => {
	const folder = newTemporaryFolder('transcription');
	try {
		const path = join(folder, basename(file.name) || 'audio');
		await writeFile(path, Buffer.from(await file.arrayBuffer()));
		return (await probe(path)).duration;
	} finally {
		await rm(folder, { recursive: true, force: true });
	}
};

const cuesOf = (file: File, duration: number): Cue[] =>
	Array.from({ length: Math.ceil(duration / CUE_SECONDS) }, (_unused, id) => {
		const start = id * CUE_SECONDS;
		const end = Math.min(start + CUE_SECONDS, duration);
		// Whisper begins every text with a space.
		return { id, start, end, text: ` Cue ${id} of ${file.name}` };
	});

const readForm = (form: FormData) => {
	const { file, model, response_format: format = 'json' } = Object.fromEntries(form);
	if (!(file instanceof File)) throw new Refusal(400, 'There is no file');
	if (typeof model !== 'string') throw new Refusal(400, 'There is no model');
	// Only Whisper tells times (API: Create transcription).
	const formats = model.startsWith('gpt-') ? ['json'] : ['json', 'verbose_json'];
	if (typeof format !== 'string' || !formats.includes(format)) {
		const message = `response_format '${String(format)}' is not compatible with model '${model}'. Use ${formats.join(' or ')} instead.`;
		throw new Refusal(400, message);
	}
	return { file, isVerbose: format === 'verbose_json' };
};

const transcribe = async (form: FormData, options: TranscriptionOptions) => {
	const { maxBytes = MAX_TRANSCRIPTION_BYTES, maxSeconds = MAX_TRANSCRIPTION_SECONDS } = options;
	const { file, isVerbose } = readForm(form);
	if (file.size > maxBytes) {
		const message = `Maximum content size limit (${maxBytes}) exceeded (${file.size} bytes read)`;
		throw new Refusal(413, message);
	}
	const duration = await durationOf(file);
	if (duration > maxSeconds) {
		const message = `audio duration ${duration} seconds is longer than ${maxSeconds} seconds which is the maximum for this model`;
		throw new Refusal(400, message);
	}
	const text = `${duration.toFixed(1)} seconds of audio from ${file.name}`;
	const answer: Transcription = { text };
	return isVerbose ? { ...answer, duration, segments: cuesOf(file, duration) } : answer;
};

/**
 * Adds a stand-in for a transcription service, with OpenAI's interface and limits, for workflows that go on with the
 * segments: the "text" says how long the audio is and what its file is called. Every model has the limits of the
 * strictest.
 */
export function addTranscription(
	server: FastifyInstance,
	options: TranscriptionOptions = {},
): void {
	void server.register(async (scope) => {
		scope.addContentTypeParser(
			'multipart/form-data',
			{ parseAs: 'buffer', bodyLimit: BODY_LIMIT },
			(_request, body, done) => done(null, body),
		);
		scope.post(TRANSCRIPTION_PATH, async (request, reply) => {
			const headers = { 'content-type': request.headers['content-type'] ?? '' };
			const form = await new Response(request.body as Buffer<ArrayBuffer>, { headers }).formData();
			try {
				return await transcribe(form, options);
			} catch (error) {
				if (!(error instanceof Refusal)) throw error;
				// As OpenAI words its errors.
				const { status, message } = error;
				return await reply.code(status).send({ error: { message, type: 'invalid_request_error' } });
			}
		});
	});
}
