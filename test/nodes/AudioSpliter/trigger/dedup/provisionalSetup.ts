import type { Claim } from '../../../../../nodes/AudioSpliter/trigger/dedup/recorder';
import type { Store } from '../../../../../nodes/AudioSpliter/trigger/dedup/store';
import { claimOf, recorderIn, setUp } from './recorderSetup';

export const provisional = (event: string, store: Store): Claim => ({
	...claimOf([event], store),
	isProvisional: true,
});

export const pendingOf = (keys: string[]) => keys.filter((key) => key.startsWith('pending:'));

/** A row in a time of its own, and what a process does with it. */
export const world = (seed = 1) => {
	const { time, random, row } = setUp(seed);
	const run = async <T>(work: Promise<T>): Promise<T> => {
		await time.drain();
		return await work;
	};
	return { time, random, row, run, store: row.store, restart: () => recorderIn(time) };
};

export const broken = async () => {
	throw new Error('away');
};
