import type { Claim, Recorder } from '../../../../../nodes/AudioSpliter/trigger/dedup/recorder';
import type { Store } from '../../../../../nodes/AudioSpliter/trigger/dedup/store';
import { pendingOf, provisional, world } from './provisionalSetup';
import { forEachSeed, names, once, recorderIn, setUp, sorted } from './recorderSetup';

describe('several processes', () => {
	const shared = (execution: string, store: Store): Claim => ({
		...provisional('a', store),
		...{ execution, isShared: true },
	});

	it('leave an event to the one that records it, as long as that settles it in time', async () => {
		const { time, run, row, store, restart } = world();
		const one = restart();
		const first = one.record(shared('1', store)).then((verdict) => {
			one.settle(shared('1', store));
			return verdict;
		});
		const second = time.sleep(500).then(async () => await restart().record(shared('2', store)));
		expect(await run(Promise.all([first, second]))).toEqual([{ kind: 'first' }, { kind: 'known' }]);
		expect(pendingOf(row.keys())).toEqual([]);
	});

	it('let an execution that is run again go on from its own record', async () => {
		const { run, store, restart } = world();
		expect(await run(restart().record(shared('1', store)))).toEqual({ kind: 'first' });
		expect(await run(restart().record(shared('1', store)))).toEqual({ kind: 'own' });
	});

	it('one alone takes over what was lost', async () =>
		await forEachSeed(async (seed) => {
			const { time, random, run, row, store, restart } = world(seed);
			await run(restart().record(shared('killed', store)));
			const emitted: string[] = [];
			const attempts = names(4).map(async (execution) => {
				const recorder: Recorder = restart();
				await time.sleep(random() * 30_000);
				const claim = shared(execution, store);
				const { kind } = await recorder.record(claim);
				if (kind !== 'first' && kind !== 'own') return;
				emitted.push(execution);
				recorder.settle(claim);
			});
			await run(Promise.all(attempts));
			expect(emitted).toHaveLength(1);
			expect(pendingOf(row.keys())).toEqual([]);
			// From then on it is known.
			expect(await run(restart().record(shared('later', store)))).toEqual({ kind: 'known' });
		}));

	it('one that is killed after it has taken over is taken over itself', async () => {
		const { run, store, restart } = world();
		expect(await run(restart().record(shared('1', store)))).toEqual({ kind: 'first' });
		expect(await run(restart().record(shared('2', store)))).toEqual({ kind: 'first' });
		expect(await run(restart().record(shared('3', store)))).toEqual({ kind: 'first' });
	});
});

/** Executions in one process that is killed now and then; what each emits comes out at once. */
const lives = (seed: number, faults: { failBefore?: number; failAfter?: number } = {}) => {
	const { time, random, row } = setUp(seed, faults);
	const emitted = new Map<string, number>();
	const known = new Set<string>();
	/** @param dieAfter events whose records are made, but which never come out */
	const live = async (events: string[], dieAfter: Set<string>) => {
		const recorder = recorderIn(time);
		const work = events.map(async (event) => {
			await time.sleep(random() * 2_000);
			const claim = { ...provisional(event, row.store), execution: `${event} ${random()}` };
			const { kind } = await recorder.record(claim);
			if (kind === 'known') known.add(event);
			if ((kind !== 'first' && kind !== 'own') || dieAfter.has(event)) return;
			emitted.set(event, (emitted.get(event) ?? 0) + 1);
			recorder.settle(claim);
		});
		await time.drain();
		await Promise.all(work);
	};
	return { live, emitted, known, row, random };
};

it('an event that is lost between its record and its items is emitted after the restart, all others once', async () =>
	await forEachSeed(async (seed) => {
		const { live, emitted, row, random } = lives(seed);
		const events = names(30);
		for (let restart = 0; restart < 4; restart++) {
			const dies = new Set(events.filter(() => restart < 3 && random() < 0.3));
			await live(events, dies);
		}
		expect(sorted(emitted)).toEqual(once(events));
		expect(pendingOf(row.keys())).toEqual([]);
	}));

it('no event is lost where the database fails now and then, and none comes twice where it fails before it writes', async () =>
	await forEachSeed(async (seed) => {
		const { live, emitted, row } = lives(seed, { failBefore: 0.5 });
		const events = names(20);
		for (let restart = 0; restart < 4; restart++) await live(events, new Set());
		expect(sorted(emitted)).toEqual(once(events));
		expect(pendingOf(row.keys())).toEqual([]);
	}));
