import type { IBinaryData, IN8nHttpFullResponse, NodeApiError } from 'n8n-workflow';
import type { SegmentItem } from '../items/segment';
import { needsFreshUrl, segmentMimeType } from '../items/segment';
import { asNumber, asText } from '../items/values';
import { sleepSlice } from './clock';
import type { ApiFailure } from './advice';
import type { FileContext } from './client';
import { apiError, executionSignal, systemClock } from './client';
import { isTransient, readFailure, transportCode } from './errors';

/** Tries at one segment's transfer, the first one included. */
const MAX_TRIES = 4;
const FIRST_PAUSE_MS = 500;
/** Milliseconds without a byte after which a transfer counts as broken. */
const TIMEOUT_MS = 60_000;

/** What a download host says when a signed URL has ended; which of them AudioSpliter's uses is not documented. */
const EXPIRED_STATUSES = new Set([401, 403, 404, 410]);

type Transfer = { binary: IBinaryData } | { failure: ApiFailure };

/** Gets the segment with a URL that has just been signed, or undefined when the job has no such segment any more. */
export type FreshSegment = (index: number) => Promise<SegmentItem | undefined>;

/** n8n keeps a file either in its store, under an id, or inside the item as base64. */
async function storedBytes(ctx: FileContext, binary: IBinaryData): Promise<number> {
	return binary.id === undefined
		? Buffer.byteLength(binary.data, 'base64')
		: (await ctx.helpers.getBinaryMetadata(binary.id)).fileSize;
}

/** The host's own figure decides; the job's size serves where the transfer has no length (chunked). */
const expectedBytes = (
	headers: Record<string, unknown>,
	segment: SegmentItem,
): number | undefined => {
	const length = Number(asText(headers['content-length']) ?? Number.NaN);
	return Number.isFinite(length) && headers['content-encoding'] === undefined
		? length
		: asNumber(segment.size);
};

/** One transfer, straight into n8n's binary store: the file is never held in memory as a whole. */
async function transfer(ctx: FileContext, segment: SegmentItem): Promise<Transfer> {
	try {
		// Without the credential: the download host is another party and the URL itself is the permission.
		const response = (await ctx.helpers.httpRequest({
			method: 'GET',
			url: segment.downloadUrl ?? '',
			encoding: 'stream',
			returnFullResponse: true,
			ignoreHttpStatusErrors: true,
			timeout: TIMEOUT_MS,
			abortSignal: executionSignal(ctx),
		})) as IN8nHttpFullResponse;
		const { statusCode, headers, body } = response;
		const stream = body as Parameters<typeof ctx.helpers.prepareBinaryData>[0] & {
			destroy?: () => void;
		};
		if (statusCode < 200 || statusCode >= 300) {
			stream.destroy?.();
			return {
				failure: EXPIRED_STATUSES.has(statusCode)
					? { status: statusCode, code: 'DOWNLOAD_EXPIRED' }
					: readFailure(statusCode, undefined),
			};
		}
		const mimeType = segmentMimeType(segment.fileName, asText(headers['content-type']));
		const binary = await ctx.helpers.prepareBinaryData(stream, segment.fileName, mimeType);
		const expected = expectedBytes(headers, segment);
		const received = await storedBytes(ctx, binary);
		return expected !== undefined && received !== expected
			? { failure: { transport: 'ECONNRESET' } }
			: { binary };
	} catch (error) {
		return { failure: { transport: transportCode(error) } };
	}
}

const downloadError = (
	ctx: FileContext,
	segment: SegmentItem,
	failure: ApiFailure,
	itemIndex: number,
): NodeApiError => {
	const error = apiError(ctx, { method: 'GET', itemIndex }, { failure });
	const what = `Segment ${segment.index} of job ${segment.jobId} could not be downloaded`;
	if (failure.code === 'DOWNLOAD_EXPIRED') {
		error.message = `${what}: its link has expired`;
	} else {
		error.message =
			failure.transport === undefined
				? `${what}: the download host answered ${failure.status}`
				: `${what}: the transfer broke`;
		error.description = 'Run the node again. Segments are never passed on incomplete.';
	}
	return error;
};

/**
 * Downloads a segment's file into n8n's binary data store. A link that has ended is fetched anew once; a transfer that
 * breaks or comes short is repeated a few times.
 *
 * @throws NodeApiError when the file could not be had whole
 */
export async function downloadSegment(
	ctx: FileContext,
	segment: SegmentItem,
	itemIndex: number,
	fresh: FreshSegment,
): Promise<IBinaryData> {
	const signal = executionSignal(ctx);
	let current = segment;
	let refreshed = false;
	const refresh = async () => {
		refreshed = true;
		current = (await fresh(segment.index)) ?? current;
	};
	if (needsFreshUrl(current, Date.now())) await refresh();
	for (let tries = 1; ; tries++) {
		const result: Transfer =
			current.downloadUrl === undefined
				? { failure: { code: 'DOWNLOAD_EXPIRED' } }
				: await transfer(ctx, current);
		if ('binary' in result) return result.binary;
		if (result.failure.code === 'DOWNLOAD_EXPIRED') {
			if (refreshed) throw downloadError(ctx, segment, result.failure, itemIndex);
			await refresh();
		} else {
			const giveUp = tries >= MAX_TRIES || !isTransient(result.failure);
			if (giveUp || signal?.aborted === true) {
				throw downloadError(ctx, segment, result.failure, itemIndex);
			}
			const pauseEnds = Date.now() + FIRST_PAUSE_MS * 2 ** tries;
			while (Date.now() < pauseEnds) await sleepSlice(systemClock, pauseEnds, signal);
		}
	}
}
