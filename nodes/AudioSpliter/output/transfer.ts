import type { IBinaryData, IN8nHttpFullResponse } from 'n8n-workflow';
import { sleep } from 'n8n-workflow';
import type { ApiFailure } from '../api/advice';
import { EMPTY_FILE, NO_LINK, NOT_STORED, readFailure, transportCode } from '../api/errors';
import { readRetryAt } from '../api/rateLimit';
import { segmentMimeType } from '../job/fileName';
import type { SegmentItem } from '../job/segment';
import { fileNameBy } from '../job/segment';
import { asNumber, asText } from '../job/values';
import { unlessCancelled } from '../n8n/clock';
import type { FileContext } from '../n8n/context';
import { executionSignal } from '../n8n/context';
import { fileSizeOf } from '../n8n/files';

/** Milliseconds without an answer, or without a byte, after which a transfer counts as broken. */
const STANDSTILL_MS = 60_000;

/** Milliseconds between two looks at a transfer. */
const LOOK_MS = 500;

/** What a download host says when a signed URL has ended; which of them AudioSpliter's uses is not documented. */
const EXPIRED_STATUSES = new Set([401, 403, 404, 410]);

type Stream = Exclude<Parameters<FileContext['helpers']['prepareBinaryData']>[0], Buffer>;

/** `retryAt` is when the host allows the next try; milliseconds since 1970. */
export type Transfer = { binary: IBinaryData } | { failure: ApiFailure; retryAt?: number };

/** What the download host sends. */
interface Answer {
	statusCode: number;
	headers: Record<string, unknown>;
	stream: Stream;
	/** Ends the connection when it is aborted. */
	connection: AbortController;
}

interface Naming {
	fileName: string;
	mimeType: string;
}

/**
 * Whether the file came whole: the host's own figure decides, and the job's where the host gives none or means
 * something else with it (the bytes of a compressed transfer). No segment is empty.
 */
const isWhole = (
	received: number,
	headers: Record<string, unknown>,
	segment: SegmentItem,
): boolean => {
	if (received === 0) return false;
	const length = asText(headers['content-length']);
	const stated = [length === undefined ? undefined : Number(length), asNumber(segment.size)].filter(
		(bytes) => bytes !== undefined && Number.isFinite(bytes),
	);
	return stated.length === 0 || stated.includes(received);
};

/** Why a file that came to an end is not taken; undefined where it is whole. */
function whyNotWhole(
	received: number,
	headers: Record<string, unknown>,
	segment: SegmentItem,
): ApiFailure | undefined {
	if (isWhole(received, headers, segment)) return undefined;
	const isAnnounced = Number(headers['content-length'] ?? 0) > 0;
	return { transport: received === 0 && !isAnnounced ? EMPTY_FILE : 'ECONNRESET' };
}

/**
 * Lets go of a transfer. To destroy what n8n hands out does not suffice: it may be a layer around the connection, which
 * passes that on only when the next bytes come.
 */
function letGo(stream: Stream, connection: AbortController, reason?: Error): void {
	// Nobody may be reading any more, and an error that nobody listens to would end n8n.
	stream.on('error', () => undefined);
	stream.destroy(reason);
	connection.abort();
}

/** Ends a transfer that stands still or whose execution was cancelled: n8n's time-out is for the answer's beginning. */
async function endInTime(
	stream: Stream,
	connection: AbortController,
	signal: AbortSignal | undefined,
	isOver: () => boolean,
): Promise<void> {
	let lastByteAt = Date.now();
	let isCounted = false;
	for (;;) {
		// It ends at once, and the look below says why.
		await unlessCancelled(signal, async () => await sleep(LOOK_MS)).catch(() => undefined);
		if (isOver()) return;
		// Not before n8n reads: a listener would start the flow, and the file would lose its beginning.
		if (!isCounted && stream.readableFlowing !== null) {
			isCounted = true;
			stream.on('data', () => {
				lastByteAt = Date.now();
			});
		}
		const isStill = Date.now() - lastByteAt >= STANDSTILL_MS;
		if (!isStill && signal?.aborted !== true) continue;
		letGo(stream, connection, new Error(isStill ? 'ETIMEDOUT' : 'ECONNABORTED'));
		return;
	}
}

/** What a file system says. Of other stores (S3, a database) only their words are known. */
const FILE_SYSTEM = /^E(NOSPC|DQUOT|ROFS|ACCES|PERM|IO|FBIG|MFILE|NFILE)$/;

/**
 * Moves the answer's bytes straight into n8n's binary store: the file is never held in memory as a whole.
 *
 * @returns n8n's reference to the file, or whether the transfer or the store has failed
 */
async function store(
	ctx: FileContext,
	{ stream, connection }: Answer,
	{ fileName, mimeType }: Naming,
): Promise<Transfer> {
	const signal = executionSignal(ctx);
	let isOver = false;
	let isBroken = false;
	stream.on('error', () => {
		isBroken = true;
	});
	void endInTime(stream, connection, signal, () => isOver);
	try {
		return { binary: await ctx.helpers.prepareBinaryData(stream, fileName, mimeType) };
	} catch (error) {
		const code = transportCode(error);
		const isEnded = isBroken || connection.signal.aborted || signal?.aborted === true;
		if (isEnded && !FILE_SYSTEM.test(code)) return { failure: { transport: code } };
		letGo(stream, connection);
		const serviceMessage = error instanceof Error ? error.message : String(error);
		return { failure: { transport: NOT_STORED, serviceMessage } };
	} finally {
		isOver = true;
	}
}

/** Asks for the file, without the credential: the download host is another party and the URL itself is the permission. */
async function request(ctx: FileContext, url: string): Promise<Answer> {
	const connection = new AbortController();
	const signals = [connection.signal, executionSignal(ctx)].filter((one) => one !== undefined);
	const { statusCode, headers, body } = (await ctx.helpers.httpRequest({
		method: 'GET',
		url,
		// Audio gains nothing from compression, and its length would not be the file's.
		headers: { 'Accept-Encoding': 'identity' },
		encoding: 'stream',
		returnFullResponse: true,
		ignoreHttpStatusErrors: true,
		timeout: STANDSTILL_MS,
		abortSignal: AbortSignal.any(signals),
	})) as IN8nHttpFullResponse;
	return { statusCode, headers, stream: body as Stream, connection };
}

/** What an answer is that brings no file; undefined for one that does. */
function refusalOf({ statusCode, headers }: Answer): Transfer | undefined {
	if (statusCode < 200 || statusCode >= 300) {
		return {
			retryAt: readRetryAt(headers, undefined, Date.now()),
			failure: EXPIRED_STATUSES.has(statusCode)
				? { status: statusCode, code: 'DOWNLOAD_EXPIRED' }
				: readFailure(statusCode, undefined),
		};
	}
	// A login page or a proxy's notice, where an audio file was asked for.
	const isPage = /^text\/html\b/i.test(asText(headers['content-type']) ?? '');
	return isPage ? { failure: { status: statusCode } } : undefined;
}

/** What the file is called and of what type it is, by its segment and by what the host says. */
function nameFile(segment: SegmentItem, headers: Answer['headers']): Naming {
	const contentType = asText(headers['content-type']);
	const contentDisposition = asText(headers['content-disposition']);
	const fileName = fileNameBy(segment, { contentType, contentDisposition });
	return { fileName, mimeType: segmentMimeType(fileName, contentType) };
}

/**
 * One try at a segment's file.
 *
 * @returns n8n's reference to the stored file, or why it could not be had whole. An ended link is `DOWNLOAD_EXPIRED`
 */
export async function transfer(ctx: FileContext, segment: SegmentItem): Promise<Transfer> {
	const { downloadUrl = '' } = segment;
	if (!/^https?:/i.test(downloadUrl) || !URL.canParse(downloadUrl)) {
		return { failure: { transport: NO_LINK } };
	}
	try {
		const answer = await request(ctx, downloadUrl);
		const { stream, connection, headers } = answer;
		const refused = refusalOf(answer);
		if (refused !== undefined) {
			letGo(stream, connection);
			return refused;
		}
		const stored = await store(ctx, answer, nameFile(segment, headers));
		if ('failure' in stored) return stored;
		const failure = whyNotWhole(await fileSizeOf(ctx, stored.binary), headers, segment);
		return failure === undefined ? stored : { failure };
	} catch (error) {
		return { failure: { transport: transportCode(error) } };
	}
}
