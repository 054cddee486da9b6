import { setTimeout as sleep } from 'node:timers/promises';

export interface Patience {
	/** Milliseconds after which it is given up. By default less than jest gives a test, so that the test says what for. */
	within?: number;
	/** Milliseconds between two looks. */
	every?: number;
}

/**
 * Waits until something holds.
 *
 * @throws an Error with the condition's source where it does not come to hold
 */
export async function until(
	holds: () => boolean | Promise<boolean>,
	{ within = 230_000, every = 20 }: Patience = {},
): Promise<void> {
	const deadline = Date.now() + within;
	while (!(await holds())) {
		if (Date.now() > deadline) throw new Error(`Not so within ${within / 1000} s: ${holds}`);
		await sleep(every);
	}
}
