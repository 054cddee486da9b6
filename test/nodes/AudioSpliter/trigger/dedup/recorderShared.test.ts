import type { Verdict } from '../../../../../nodes/AudioSpliter/trigger/dedup/recorder';
import {
	SEEDS,
	forEachSeed,
	names,
	once,
	processOf,
	recorderIn,
	sharedClaim,
	setUp,
	sorted,
	stoppable,
	withKeep,
} from './recorderSetup';

describe('several processes', () => {
	/** Three processes, as workers in queue mode, get the same events at about the same time. */
	const overlap = async (seed: number, shared: boolean) => {
		const { time, random, row } = setUp(seed);
		const emitted = new Map<string, number>();
		const workers = [1, 2, 3].map(() => processOf(time, row, shared, emitted));
		const events = names(20);
		for (const event of events) {
			const begin = random() * 2_000;
			for (let attempt = 0; attempt < 4; attempt++) {
				const execute = workers[Math.floor(random() * workers.length)];
				void time
					.sleep(begin + random() * 100)
					.then(async () => await execute?.(event, `${event} ${attempt}`));
			}
		}
		await time.drain();
		return { time, row, events, emitted };
	};

	it('emit each event once although they overwrite each other', async () =>
		await forEachSeed(async (seed) => {
			const { time, row, events, emitted } = await overlap(seed, true);
			expect(row.seen.lost).toBeGreaterThan(0);
			expect(sorted(emitted)).toEqual(once(events));

			const later = new Map<string, number>();
			const restarted = processOf(time, row, true, later);
			for (const event of events) void restarted(event, 'another id');
			await time.drain();
			expect(later.size).toBe(0);
		}));

	it('would emit events several times if they did not confirm their records', async () => {
		let repeated = 0;
		for (const seed of SEEDS) {
			const { emitted } = await overlap(seed, false);
			repeated += [...emitted.values()].filter((count) => count > 1).length;
		}
		expect(repeated).toBeGreaterThan(SEEDS.length);
	});

	it('put back what another wrote over, when all is quiet', async () => {
		const { time, row } = setUp(1);
		const recorder = recorderIn(time);
		const verdict = recorder.record(sharedClaim('execution 1', row.store));
		void time.sleep(2_000).then(() => row.overwrite(['other']));
		await time.drain();
		expect((await verdict).kind).toBe('first');
		expect(row.keys().sort()).toEqual(['event', 'other', 'owner:execution 1:event']);
		expect(recorder.isIdle()).toBe(true);
	});

	it('report a repair that failed, and stop', async () => {
		const { time, row } = setUp(1);
		const recorder = recorderIn(time);
		let away = false;
		const store = withKeep(row.store, async (keys, maxKeys) => {
			if (away) throw new Error('away');
			return await row.store.keep(keys, maxKeys);
		});
		const verdict = recorder.record(sharedClaim('execution 1', store)).then((decided) => {
			away = true;
			return decided;
		});
		await time.drain();
		expect((await verdict).kind).toBe('first');
		expect(row.repairFailures).toEqual([new Error('away'), new Error('away')]);
		expect(recorder.isIdle()).toBe(true);
	});

	it('do not take the record of another for their own after a call whose answer was lost', async () => {
		const { time, row } = setUp(1);
		const run = async (execution: string, store = row.store): Promise<Verdict> => {
			const verdict = recorderIn(time).record(sharedClaim(execution, store));
			await time.drain();
			return await verdict;
		};
		let calls = 0;
		const broken = withKeep(row.store, async (keys, maxKeys) => {
			const known = await row.store.keep(keys, maxKeys);
			calls += 1;
			if (calls === 1) throw new Error('Connection terminated unexpectedly');
			return known;
		});
		expect(await run('execution 1')).toEqual({ kind: 'first' });
		expect(await run('execution 2', broken)).toEqual({ kind: 'unclear' });
	});

	it('let an execution that is run again emit what it recorded itself, and nobody else', async () => {
		const { time, row } = setUp(1);
		const run = async (execution: string): Promise<Verdict> => {
			const verdict = recorderIn(time).record(sharedClaim(execution, row.store));
			await time.drain();
			return await verdict;
		};
		expect((await run('execution 1')).kind).toBe('first');
		expect((await run('execution 1')).kind).toBe('own');
		expect((await run('execution 2')).kind).toBe('known');
	});

	it('keep three keys for each of 10,000 events, and one more for a redelivery', async () => {
		const { time, row } = setUp(1);
		const verdict = recorderIn(time).record({
			...sharedClaim('execution 1', row.store),
			keys: ['e', 'd'],
		});
		await time.drain();
		await verdict;
		expect(row.seen.maxKeys).toEqual(new Set([40_000]));
	});

	it('take back the record of an execution that was stopped while it was being confirmed', async () => {
		const { time, row } = setUp(1);
		const recorder = recorderIn(time);
		const { signal, abort } = stoppable();
		const stopped = recorder.record({ ...sharedClaim('execution 1', row.store), signal });
		void time.sleep(500).then(abort);
		await time.drain();
		expect(await stopped).toEqual({ kind: 'withdrawn' });
		expect(row.keys()).toEqual([]);
		const elsewhere = recorderIn(time).record(sharedClaim('execution 2', row.store));
		await time.drain();
		expect(await elsewhere).toEqual({ kind: 'first' });
	});
});
