import { asText, isRecord } from '../job/values';
import type { ApiContext } from '../n8n/context';
import { readAccount } from './account';

/** Milliseconds that the service's clock is ahead of this machine's, by account; the latest are kept. */
const offsets = new Map<string, number>();

const MAX_OFFSETS = 100;

/** Milliseconds by which clocks that agree may seem to differ: the header has whole seconds, and an answer takes a moment. */
const SMALLEST_OFFSET_MS = 3_000;

/**
 * Learns the service's time from an answer: the times in its jobs are told by its clock, which a machine's need not agree
 * with.
 *
 * @param budgetKey names the account
 * @param now local time, milliseconds since 1970
 */
export function learnServiceTime(budgetKey: string, headers: unknown, now: number): void {
	const sentAt = Date.parse(asText(isRecord(headers) ? headers.date : undefined) ?? '');
	if (Number.isNaN(sentAt)) return;
	offsets.delete(budgetKey);
	offsets.set(budgetKey, sentAt - now);
	for (const oldest of offsets.keys()) {
		if (offsets.size <= MAX_OFFSETS) break;
		offsets.delete(oldest);
	}
}

/** Milliseconds that the service's clock is ahead of this machine's, to a second or two; 0 until an answer has come. */
export async function serviceOffset(ctx: ApiContext): Promise<number> {
	const { budgetKey } = await readAccount(ctx);
	const offset = offsets.get(budgetKey) ?? 0;
	return Math.abs(offset) < SMALLEST_OFFSET_MS ? 0 : offset;
}
