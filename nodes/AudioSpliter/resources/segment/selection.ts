/** Which segments are wanted, before it is known which there are. */
export type Selection = { kind: 'all' } | { kind: 'ranges'; ranges: Range[] };

/** Both ends belong to it. */
interface Range {
	from: number;
	to: number;
}

function parseRange(text: string): Range {
	const match = /^(\d{1,9})(?:\s*-\s*(\d{1,9}))?$/.exec(text);
	if (match === null) throw new RangeError(`'${text}' is not an index or a range such as 2-4`);
	const from = Number(match[1]);
	const to = Number(match[2] ?? match[1]);
	if (from > to) throw new RangeError(`The range ${text} runs backwards`);
	return { from, to };
}

/**
 * Reads a choice of segments such as `all`, `3` or `0,2-4` (zero-based, as in the items).
 *
 * @throws RangeError that says which part cannot be read
 */
export function parseSelection(text: string): Selection {
	const wanted = text.trim().toLowerCase();
	if (wanted === 'all' || wanted === '*') return { kind: 'all' };
	return { kind: 'ranges', ranges: wanted.split(',').map((part) => parseRange(part.trim())) };
}

/**
 * The segments that are selected, in their own order.
 *
 * @throws RangeError for a segment that the job does not have
 */
export function selectSegments<S extends { index: number }>(
	selection: Selection,
	segments: S[],
): S[] {
	if (selection.kind === 'all') return segments;
	const { ranges } = selection;
	const indexes = segments.map(({ index }) => index);
	const missing = ranges
		.flatMap(({ from, to }) => [from, to])
		.find((one) => !indexes.includes(one));
	if (missing !== undefined) {
		throw new RangeError(
			`There is no segment ${missing}: the job has the indexes 0 to ${Math.max(...indexes)}`,
		);
	}
	return segments.filter(({ index }) =>
		ranges.some(({ from, to }) => index >= from && index <= to),
	);
}
