import { createReadStream } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { envelope } from '../world/errors';
import type { Fault } from '../world/faults';
import { urlIsSigned } from '../world/signature';
import type { Job, Origin, OutputFormat, StoredSegment } from '../world/types';
import type { World } from '../world/world';
import { retryAfterHeader } from './gate';

const SEGMENT_PATH = /^\/segments\/([^/]+)-(\d+)\.[a-z0-9]+$/;
const SYNTHETIC_CHUNK = Buffer.alloc(64 * 1024, 'synthetic audio ');
const SLOW_MS = 3000;

/** Media types of the output formats. */
export const CONTENT_TYPES: Record<OutputFormat, string> = {
	mp3: 'audio/mpeg',
	wav: 'audio/wav',
	flac: 'audio/flac',
	ogg: 'audio/ogg',
	aac: 'audio/aac',
};

/**
 * Makes a server for segment downloads: plain GET of a signed URL, no API key. The `foreign` one is the
 * host that redirect faults lead to; it answers alike, and the log tells what headers it was sent.
 */
export function createCdn(world: World, origin: Extract<Origin, 'cdn' | 'foreign'>): Server {
	return createServer((request, response) => {
		handle(world, origin, request, response).catch(() => {
			// The client is gone, or the file was deleted while it was sent.
			response.destroy();
		});
	});
}

async function handle(
	world: World,
	origin: Extract<Origin, 'cdn' | 'foreign'>,
	request: IncomingMessage,
	response: ServerResponse,
): Promise<void> {
	const entry = world.requests.add(origin, request, response);
	const url = new URL(request.url ?? '/', world.origins[origin]);
	if (request.method !== 'GET' && request.method !== 'HEAD') {
		return answerText(response, 405, 'text/plain', 'Method Not Allowed');
	}
	const [, name = '', index = ''] = SEGMENT_PATH.exec(url.pathname) ?? [];
	const fault =
		origin === 'cdn'
			? world.faults.take('download', {
					...{ method: request.method, path: entry.path },
					segmentIndex: index === '' ? undefined : Number(index),
				})
			: undefined;
	entry.fault = fault?.name;
	if (fault !== undefined && (await faultAnswers(world, fault, url, response))) return;

	const expires = Number(url.searchParams.get('expires'));
	const signature = url.searchParams.get('signature') ?? '';
	if (!urlIsSigned(url.pathname, expires, signature, world.urlSecret)) {
		return answerText(response, 403, 'application/xml', xmlError('SignatureDoesNotMatch'));
	}
	if (Date.now() >= expires) return answerExpired(world, response);
	const job = world.jobs.get(`job_${name}`);
	const segment = job?.segments.find((candidate) => String(candidate.index) === index);
	if (job === undefined || segment === undefined || job.deleted || job.filesExpired) {
		return answerText(response, 404, 'application/xml', xmlError('NoSuchKey'));
	}
	await sendSegment(job, segment, response, request.method === 'HEAD', fault);
}

/** Answers by a fault; false where the fault only changes how the segment is sent. */
async function faultAnswers(
	world: World,
	fault: Fault,
	url: URL,
	response: ServerResponse,
): Promise<boolean> {
	switch (fault.name) {
		case 'download-expired':
			answerExpired(world, response);
			return true;
		case 'download-redirect':
			response.writeHead(302, {
				Location: `${world.origins.foreign}${url.pathname}${url.search}`,
			});
			response.end();
			return true;
		case 'download-server-error':
			answerText(response, fault.status ?? 500, 'text/html', '<h1>Internal Server Error</h1>');
			return true;
		case 'download-rate-limit':
			response.setHeader(
				'Retry-After',
				retryAfterHeader(world.switches, fault.retryAfterSeconds ?? 1),
			);
			answerText(response, 429, 'application/xml', xmlError('TooManyRequests'));
			return true;
		case 'download-time-out':
			return true;
		case 'download-slow':
			await new Promise((resolve) => setTimeout(resolve, fault.delayMs ?? SLOW_MS).unref());
			return false;
		default:
			return false;
	}
}

async function sendSegment(
	job: Job,
	segment: StoredSegment,
	response: ServerResponse,
	headOnly: boolean,
	fault: Fault | undefined,
): Promise<void> {
	const size = fault?.name === 'download-empty' ? 0 : segment.size;
	const cut =
		fault !== undefined &&
		['download-truncated', 'download-reset-midway', 'download-stalls'].includes(fault.name);
	response.writeHead(200, {
		'Content-Type': CONTENT_TYPES[segment.format],
		'Content-Length': size,
		'Content-Disposition': `attachment; filename="${job.id}-${segment.index}.${segment.format}"`,
	});
	if (headOnly) {
		response.end();
		return;
	}
	const bytes = cut ? Math.floor(size / 2) : size;
	const body = segment.path === undefined ? synthetic(bytes) : fileStart(segment.path, bytes);
	if (!cut) return await pipeline(body, response);
	for await (const chunk of body) {
		if (!response.write(chunk)) await new Promise((resolve) => response.once('drain', resolve));
	}
	// After half of the promised length: nothing more, or a FIN, or a RST.
	if (fault.name === 'download-stalls') return;
	if (fault.name === 'download-truncated') response.socket?.end();
	else response.socket?.resetAndDestroy();
}

function fileStart(path: string, bytes: number): Readable {
	return bytes === 0 ? Readable.from([]) : createReadStream(path, { end: bytes - 1 });
}

function synthetic(bytes: number): Readable {
	function* chunks(): Generator<Buffer> {
		for (let left = bytes; left > 0; left -= SYNTHETIC_CHUNK.length) {
			yield left >= SYNTHETIC_CHUNK.length ? SYNTHETIC_CHUNK : SYNTHETIC_CHUNK.subarray(0, left);
		}
	}
	return Readable.from(chunks(), { objectMode: false });
}

function answerExpired({ switches }: World, response: ServerResponse): void {
	const status = switches.expiredStatus;
	if (switches.expiredBody === 'xml') {
		answerText(response, status, 'application/xml', xmlError('AccessDenied'));
		return;
	}
	const body = envelope(status, 'DOWNLOAD_EXPIRED', 'This download URL has expired');
	answerText(response, status, 'application/json', JSON.stringify(body));
}

function answerText(response: ServerResponse, status: number, type: string, text: string): void {
	response.writeHead(status, { 'Content-Type': type, 'Content-Length': Buffer.byteLength(text) });
	response.end(text);
}

function xmlError(code: string): string {
	return `<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>${code}</Code></Error>`;
}
