import type { Claim } from '../../../../../nodes/AudioSpliter/trigger/dedup/recorder';
import { forEachSeed, names, recorderIn, setUp, sharedClaim } from './recorderSetup';

/** Milliseconds over which events arrive, and between look-ups of all of them. */
const [ARRIVING, LOOK_UP_EVERY] = [30_000, 5_000];

/**
 * Three processes that record and settle events while these are looked up, as by looks in queue mode.
 *
 * @returns what a new process takes for lost
 */
const unsettledAfter = async (seed: number): Promise<string[]> => {
	const { time, random, row } = setUp(seed);
	const recorders = [1, 2, 3].map(() => recorderIn(time, random));
	const claims = names(90).map((event): Claim => ({
		...sharedClaim(`execution of ${event}`, row.store),
		...{ keys: [event], isProvisional: true },
	}));
	for (const claim of claims) {
		const recorder = recorders[Math.floor(random() * recorders.length)];
		void time.sleep(random() * ARRIVING).then(async () => {
			const verdict = await recorder?.record(claim);
			if (verdict?.kind === 'first') recorder?.settle(claim);
		});
	}
	for (let at = LOOK_UP_EVERY; at <= ARRIVING; at += LOOK_UP_EVERY) {
		void time.sleep(at).then(async () => await recorders[0]?.findSettled(claims));
	}
	await time.drain();
	expect(recorders.every((recorder) => recorder.isIdle())).toBe(true);
	const found = recorderIn(time).findSettled(claims);
	await time.drain();
	const { unsettled } = (await found) as { unsettled: Claim[] };
	return unsettled.flatMap(({ keys }) => keys);
};

describe('several processes', () => {
	it('settle for good what they emitted, although each puts back what it had read', async () =>
		await forEachSeed(async (seed) => expect(await unsettledAfter(seed)).toEqual([])));
});
