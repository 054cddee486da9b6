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
	it('leave four at a time, once the ones before are settled', async () => {
		const { time, story, emit, claim, releases } = emitting(5);
		for (const event of names(16)) void emit([claim(event)]);
		await time.drain();
		const groups = [0, 1, 2, 3].map((group) => names(16).slice(4 * group, 4 * group + 4));
		expect(story()).toEqual(
			groups.flatMap((events, group) => [
				...events.map((event) => ['left', event, 25 * group]),
				...events.map((event) => ['settled', event, 25 * (group + 1)]),
			]),
		);
		expect(releases.isEmpty()).toBe(true);
	});

	it('leave together where they are of one', async () => {
		const { time, story, emit, claim } = emitting(5);
		void emit([claim('a'), claim('b')]);
		for (const event of ['c', 'd', 'e', 'f']) void emit([claim(event)]);
		await time.drain();
		expect(story()).toEqual([
			['left', 'a,b', 0],
			...['c', 'd', 'e'].map((event) => ['left', event, 0]),
			...['a', 'b', 'c', 'd', 'e'].map((event) => ['settled', event, 25]),
			['left', 'f', 25],
			['settled', 'f', 50],
		]);
	});

	it('wait ten seconds for a store that does not answer, once, and in turn again when it does', async () => {
		const { time, story, emit, claim, releases } = emitting(60_000);
		for (const event of names(9)) void emit([claim(event)]);
		void time.sleep(100_000).then(() => {
			for (const event of ['f', 'g', 'h', 'i', 'j']) void emit([claim(event)]);
		});
		await time.drain();
		expect(story().filter(([what]) => what === 'left')).toEqual([
			...names(4).map((event) => ['left', event, 0]),
			...names(9)
				.slice(4)
				.map((event) => ['left', event, 10_000]),
			...['f', 'g', 'h', 'i'].map((event) => ['left', event, 100_000]),
			['left', 'j', 110_000],
		]);
		expect(releases.isEmpty()).toBe(true);
	});

	it('stay where their execution is stopped meanwhile, and are not settled', async () => {
		const { time, story, emit, claim } = emitting(5);
		const { signal, abort } = stoppable();
		const emitted = [
			...names(4).map(async (event) => await emit([claim(event)])),
			emit([{ ...claim('stopped'), signal }]),
			emit([claim('last')]),
		];
		void time.sleep(10).then(abort);
		await time.drain();
		expect(await Promise.all(emitted)).toEqual([true, true, true, true, false, true]);
		expect(story().map(([what, event]) => `${what} ${event}`)).toEqual([
			...names(4).map((event) => `left ${event}`),
			...names(4).map((event) => `settled ${event}`),
			'left last',
			'settled last',
		]);
	});
});
