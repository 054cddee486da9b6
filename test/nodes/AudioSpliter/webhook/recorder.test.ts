import { createMemory } from '../../../../nodes/AudioSpliter/webhook/memory';
import type { Verdict } from '../../../../nodes/AudioSpliter/webhook/recorder';
import { createRecorder } from '../../../../nodes/AudioSpliter/webhook/recorder';
import type { SharedRowOptions } from './support';
import { randomNumbers, sharedRow, virtualTime } from './support';

type Row = ReturnType<typeof sharedRow>;
type Time = ReturnType<typeof virtualTime>;

const SEEDS = Array.from({ length: 60 }, (_unused, seed) => seed);

/** Runs a check for every seed, and names the seed that it fails for. */
const forEachSeed = async (check: (seed: number) => Promise<void>): Promise<void> => {
	for (const seed of SEEDS) {
		try {
			await check(seed);
		} catch (error) {
			throw new Error(`Seed ${seed}: ${(error as Error).message}`);
		}
	}
};

const setUp = (seed: number, options: Partial<SharedRowOptions> = {}) => {
	const time = virtualTime();
	const random = randomNumbers(seed);
	return { time, random, row: sharedRow({ time, random, slowness: 40, ...options }) };
};

const recorderIn = (time: Time, onRepairFailure: (error: unknown) => void = () => undefined) =>
	createRecorder({ sleep: time.sleep, now: time.now, onRepairFailure });

/** A process of n8n that runs executions: what its memory and its recorder let through goes to `emitted`. */
const processOf = (time: Time, row: Row, shared: boolean, emitted: Map<string, number>) => {
	const memory = createMemory(20_000);
	const recorder = recorderIn(time);
	let executions = 0;
	/** @returns how the execution ended */
	return async (event: string, deliveryId: string): Promise<'success' | 'error'> => {
		const keys = [`event:${event}`, `delivery:${deliveryId}`];
		executions += 1;
		const claim = {
			keys,
			store: row.store,
			...(shared && { owner: `${event} ${deliveryId} ${executions} ${time.now()}` }),
		};
		try {
			const result = await memory.once(keys, 'execution', async () => {
				const { outcome } = await recorder.record(claim);
				if (outcome === 'failed' || outcome === 'unclear') throw new Error(outcome);
				return { first: outcome === 'first', result: event };
			});
			if (result !== undefined) emitted.set(event, (emitted.get(event) ?? 0) + 1);
			return 'success';
		} catch {
			return 'error';
		}
	};
};

const once = (events: string[]) => new Map(events.map((event) => [event, 1]));
const sorted = (counts: Map<string, number>) => new Map([...counts].sort());
const names = (count: number) =>
	Array.from({ length: count }, (_unused, index) => `job_${String(index).padStart(2, '0')}`);

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
			await time.run();
			expect(sorted(emitted)).toEqual(once(events));
			expect(row.seen.atOnce).toBe(1);
			expect(row.seen.lost).toBe(0);

			// After a restart only the row is left.
			const again = new Map<string, number>();
			const restarted = processOf(time, row, false, again);
			for (const event of events) void restarted(event, 'another id');
			await time.run();
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
			await time.run();
			expect(Math.max(...emitted.values())).toBe(1);
			// What was not emitted is there to be seen, as an execution that failed.
			expect(events.filter((event) => !emitted.has(event) && !failed.has(event))).toEqual([]);
			expect(emitted.size).toBeGreaterThan(10);
		}));

	it('records all claims that wait with one call, and makes one call at a time', async () => {
		const { time, row } = setUp(1);
		const recorder = recorderIn(time);
		const verdicts = names(90).map(
			async (event) => await recorder.record({ keys: [event], store: row.store }),
		);
		await time.run();
		const outcomes = (await Promise.all(verdicts)).map(({ outcome }) => outcome);
		expect(new Set(outcomes)).toEqual(new Set(['first']));
		expect(row.seen).toMatchObject({ calls: 1, atOnce: 1 });
		expect(row.keys()).toHaveLength(90);
	});

	it.each([
		[20, [0, 120]],
		[200, [0, 500]],
	])('lets a store of %i ms rest between events that come fast', async (duration, begins) => {
		const { time } = setUp(1);
		const recorder = recorderIn(time);
		const begun: Array<[at: number, keys: number]> = [];
		const store = async (keys: string[]) => {
			begun.push([time.now(), keys.length]);
			await time.sleep(duration);
			return new Set<string>();
		};
		const alone = 5_000;
		for (const [event, at] of [0, duration + 10, duration + 30, alone].entries()) {
			void time
				.sleep(at)
				.then(async () => await recorder.record({ keys: [`event ${event}`], store }));
		}
		await time.run();
		const [first = 0, second = 0] = begins;
		expect(begun).toEqual([
			[first, 1],
			[second, 2],
			[alone, 1],
		]);
	});

	it('keeps two keys for each of 10,000 events', async () => {
		const { time, row } = setUp(1, { slowness: 0 });
		const recorder = recorderIn(time);
		for (let event = 0; event < 10_500; event++) {
			void recorder.record({ keys: [`e${event}`, `d${event}`], store: row.store });
		}
		await time.run();
		expect(row.seen.maxKeys).toEqual(new Set([20_000]));
		expect(row.keys()).toHaveLength(20_000);
		expect(row.keys()[0]).toBe('e500');
	});

	it('gives up after some ten seconds without the store, and goes on when it is back', async () => {
		const { time, row } = setUp(1);
		const recorder = recorderIn(time);
		let away = true;
		const claim = {
			keys: ['event'],
			store: async (keys: string[], maxKeys: number) => {
				if (away) throw new Error('away');
				return await row.store(keys, maxKeys);
			},
		};
		const failing = recorder.record(claim);
		await time.run();
		expect(await failing).toEqual({ outcome: 'failed', error: new Error('away') });
		expect(time.now()).toBe(10_000);
		expect(recorder.isIdle()).toBe(true);

		away = false;
		const next = recorder.record(claim);
		await time.run();
		expect((await next).outcome).toBe('first');
	});

	it('does not take its own record for another after a call whose answer was lost', async () => {
		const { time, row } = setUp(1);
		let calls = 0;
		const store = async (keys: string[], maxKeys: number) => {
			const known = await row.store(keys, maxKeys);
			calls += 1;
			if (calls === 1) throw new Error('Connection terminated unexpectedly');
			return known;
		};
		const verdict = recorderIn(time).record({ keys: ['event'], store });
		await time.run();
		expect(await verdict).toEqual({ outcome: 'unclear' });
	});
});

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
		await time.run();
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
			await time.run();
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
		const verdict = recorder.record({
			keys: ['event'],
			owner: 'execution 1',
			store: row.store,
		});
		void time.sleep(2_000).then(() => row.overwrite(['other']));
		await time.run();
		expect((await verdict).outcome).toBe('first');
		expect(row.keys().sort()).toEqual(['event', 'execution 1', 'other']);
		expect(recorder.isIdle()).toBe(true);
	});

	it('report a repair that failed, and stop', async () => {
		const { time, row } = setUp(1);
		const failures: unknown[] = [];
		const recorder = recorderIn(time, (error) => failures.push(error));
		let away = false;
		const store = async (keys: string[], maxKeys: number) => {
			if (away) throw new Error('away');
			return await row.store(keys, maxKeys);
		};
		const verdict = recorder
			.record({ keys: ['event'], owner: 'execution 1', store })
			.then((decided) => {
				away = true;
				return decided;
			});
		await time.run();
		expect((await verdict).outcome).toBe('first');
		expect(failures).toEqual([new Error('away'), new Error('away')]);
		expect(recorder.isIdle()).toBe(true);
	});

	it('do not take the record of another for their own after a call whose answer was lost', async () => {
		const { time, row } = setUp(1);
		const run = async (owner: string, store = row.store): Promise<Verdict> => {
			const verdict = recorderIn(time).record({ keys: ['event'], owner, store });
			await time.run();
			return await verdict;
		};
		let calls = 0;
		const broken = async (keys: string[], maxKeys: number) => {
			const known = await row.store(keys, maxKeys);
			calls += 1;
			if (calls === 1) throw new Error('Connection terminated unexpectedly');
			return known;
		};
		expect(await run('execution 1')).toEqual({ outcome: 'first' });
		expect(await run('execution 2', broken)).toEqual({ outcome: 'unclear' });
	});

	it('let an execution that is run again emit what it recorded itself, and nobody else', async () => {
		const { time, row } = setUp(1);
		const run = async (owner: string): Promise<Verdict> => {
			const verdict = recorderIn(time).record({ keys: ['event'], owner, store: row.store });
			await time.run();
			return await verdict;
		};
		expect((await run('execution 1')).outcome).toBe('first');
		expect((await run('execution 1')).outcome).toBe('own');
		expect((await run('execution 2')).outcome).toBe('known');
	});

	it('keep three keys for each of 10,000 events', async () => {
		const { time, row } = setUp(1);
		const verdict = recorderIn(time).record({ keys: ['e', 'd'], owner: 'o', store: row.store });
		await time.run();
		await verdict;
		expect(row.seen.maxKeys).toEqual(new Set([30_000]));
	});
});
