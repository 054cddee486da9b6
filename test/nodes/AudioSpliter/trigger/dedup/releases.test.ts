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
	/** What happened, in an order that says nothing of what happens at once. */
	const story = () =>
		[...log].sort(([, one, at], [, other, then]) => at - then || one.localeCompare(other));
	return { time, story, emit, claim, releases };
};

describe('events of several executions', () => {
	it('leave two at a time, each once an earlier one is settled', async () => {
		const { time, story, emit, claim, releases } = emitting(5);
		for (const event of names(16)) void emit([claim(event)]);
		await time.drain();
		expect(story()).toEqual(
			Array.from({ length: 8 }, (_unused, pair) => names(16).slice(2 * pair, 2 * pair + 2)).flatMap(
				(two, pair) => [
					...two.map((event) => ['left', event, 25 * pair]),
					...two.map((event) => ['settled', event, 25 * (pair + 1)]),
				],
			),
		);
		expect(releases.isEmpty()).toBe(true);
	});

	it('leave together where they are of one', async () => {
		const { time, story, emit, claim } = emitting(5);
		void emit([claim('a'), claim('b')]);
		void emit([claim('c'), claim('d')]);
		void emit([claim('e')]);
		await time.drain();
		expect(story()).toEqual([
			['left', 'a,b', 0],
			['left', 'c,d', 0],
			...['a', 'b', 'c', 'd'].map((event) => ['settled', event, 25]),
			['left', 'e', 25],
			['settled', 'e', 50],
		]);
	});

	it('wait ten seconds for a store that does not answer, once, and in turn again when it does', async () => {
		const { time, story, emit, claim, releases } = emitting(60_000);
		for (const event of ['a', 'b', 'c', 'd', 'e']) void emit([claim(event)]);
		void time.sleep(100_000).then(() => {
			for (const event of ['f', 'g', 'h', 'i']) void emit([claim(event)]);
		});
		await time.drain();
		expect(story().filter(([what]) => what === 'left')).toEqual([
			['left', 'a', 0],
			['left', 'b', 0],
			['left', 'c', 10_000],
			['left', 'd', 10_000],
			['left', 'e', 10_000],
			['left', 'f', 100_000],
			['left', 'g', 100_000],
			['left', 'h', 110_000],
			['left', 'i', 110_000],
		]);
		expect(releases.isEmpty()).toBe(true);
	});

	it('stay where their execution is stopped meanwhile, and are not settled', async () => {
		const { time, story, emit, claim } = emitting(5);
		const { signal, abort } = stoppable();
		const emitted = [
			emit([claim('a')]),
			emit([claim('b')]),
			emit([{ ...claim('stopped'), signal }]),
			emit([claim('c')]),
		];
		void time.sleep(10).then(abort);
		await time.drain();
		expect(await Promise.all(emitted)).toEqual([true, true, false, true]);
		expect(story().map(([what, event]) => `${what} ${event}`)).toEqual([
			'left a',
			'left b',
			'settled a',
			'settled b',
			'left c',
			'settled c',
		]);
	});
});
