import type { IBinaryData, NodeApiError } from 'n8n-workflow';
import type { ApiFailure } from '../api/advice';
import { apiError } from '../api/client';
import { EMPTY_FILE, explain, isTransient, NO_LINK, NOT_STORED } from '../api/errors';
import type { SegmentItem } from '../job/segment';
import { needsFreshUrl } from '../job/segment';
import { sleepUntil, throwIfCancelled } from '../n8n/clock';
import type { FileContext } from '../n8n/context';
import { executionSignal, systemClock } from '../n8n/context';
import type { Transfer } from './transfer';
import { transfer } from './transfer';

/** Tries at one segment's transfer, the first one included. */
const MAX_TRIES = 4;

/** Doubled before each further try. */
const FIRST_PAUSE_MS = 1_000;

/** A host that asks for a longer pause than this is not waited for. */
const LONGEST_PAUSE_MS = 5 * 60_000;

/**
 * Gets the segment with a URL that has just been signed, or undefined when the job has no such segment any more.
 *
 * @param isRefused whether the host has refused the present URL, so that another one is needed whatever its time
 */
export type FreshSegment = (index: number, isRefused: boolean) => Promise<SegmentItem | undefined>;

/** Whether the host refused a link, which it may also do for a file that is there. */
export const isRefused = ({ code, status }: ApiFailure): boolean =>
	code === 'DOWNLOAD_EXPIRED' && (status === 401 || status === 403);

const LATER_ADVICE =
	"Download it later with 'Segment > Download' and the job's ID. There is no need to create the job again.";

/** Without its path and query, which are the permission to the file. */
const hostOf = (url: string | undefined): string =>
	url !== undefined && URL.canParse(url) ? new URL(url).host : 'the download host';

/** Why a transfer failed, where the host or the connection is to blame. */
function whyBroken({ status, transport }: ApiFailure, host: string): string {
	if (transport === EMPTY_FILE) return 'the download host sent an empty file';
	if (transport !== undefined) return `the transfer from ${host} was interrupted (${transport})`;
	const isPage = status !== undefined && status < 300;
	return isPage
		? 'the download host sent a web page instead of the file'
		: `the download host answered ${status}`;
}

/** What happened to a segment's file, and what to do about it. The description is left out where the failure has one. */
function explainDownload(
	segment: SegmentItem,
	failure: ApiFailure,
): { message: string; description?: string } {
	const name = `Segment ${segment.index} of job ${segment.jobId}`;
	const what = `${name} could not be downloaded`;
	const host = hostOf(segment.downloadUrl);
	if (isRefused(failure)) {
		return {
			message: `${what}: its link was refused (HTTP ${failure.status})`,
			description:
				'Either AudioSpliter has deleted the file, which it keeps for 24 hours (Free), 7 days (Starter) or 30 days (Pro), or a proxy or firewall between n8n and the download host refuses the request.',
		};
	}
	if (failure.code === 'DOWNLOAD_EXPIRED') return { message: `${what}: its link has expired` };
	if (failure.transport === NO_LINK) {
		return { message: `${what}: its link is not a web address`, description: LATER_ADVICE };
	}
	if (failure.transport === NOT_STORED) {
		return {
			message: `${name} could not be stored by n8n: ${failure.serviceMessage}`,
			description: `Free up space, or repair the storage in which n8n keeps its files (N8N_DEFAULT_BINARY_DATA_MODE). ${LATER_ADVICE}`,
		};
	}
	if (failure.transport !== undefined && !isTransient(failure)) {
		return {
			message: `${what} from ${host}. ${explain(failure).message}`,
			description: `The download host is not the API's host: an n8n administrator has to allow it or have n8n trust its certificate. ${LATER_ADVICE}`,
		};
	}
	return {
		message: `${what}: ${whyBroken(failure, host)}`,
		description: `${LATER_ADVICE} The node never passes on incomplete segments.`,
	};
}

function downloadError(
	ctx: FileContext,
	segment: SegmentItem,
	failure: ApiFailure,
	itemIndex: number,
): NodeApiError {
	const error = apiError(ctx, { method: 'GET', itemIndex }, { failure });
	const { message, description } = explainDownload(segment, failure);
	error.message = message;
	error.description = description ?? error.description;
	return error;
}

/**
 * Downloads a segment's file into n8n's binary data store. A link that has ended is fetched anew once; a transfer that
 * breaks, stands still or comes short is repeated a few times, as soon as the host allows it.
 *
 * @returns n8n's reference to the file, and the segment with the link that it came by
 * @throws NodeApiError when the file could not be had whole
 */
export async function downloadSegment(
	ctx: FileContext,
	segment: SegmentItem,
	itemIndex: number,
	fresh: FreshSegment,
): Promise<{ binary: IBinaryData; segment: SegmentItem }> {
	const signal = executionSignal(ctx);
	let current = segment;
	let refreshed = false;
	const refresh = async (isRefused: boolean) => {
		refreshed = true;
		current = (await fresh(segment.index, isRefused)) ?? current;
	};
	if (needsFreshUrl(current, Date.now())) await refresh(false);
	for (let tries = 1; ; tries++) {
		const result: Transfer =
			current.downloadUrl === undefined
				? { failure: { code: 'DOWNLOAD_EXPIRED' } }
				: await transfer(ctx, current);
		if ('binary' in result) {
			// The host's answer may have given the file another name than the job alone.
			const { fileName = current.fileName } = result.binary;
			return { binary: result.binary, segment: { ...current, fileName } };
		}
		throwIfCancelled(signal);
		if (result.failure.code === 'DOWNLOAD_EXPIRED') {
			if (refreshed) throw downloadError(ctx, segment, result.failure, itemIndex);
			await refresh(true);
		} else {
			const now = Date.now();
			const nextTryAt = Math.max(now + FIRST_PAUSE_MS * 2 ** (tries - 1), result.retryAt ?? 0);
			const isOver = tries >= MAX_TRIES || nextTryAt > now + LONGEST_PAUSE_MS;
			if (isOver || !isTransient(result.failure)) {
				throw downloadError(ctx, segment, result.failure, itemIndex);
			}
			await sleepUntil(systemClock, nextTryAt, signal);
		}
	}
}
