import { randomInt } from 'node:crypto';

/**
 * Where a test chooses at random: another seed with each run, printed, so that a failure can be repeated with
 * `AUDIOSPLITER_SEED=<seed> npm test -- <file>`.
 */
export const seedOf = (purpose: string): number => {
	const given = process.env.AUDIOSPLITER_SEED;
	const seed = given ? Number(given) : randomInt(2 ** 31);
	console.log(`AUDIOSPLITER_SEED=${seed} (${purpose})`);
	return seed;
};
