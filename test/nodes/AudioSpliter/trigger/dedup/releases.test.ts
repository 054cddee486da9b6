import { createVirtualClock } from '../../../../../bench/virtualClock';
import type { Claim } from '../../../../../nodes/AudioSpliter/trigger/dedup/claim';
import { createReleases } from '../../../../../nodes/AudioSpliter/trigger/dedup/releases';
import { claimOf, names, setUp, stoppable } from './recorderSetup';

/** Executions that emit events, and a store that takes `settleMs` to settle one. */
const emitting = (settleMs: number) => {
	const time = createVirtualClock(0);
	const { row } = setUp(1);
	const log: Array<[what: 'left' | 'settled', event: string, at: number]> = [];
	const releases = createReleases(time, async ({ keys }) => {
		await time.sleep(settleMs);
		log.push(['settled', keys.join(), time.now()]);
	});
	const emit = async (claims: Claim[]) => {
		const mayLeave = await releases.release(claims);
		if (mayLeave) log.push(['left', claims.flatMap(({ keys }) => keys).join(), time.now()]);
		return mayLeave;
	};
	const claim = (event: string): Claim => claimOf([event], row.store);
	return { time, log, emit, claim, releases };
};

describe('events of several executions', () => {
	it('leave one after the other, each once the one before is settled', async () => {
		const { time, log, emit, claim, releases } = emitting(5);
		for (const event of names(16)) void emit([claim(event)]);
		await time.drain();
		expect(log).toEqual(
			names(16).flatMap((event, index) => [
				['left', event, 25 * index],
				['settled', event, 25 * (index + 1)],
			]),
		);
		expect(releases.isEmpty()).toBe(true);
	});

	it('leave together where they are of one', async () => {
		const { time, log, emit, claim } = emitting(5);
		void emit([claim('a'), claim('b')]);
		void emit([claim('c')]);
		await time.drain();
		expect(log).toEqual([
			['left', 'a,b', 0],
			['settled', 'a', 25],
			['settled', 'b', 25],
			['left', 'c', 25],
			['settled', 'c', 50],
		]);
	});

	it('wait ten seconds for a store that does not answer, once, and in turn again when it does', async () => {
		const { time, log, emit, claim, releases } = emitting(60_000);
		for (const event of ['a', 'b', 'c']) void emit([claim(event)]);
		void time.sleep(100_000).then(() => {
			for (const event of ['d', 'e']) void emit([claim(event)]);
		});
		await time.drain();
		expect(log.filter(([what]) => what === 'left')).toEqual([
			['left', 'a', 0],
			['left', 'b', 10_000],
			['left', 'c', 10_000],
			['left', 'd', 100_000],
			['left', 'e', 110_000],
		]);
		expect(releases.isEmpty()).toBe(true);
	});

	it('stay where their execution is stopped meanwhile, and are not settled', async () => {
		const { time, log, emit, claim } = emitting(5);
		const { signal, abort } = stoppable();
		const emitted = [
			emit([claim('a')]),
			emit([{ ...claim('stopped'), signal }]),
			emit([claim('c')]),
		];
		void time.sleep(10).then(abort);
		await time.drain();
		expect(await Promise.all(emitted)).toEqual([true, false, true]);
		expect(log.map(([what, event]) => `${what} ${event}`)).toEqual([
			'left a',
			'settled a',
			'left c',
			'settled c',
		]);
	});
});
