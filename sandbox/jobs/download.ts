import { createWriteStream } from 'node:fs';
import { Transform, type Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import axios from 'axios';
import { JobError, messageOf } from '../world/errors';

const TIMEOUT_MS = 60_000;
/** "Not a chain of redirects", as the documentation has it: one is none. */
const MAX_REDIRECTS = 1;
const HEAD_TIMEOUT_MS = 2_000;

export interface DownloadedSource {
	fileName: string;
	contentType: string;
	/** Bytes. */
	size: number;
}

/** Downloads a source into a file. Rejects with a `JobError` DOWNLOAD_FAILED or FILE_TOO_LARGE. */
export async function downloadSource(
	sourceUrl: string,
	file: string,
	maxFileSize: number,
	signal: AbortSignal,
): Promise<DownloadedSource> {
	let size = 0;
	try {
		const response = await axios.get<Readable>(sourceUrl, {
			...{ responseType: 'stream', signal, timeout: TIMEOUT_MS, maxRedirects: MAX_REDIRECTS },
			...{ proxy: false, decompress: false },
		});
		const length = Number(response.headers['content-length'] ?? Number.NaN);
		if (length > maxFileSize) {
			response.data.destroy();
			throw tooLarge(maxFileSize);
		}
		const count = new Transform({
			transform(chunk: Buffer, _encoding, done) {
				size += chunk.length;
				done(size > maxFileSize ? tooLarge(maxFileSize) : null, chunk);
			},
		});
		await pipeline(response.data, count, createWriteStream(file), { signal });
		if (size < length) throw new Error(`connection closed after ${size} of ${length} bytes`);
		return {
			fileName: fileNameOf(sourceUrl, String(response.headers['content-disposition'] ?? '')),
			contentType: String(response.headers['content-type'] ?? ''),
			size,
		};
	} catch (error) {
		if (error instanceof JobError || signal.aborted) throw error;
		throw new JobError(
			'DOWNLOAD_FAILED',
			`The source could not be downloaded: ${messageOf(error)}`,
		);
	}
}

/** The size in bytes that the source's server states, or undefined where it does not answer HEAD. */
export async function statedSize(sourceUrl: string): Promise<number | undefined> {
	try {
		const { headers } = await axios.head(sourceUrl, {
			...{ timeout: HEAD_TIMEOUT_MS, maxRedirects: MAX_REDIRECTS, proxy: false },
		});
		const length = Number(headers['content-length'] ?? Number.NaN);
		return Number.isNaN(length) ? undefined : length;
	} catch {
		// A create does not fail for it: whether the source can be reached is for the worker to find out.
		return undefined;
	}
}

function tooLarge(maxFileSize: number): JobError {
	return new JobError(
		'FILE_TOO_LARGE',
		`The source is larger than the plan's ${maxFileSize} bytes`,
	);
}

function fileNameOf(sourceUrl: string, disposition: string): string {
	const named = /filename="?([^";]+)"?/i.exec(disposition)?.[1];
	if (named !== undefined) return named;
	const last = new URL(sourceUrl).pathname.split('/').at(-1) ?? '';
	try {
		return decodeURIComponent(last);
	} catch {
		return last;
	}
}
