import { createRandom } from '../random';
import type { WindowKind } from '../simulated/service';
import { createCount } from '../simulated/service';
import { createVirtualClock } from '../virtualClock';
import type { SimulationResult } from './simulate';

const EPOCH = Date.UTC(2026, 0, 1);
const MINUTE = 60_000;

export interface Loop {
	/** One entry per job: how long it takes, in ms. */
	lengths: number[];
	/** Milliseconds between an answer and the next request. */
	pause: number;
	/** Whether it asks at once, as the guide's loop does, or pauses first. */
	asksAtOnce: boolean;
	seed: number;
	latencyMs: number;
	/** Requests a minute for the API key; left out: unlimited. */
	limit?: number;
	windowKind?: WindowKind;
}

/**
 * Waits for jobs by asking for each at a fixed interval, in simulated time, as the documentation's example does: it looks
 * at nothing but the job's status, so that an answer 429 is one more pause.
 */
export async function simulateLoop(
	loop: Loop,
): Promise<Pick<SimulationResult, 'refused' | 'delays'> & { calls: number }> {
	const { lengths, pause, asksAtOnce, seed, latencyMs } = loop;
	const clock = createVirtualClock(EPOCH + Math.floor(createRandom(seed)() * MINUTE));
	const count = createCount(clock, loop);
	let calls = 0;
	let refused = 0;

	/** When the service answered the request, or undefined where it was refused. */
	const request = async (): Promise<number | undefined> => {
		await clock.sleep(latencyMs / 2);
		calls += 1;
		const at = clock.now();
		const { isAllowed } = count();
		if (!isAllowed) refused += 1;
		await clock.sleep(latencyMs / 2);
		return isAllowed ? at : undefined;
	};

	const submit = async (): Promise<number> => {
		for (;;) {
			const at = await request();
			if (at !== undefined) return at;
			await clock.sleep(pause);
		}
	};

	/** @returns the delay with which the job's end is seen, in ms */
	const wait = async (submittedAt: number, length: number): Promise<number> => {
		if (!asksAtOnce) await clock.sleep(pause);
		for (;;) {
			const at = await request();
			if (at !== undefined && at - submittedAt >= length) return clock.now() - submittedAt - length;
			await clock.sleep(pause);
		}
	};

	const all = async (): Promise<number[]> => {
		const waits: Array<Promise<number>> = [];
		for (const length of lengths) waits.push(wait(await submit(), length));
		return await Promise.all(waits);
	};
	const delays = await clock.run(all());
	return { calls, refused, delays };
}
