import type { Clock } from '../../nodes/AudioSpliter/api/clock';

export interface VirtualClock extends Clock {
	/** Lets time pass, from timer to timer, until the work is done. */
	run<T>(work: Promise<T>): Promise<T>;
}

const nextTurn = () => new Promise((resolve) => setImmediate(resolve));

/** Time that passes only when everybody sleeps. */
export function createVirtualClock(startAt: number): VirtualClock {
	let time = startAt;
	let sequence = 0;
	let timers: Array<{ at: number; sequence: number; wake: () => void }> = [];
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
				timers.sort((a, b) => a.at - b.at || a.sequence - b.sequence);
				const next = timers[0];
				if (next === undefined) throw new Error('Everybody waits for something, nobody for time');
				timers = timers.slice(1);
				time = next.at;
				next.wake();
			}
		},
	};
}

/** Mulberry32: a small generator of repeatable random numbers in [0, 1). */
export function createRandom(seed: number): () => number {
	let state = seed >>> 0;
	return () => {
		state = (state + 0x6d2b79f5) >>> 0;
		let t = state;
		t = Math.imul(t ^ (t >>> 15), t | 1);
		t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
		return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
	};
}
