import fc from 'fast-check';

/** The list in an order that is the same for the same seed. */
export const shuffled = <T>(list: readonly T[], seed: number): T[] => {
	const all = fc.shuffledSubarray([...list], { minLength: list.length });
	return fc.sample(all, { seed, numRuns: 1 })[0] ?? [];
};

/** Whole numbers from 0 to below `limit`, the same for the same seed. */
export const randomNumbers = (count: number, limit: number, seed: number): number[] =>
	fc.sample(fc.noBias(fc.integer({ min: 0, max: limit - 1 })), { seed, numRuns: count });
