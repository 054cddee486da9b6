import { pendingKey } from '../../../../../nodes/AudioSpliter/trigger/dedup/keys';
import type { Claim } from '../../../../../nodes/AudioSpliter/trigger/dedup/recorder';
import type { Store } from '../../../../../nodes/AudioSpliter/trigger/dedup/store';
import { broken, pendingOf, provisional, world } from './provisionalSetup';
import { claimOf, names, stoppable, withKeep } from './recorderSetup';

describe('an event that was recorded', () => {
	it('and settled is known after a restart, and leaves no pending key by being asked about', async () => {
		const { run, row, store, restart } = world();
		const recorder = restart();
		expect(await run(recorder.record(provisional('a', store)))).toEqual({ kind: 'first' });
		expect(row.keys()).toEqual(['a', pendingKey(['a'])]);
		await run(Promise.resolve(recorder.settle(provisional('a', store))));
		expect(row.keys()).toEqual(['a']);
		for (const again of [recorder, restart()]) {
			expect(await run(again.record(provisional('a', store)))).toEqual({ kind: 'known' });
			expect(row.keys()).toEqual(['a']);
			expect(again.isIdle()).toBe(true);
		}
	});

	it('and not settled when n8n was killed is emitted by the next who meets it, once', async () => {
		const { run, row, store, restart } = world();
		await run(restart().record(provisional('a', store)));
		const after = restart();
		expect(await run(after.record(provisional('a', store)))).toEqual({ kind: 'first' });
		await run(Promise.resolve(after.settle(provisional('a', store))));
		expect(await run(restart().record(provisional('a', store)))).toEqual({ kind: 'known' });
		expect(row.keys()).toEqual(['a']);
	});

	it('and settled with others of its execution is so in one call, which n8n may end soon after', async () => {
		const { run, row, store, restart } = world();
		const calls: string[][] = [];
		const counted: Store = {
			...store,
			async remove(keys) {
				calls.push(keys);
				await store.remove(keys);
			},
		};
		const recorder = restart();
		const claims = names(10).map((name) => provisional(name, counted));
		await run(Promise.all(claims.map(async (claim) => await recorder.record(claim))));
		for (const claim of claims) recorder.settle(claim);
		await run(Promise.resolve());
		expect(calls).toEqual([claims.map(({ keys }) => pendingKey(keys))]);
		expect(pendingOf(row.keys())).toEqual([]);
	});

	it('by a trigger that did not look yet is known once it does', async () => {
		const { run, store, restart } = world();
		await run(restart().record(claimOf(['a'], store)));
		expect(await run(restart().record(provisional('a', store)))).toEqual({ kind: 'known' });
	});

	it('and withdrawn, since its execution was stopped, leaves nothing at all', async () => {
		const { time, run, row, store, restart } = world();
		const { signal, abort } = stoppable();
		void time.sleep(1).then(abort);
		const verdict = await run(restart().record({ ...provisional('a', store), signal }));
		expect(verdict).toEqual({ kind: 'withdrawn' });
		expect(row.keys()).toEqual([]);
	});

	it('by a call whose answer was lost is emitted, since nobody has settled it', async () => {
		const { run, row, store, restart } = world();
		let calls = 0;
		const lossy = withKeep(store, async (keys, maxKeys) => {
			const known = await store.keep(keys, maxKeys);
			calls += 1;
			if (calls === 1) throw new Error('Connection terminated unexpectedly');
			return known;
		});
		expect(await run(restart().record(provisional('a', lossy)))).toEqual({ kind: 'first' });
		expect(row.keys()).toHaveLength(2);
	});
});

describe('settling', () => {
	it('goes on until the store is back, and is not idle before', async () => {
		const { time, run, row, store, restart } = world();
		let isAway = true;
		const away: Store = {
			...store,
			remove: async (keys) => await (isAway ? broken() : store.remove(keys)),
		};
		const recorder = restart();
		await run(recorder.record(provisional('a', store)));
		const begin = time.now();
		recorder.settle(provisional('a', away));
		expect(recorder.isIdle()).toBe(false);
		void time.sleep(60_000).then(() => {
			expect(recorder.isIdle()).toBe(false);
			isAway = false;
		});
		await time.drain();
		expect(row.keys()).toEqual(['a']);
		expect(recorder.isIdle()).toBe(true);
		expect(time.now() - begin).toBeLessThan(90_000);
	});

	it('takes many events out with few calls', async () => {
		const { run, row, store, restart } = world();
		const recorder = restart();
		await run(
			Promise.all(names(50).map(async (event) => await recorder.record(provisional(event, store)))),
		);
		for (const event of names(50)) recorder.settle(provisional(event, store));
		await run(Promise.resolve());
		expect(row.keys()).toEqual(names(50));
		expect(row.seen.removals).toBeLessThanOrEqual(2);
	});

	it('takes out no more than 500 at once, which keeps n8n busy for each', async () => {
		const { run, store, restart } = world();
		const sizes: number[] = [];
		const counted: Store = {
			...store,
			remove: async (keys) => {
				sizes.push(keys.length);
				await store.remove(keys);
			},
		};
		const recorder = restart();
		for (const event of names(1_200)) recorder.settle(provisional(event, counted));
		await run(Promise.resolve());
		expect(Math.max(...sizes)).toBe(500);
		expect(sizes.reduce((sum, size) => sum + size)).toBe(1_200);
	});
});

describe('a look-up', () => {
	/** A row with a settled event, one that was lost, and nothing of a third. */
	const withThree = async (isShared: boolean) => {
		const made = world();
		const { run, store, restart } = made;
		const claims = ['settled', 'lost', 'new'].map((event) => ({
			...provisional(event, store),
			isShared,
		}));
		const [settled, lost] = claims as [Claim, Claim, Claim];
		const before = restart();
		await run(before.record(settled));
		await run(Promise.resolve(before.settle(settled)));
		await run(restart().record(lost));
		return { ...made, claims, found: { kind: 'found', settled: [settled], unsettled: [lost] } };
	};

	it.each([
		['one process', false],
		['several', true],
	])(
		'tells what was emitted from what was lost, and changes nothing: %s',
		async (_what, isShared) => {
			const { run, row, claims, restart, found } = await withThree(isShared);
			const before = new Set(row.keys());
			for (let time = 0; time < 2; time++) {
				const recorder = restart();
				expect(await run(recorder.findSettled(claims))).toEqual(found);
				expect(new Set(row.keys())).toEqual(before);
				expect(recorder.isIdle()).toBe(true);
			}
		},
	);

	it('of nothing makes no call', async () => {
		const { run, row, restart } = world();
		const nothing = { kind: 'found', settled: [], unsettled: [] };
		expect(await run(restart().findSettled([]))).toEqual(nothing);
		expect(row.seen.calls).toBe(0);
	});

	it('fails where the store does, and changes nothing', async () => {
		const { run, row, store, claims, restart } = await withThree(false);
		const before = new Set(row.keys());
		const away = withKeep(store, broken);
		const found = await run(
			restart().findSettled(claims.map((claim) => ({ ...claim, store: away }))),
		);
		expect(found).toEqual({ kind: 'failed', error: new Error('away') });
		expect(new Set(row.keys())).toEqual(before);
	});

	it('that the store breaks off half-way still tells the same, and makes good later what it changed', async () => {
		const { time, run, row, store, claims, restart, found } = await withThree(false);
		let isAway = true;
		const away: Store = {
			...store,
			remove: async (keys) => await (isAway ? broken() : store.remove(keys)),
		};
		void time.sleep(30_000).then(() => (isAway = false));
		const looked = restart().findSettled(claims.map((claim) => ({ ...claim, store: away })));
		expect(await run(looked)).toMatchObject({
			settled: [{ keys: ['settled'] }],
			unsettled: [{ keys: ['lost'] }],
		});
		const after = await run(restart().findSettled(claims));
		expect(after).toMatchObject({ kind: 'found', settled: found.settled });
		expect(pendingOf(row.keys())).toEqual(['lost', 'new'].map((event) => pendingKey([event])));
	});
});
