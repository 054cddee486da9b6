import {
	createRecorder,
	recorderOf,
} from '../../../../../nodes/AudioSpliter/trigger/dedup/recorder';
import {
	claimOf,
	withKeep,
	forEachSeed,
	names,
	once,
	processOf,
	recorderIn,
	setUp,
	stoppable,
	sorted,
} from './recorderSetup';

describe('one process', () => {
	it('emits each of 20 events once from 160 deliveries, before and after a restart', async () =>
		await forEachSeed(async (seed) => {
			const { time, random, row } = setUp(seed);
			const emitted = new Map<string, number>();
			const execute = processOf(time, row, false, emitted);
			const events = names(20);
			for (let attempt = 0; attempt < 8; attempt++) {
				for (const event of events) {
					void time
						.sleep(random() * 300)
						.then(async () => await execute(event, `${event} ${random() < 0.5 ? 0 : attempt}`));
				}
			}
			await time.drain();
			expect(sorted(emitted)).toEqual(once(events));
			expect(row.seen.atOnce).toBe(1);
			expect(row.seen.lost).toBe(0);

			// After a restart only the row is left.
			const again = new Map<string, number>();
			const restarted = processOf(time, row, false, again);
			for (const event of events) void restarted(event, 'another id');
			await time.drain();
			expect(again.size).toBe(0);
		}));

	it('neither repeats nor drops an event while calls fail', async () =>
		await forEachSeed(async (seed) => {
			const { time, random, row } = setUp(seed, { failBefore: 0.4, failAfter: 0.03 });
			const emitted = new Map<string, number>();
			const failed = new Set<string>();
			const execute = processOf(time, row, false, emitted);
			const events = names(20);
			for (let attempt = 0; attempt < 6; attempt++) {
				for (const event of events) {
					void time.sleep(random() * 60_000).then(async () => {
						if ((await execute(event, `${event} ${attempt}`)) === 'error') failed.add(event);
					});
				}
			}
			await time.drain();
			expect(Math.max(...emitted.values())).toBe(1);
			// What was not emitted is there to be seen, as an execution that failed.
			expect(events.filter((event) => !emitted.has(event) && !failed.has(event))).toEqual([]);
			expect(emitted.size).toBeGreaterThan(10);
		}));

	it('records all claims that wait with one call, and makes one call at a time', async () => {
		const { time, row } = setUp(1);
		const recorder = recorderIn(time);
		const verdicts = names(90).map(
			async (event) => await recorder.record(claimOf([event], row.store)),
		);
		await time.drain();
		const kinds = (await Promise.all(verdicts)).map(({ kind }) => kind);
		expect(new Set(kinds)).toEqual(new Set(['first']));
		expect(row.seen).toMatchObject({ calls: 1, atOnce: 1 });
		expect(row.keys()).toHaveLength(90);
	});

	it('keeps two keys for each of 10,000 events', async () => {
		const { time, row } = setUp(1, { slowness: 0 });
		const recorder = recorderIn(time);
		for (let event = 0; event < 10_500; event++) {
			void recorder.record(claimOf([`e${event}`, `d${event}`], row.store));
		}
		await time.drain();
		expect(row.seen.maxKeys).toEqual(new Set([20_000]));
		expect(row.keys()).toHaveLength(20_000);
		expect(row.keys()[0]).toBe('e500');
	});

	it('gives up after some ten seconds without the store, and goes on when it is back', async () => {
		const { time, row } = setUp(1);
		const recorder = recorderIn(time);
		let away = true;
		const store = withKeep(row.store, async (keys, maxKeys) => {
			if (away) throw new Error('away');
			return await row.store.keep(keys, maxKeys);
		});
		const claim = claimOf(['event'], store);
		const failing = recorder.record(claim);
		await time.drain();
		expect(await failing).toEqual({ kind: 'failed', error: new Error('away') });
		expect(time.now()).toBe(10_000);
		expect(recorder.isIdle()).toBe(true);

		away = false;
		const next = recorder.record(claim);
		await time.drain();
		expect((await next).kind).toBe('first');
	});

	it('does not take its own record for another after a call whose answer was lost', async () => {
		const { time, row } = setUp(1);
		let calls = 0;
		const store = withKeep(row.store, async (keys, maxKeys) => {
			const known = await row.store.keep(keys, maxKeys);
			calls += 1;
			if (calls === 1) throw new Error('Connection terminated unexpectedly');
			return known;
		});
		const verdict = recorderIn(time).record(claimOf(['event'], store));
		await time.drain();
		expect(await verdict).toEqual({ kind: 'unclear' });
	});

	it('reports an error that nobody has foreseen, and goes on with the next claim', async () => {
		const { time, row } = setUp(1, { slowness: 0 });
		let isBroken = false;
		const clock = {
			now: () => {
				if (isBroken) throw new Error('unforeseen');
				return time.now();
			},
			sleep: time.sleep,
		};
		const recorder = createRecorder(clock);
		const claim = async (event: string) => {
			const verdict = recorder.record(claimOf([event], row.store));
			await time.drain();
			return await verdict;
		};
		expect(await claim('before')).toEqual({ kind: 'first' });
		isBroken = true;
		expect(await claim('meanwhile')).toEqual({ kind: 'failed', error: new Error('unforeseen') });
		expect(recorder.isIdle()).toBe(true);
		isBroken = false;
		expect(await claim('after')).toEqual({ kind: 'first' });
		// The claim fails where it cannot even be recorded that it did.
		const unreadable = { ...claimOf(['broken'], row.store), keys: null as unknown as string[] };
		const rejected = expect(recorder.record(unreadable)).rejects.toThrow(TypeError);
		await time.drain();
		await rejected;
		expect(recorder.isIdle()).toBe(true);
	});

	it('takes back what it recorded for an execution that was stopped meanwhile, before anybody else asks', async () => {
		const { time, row } = setUp(1);
		const recorder = recorderIn(time);
		const { signal, abort } = stoppable();
		const stopped = recorder.record({ ...claimOf(['event'], row.store), signal });
		const other = recorder.record(claimOf(['other'], row.store));
		void time.sleep(1).then(abort);
		const next = stopped.then(async () => await recorder.record(claimOf(['event'], row.store)));
		await time.drain();
		expect(await stopped).toEqual({ kind: 'withdrawn' });
		expect([await other, await next]).toEqual([{ kind: 'first' }, { kind: 'first' }]);
		expect(row.seen).toMatchObject({ removals: 1, atOnce: 1 });
		expect(row.keys()).toEqual(['other', 'event']);
	});

	it('takes nothing back that somebody else recorded', async () => {
		const { time, row } = setUp(1);
		const recorder = recorderIn(time);
		const first = recorder.record(claimOf(['event'], row.store));
		await time.drain();
		expect(await first).toEqual({ kind: 'first' });
		const { signal, abort } = stoppable();
		abort();
		const second = recorder.record({ ...claimOf(['event'], row.store), signal });
		await time.drain();
		expect(await second).toEqual({ kind: 'known' });
		expect(row.seen.removals).toBe(0);
	});

	it('does not go by a record that it could not take back', async () => {
		const { time, row } = setUp(1);
		const recorder = recorderIn(time);
		const { signal, abort } = stoppable();
		const remove = async () => {
			throw new Error('away');
		};
		const stopped = recorder.record({
			...claimOf(['event'], { ...row.store, remove }),
			signal,
		});
		void time.sleep(1).then(abort);
		await time.drain();
		expect(await stopped).toEqual({ kind: 'withdrawn' });
		const next = recorder.record({ ...claimOf(['event'], row.store), execution: 'next' });
		await time.drain();
		expect(await next).toEqual({ kind: 'unclear' });
	});
});

it('no recorder that has a doubt is dropped for one of another node', async () => {
	const { time, row } = setUp(1);
	const broken = withKeep(row.store, async () => {
		throw new Error('away');
	});
	const doubting = recorderOf('doubting', time);
	void doubting.record(claimOf(['event'], broken));
	await time.drain();
	const settled = recorderOf('settled', time);
	void settled.record(claimOf(['event'], row.store));
	await time.drain();
	recorderOf('another', time);
	expect(recorderOf('doubting', time)).toBe(doubting);
	expect(recorderOf('settled', time)).not.toBe(settled);
});
