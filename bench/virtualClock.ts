import type { Clock } from '../nodes/AudioSpliter/n8n/clock';

export interface VirtualClock extends Clock {
	/** Lets time pass, from timer to timer, until the work is done. */
	run<T>(work: Promise<T>): Promise<T>;
	/** Lets time pass until nobody sleeps any more. */
	drain(): Promise<void>;
}

const nextTurn = () => new Promise((resolve) => setImmediate(resolve));

/** Time that passes only when everybody sleeps. */
export function createVirtualClock(startAt: number): VirtualClock {
	let time = startAt;
	let sequence = 0;
	const timers: Array<{ at: number; sequence: number; wake: () => void }> = [];
	/** Goes on to the next timer. @returns whether there was one */
	const step = (): boolean => {
		timers.sort((a, b) => a.at - b.at || a.sequence - b.sequence);
		const next = timers.shift();
		if (next === undefined) return false;
		time = next.at;
		next.wake();
		return true;
	};
	return {
		now: () => time,
		sleep: (ms) =>
			new Promise((wake) => {
				timers.push({ at: time + Math.max(0, ms), sequence: (sequence += 1), wake });
			}),
		run: async (work) => {
			let isDone = false;
			const done = work.finally(() => {
				isDone = true;
			});
			// The caller sees a rejection; while time passes it must not count as unhandled.
			done.catch(() => undefined);
			for (;;) {
				await nextTurn();
				if (isDone) return await done;
				if (!step()) throw new Error('Everybody waits for something, nobody for time');
			}
		},
		drain: async () => {
			do await nextTurn();
			while (step());
		},
	};
}
