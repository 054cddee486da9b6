import { createRandom } from '../../../../../bench/random';
import type { VirtualClock } from '../../../../../bench/virtualClock';
import { createVirtualClock } from '../../../../../bench/virtualClock';
import { createMemory } from '../../../../../nodes/AudioSpliter/trigger/dedup/memory';
import type { Claim } from '../../../../../nodes/AudioSpliter/trigger/dedup/recorder';
import { createRecorder } from '../../../../../nodes/AudioSpliter/trigger/dedup/recorder';
import type { Store } from '../../../../../nodes/AudioSpliter/trigger/dedup/store';
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
export const recorderIn = (time: VirtualClock, random = createRandom(1)) =>
	createRecorder(time, random);

/** The claim of an execution in a process of its own. */
export const claimOf = (keys: string[], store: Store): Claim => ({
	...{ keys, store },
	...{ execution: `execution of ${keys[0]}`, isShared: false },
});

/** The claim of an execution in one of several processes. */
export const sharedClaim = (execution: string, store: Store): Claim => ({
	...{ keys: ['event'], store, execution, isShared: true },
});

/** An execution that is stopped when the test says so. */
export const stoppable = () => {
	const controller = new AbortController();
	return { signal: controller.signal, abort: () => controller.abort() };
};

/** The same store with other calls. */
export const withKeep = (store: Store, keep: Store['keep']): Store => ({ ...store, keep });

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
			execution: `${event} ${deliveryId} ${executions} ${time.now()}`,
			isShared: shared,
		};
		try {
			const result = await memory.once(keys, 'execution', async () => {
				const { kind } = await recorder.record(claim);
				if (kind === 'failed' || kind === 'unclear') throw new Error(kind);
				return kind === 'first' ? { kind, result: event } : { kind: 'known' };
			});
			if (result.kind === 'first') emitted.set(event, (emitted.get(event) ?? 0) + 1);
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
