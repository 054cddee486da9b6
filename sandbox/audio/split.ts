import type { SplitMode } from '../world/types';

/** A cut of the source, in seconds from its beginning. */
export interface Cut {
	start: number;
	duration: number;
}

/** Remainders below this are put into the segment before: codecs round a source's length by as much. */
const NEGLIGIBLE_SECONDS = 0.05;

/** More cuts than this would be a mistake of the caller's (an 1-byte `maxFileSize`). */
const MOST_CUTS = 5000;

/**
 * Cuts `total` seconds into pieces of `each` seconds; the last one is shorter. A source that is not longer
 * than one piece is one cut. There are at most 5,000 cuts: `each` grows where there would be more.
 */
export function planCuts(total: number, each: number): Cut[] {
	const length = Math.max(each, total / MOST_CUTS);
	const count = Math.max(1, Math.ceil((total - NEGLIGIBLE_SECONDS) / length));
	return Array.from({ length: count }, (_unused, index) => {
		const start = index * length;
		return { start, duration: (index === count - 1 ? total : start + length) - start };
	});
}

/** Seconds per piece, so that a piece at `bitRate` bits/s is at or under `maxFileSize` bytes. */
export function secondsForSize(
	maxFileSize: number,
	bitRate: number,
	overheadBytes: number,
): number {
	// A lossy codec's frames do not end where the cut is, hence the margin.
	return (Math.max(1, maxFileSize - overheadBytes) * 8 * 0.97) / bitRate;
}

/** Whether a source of `total` seconds is too short to be cut into pieces of `each` seconds. */
export function isTooLong(mode: SplitMode, each: number, total: number): boolean {
	return mode === 'duration' && each > total + NEGLIGIBLE_SECONDS;
}
