import type { Store } from '../../../../../nodes/AudioSpliter/trigger/dedup/store';
import { claimOf, recorderIn, setUp, withKeep } from './recorderSetup';

describe('rests of the store', () => {
	it.each([
		[10, [0, 60]],
		[200, [0, 300]],
	])('let events that come fast share a call of %i ms', async (duration, begins) => {
		const { time, row } = setUp(1);
		const recorder = recorderIn(time);
		const begun: Array<[at: number, keys: number]> = [];
		const store = withKeep(row.store, async (keys) => {
			begun.push([time.now(), keys.length]);
			await time.sleep(duration);
			return new Set<string>();
		});
		const alone = 5_000;
		for (const [event, at] of [0, duration + 10, duration + 30, alone].entries()) {
			void time
				.sleep(at)
				.then(async () => await recorder.record(claimOf([`event ${event}`], store)));
		}
		await time.drain();
		const [first = 0, second = 0] = begins;
		expect(begun).toEqual([
			[first, 1],
			[second, 2],
			[alone, 1],
		]);
	});

	it('hold up no event that comes alone, even after a call that was slower than others', async () => {
		const { time, row } = setUp(1);
		const recorder = recorderIn(time);
		const durations = [5, 5, 5, 45, 5, 5];
		const begun: number[] = [];
		const store = withKeep(row.store, async () => {
			begun.push(time.now());
			await time.sleep(durations[begun.length - 1] ?? 0);
			return new Set<string>();
		});
		const arrivals = durations.map((_duration, event) => 75 * event);
		for (const [event, at] of arrivals.entries()) {
			void time
				.sleep(at)
				.then(async () => await recorder.record(claimOf([`event ${event}`], store)));
		}
		await time.drain();
		expect(begun).toEqual(arrivals);
	});

	it('do not keep an event from being settled at once, which holds up no other', async () => {
		const { time, row } = setUp(1);
		const recorder = recorderIn(time);
		const calls: Array<[what: string, at: number]> = [];
		const store: Store = {
			...row.store,
			async keep() {
				calls.push(['keep', time.now()]);
				await time.sleep(10);
				return new Set<string>();
			},
			async remove() {
				calls.push(['remove', time.now()]);
				await time.sleep(10);
			},
		};
		for (const [event, at] of [0, 65, 80].entries()) {
			void time.sleep(at).then(async () => {
				const claim = { ...claimOf([`event ${event}`], store), isProvisional: true };
				await recorder.record(claim);
				await time.sleep(10);
				await recorder.settle(claim);
			});
		}
		await time.drain();
		expect(calls).toEqual([
			['keep', 0],
			['remove', 20],
			['keep', 65],
			['remove', 85],
			['keep', 125],
			['remove', 145],
		]);
	});
});
