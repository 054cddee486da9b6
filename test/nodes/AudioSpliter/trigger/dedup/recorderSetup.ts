import { createRandom } from '../../../../../bench/random';
import type { VirtualClock } from '../../../../../bench/virtualClock';
import { createVirtualClock } from '../../../../../bench/virtualClock';
import { createMemory } from '../../../../../nodes/AudioSpliter/trigger/dedup/memory';
import { createRecorder } from '../../../../../nodes/AudioSpliter/trigger/dedup/recorder';
import type { SharedRowOptions } from './sharedRow';
import { sharedRow } from './sharedRow';

type Row = ReturnType<typeof sharedRow>;

export const SEEDS = Array.from({ length: 60 }, (_unused, seed) => seed);

/** Runs a check for every seed, and names the seed that it fails for. */
export const forEachSeed = async (check: (seed: number) => Promise<void>): Promise<void> => {
	for (const seed of SEEDS) {
		try {
			await check(seed);
		} catch (error) {
			throw new Error(`Seed ${seed}: ${(error as Error).message}`, { cause: error });
		}
	}
};

/** A row of n8n, in a time of its own, that answers as the seed decides. */
export const setUp = (seed: number, options: Partial<SharedRowOptions> = {}) => {
	const time = createVirtualClock(0);
	const random = createRandom(seed);
	return { time, random, row: sharedRow({ time, random, slowness: 40, ...options }) };
};

/** A recorder in that time. */
export const recorderIn = (
	time: VirtualClock,
	onRepairFailure: (error: unknown) => void = () => undefined,
) => createRecorder({ sleep: time.sleep, now: time.now, onRepairFailure });

/** A process of n8n that runs executions: what its memory and its recorder let through goes to `emitted`. */
export const processOf = (
	time: VirtualClock,
	row: Row,
	shared: boolean,
	emitted: Map<string, number>,
) => {
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

/** What is expected where each event is emitted once. */
export const once = (events: string[]) => new Map(events.map((event) => [event, 1]));
export const sorted = (counts: Map<string, number>) => new Map([...counts].sort());
export const names = (count: number) =>
	Array.from({ length: count }, (_unused, index) => `job_${String(index).padStart(2, '0')}`);
