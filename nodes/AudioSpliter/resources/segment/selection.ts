/**
 * Reads a choice of segments such as `all`, `3` or `0,2-4` (zero-based, as in the items).
 *
 * @param available indexes that the job has
 * @returns the chosen indexes in ascending order, each once
 * @throws RangeError that says which part cannot be read or does not exist
 */
export function parseSelection(text: string, available: number[]): number[] {
	const wanted = text.trim().toLowerCase();
	if (wanted === 'all' || wanted === '*') return [...available].sort((a, b) => a - b);

	const existing = new Set(available);
	const last = Math.max(...available);
	const chosen = new Set<number>();
	for (const part of wanted.split(',').map((piece) => piece.trim())) {
		const match = /^(\d{1,9})(?:\s*-\s*(\d{1,9}))?$/.exec(part);
		if (match === null) {
			throw new RangeError(`'${part}' is not an index or a range such as 2-4`);
		}
		const from = Number(match[1]);
		const to = Number(match[2] ?? match[1]);
		if (from > to) throw new RangeError(`The range ${part} runs backwards`);
		if (!existing.has(from) || !existing.has(to)) {
			throw new RangeError(
				`There is no segment ${existing.has(from) ? to : from}: the job has the indexes 0 to ${last}`,
			);
		}
		for (const index of available) if (index >= from && index <= to) chosen.add(index);
	}
	return [...chosen].sort((a, b) => a - b);
}
