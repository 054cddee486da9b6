import type { Clock } from '../../n8n/clock';
import type { Claim } from './claim';

/**
 * Milliseconds that items get to reach the next node before their record counts: if n8n is killed on the way, the event
 * is emitted once more, rather than not at all.
 */
const HEAD_START = 20;

/**
 * Executions that may have emitted without their record counting yet. One at a time is slower than n8n takes in events.
 */
const AT_ONCE = 2;

/** Milliseconds for which others wait at most until it counts: a database that does not answer must not hold up all. */
const WAIT_AT_MOST = 10_000;

/**
 * Lets provisional events leave their node a few executions at a time, each once the record of an earlier one counts:
 * however many come at once, a kill of n8n repeats those of two executions at most.
 *
 * @param settle makes the record of a claim count; resolves once it does
 */
export function createReleases({ sleep }: Clock, settle: (claim: Claim) => Promise<void>) {
	const lanes = Array.from({ length: AT_ONCE }, async () => await Promise.resolve());
	let turns = 0;
	let underWay = 0;
	/** Whether somebody has waited for that long, and nothing has been settled since. */
	let isStuck = false;

	async function settleAll(claims: Claim[]): Promise<boolean> {
		await sleep(HEAD_START);
		await Promise.all(claims.map(async (claim) => await settle(claim)));
		isStuck = false;
		return true;
	}

	async function letLeave(claims: Claim[]): Promise<void> {
		const settled = settleAll(claims);
		if (!isStuck) isStuck = !(await Promise.race([settled, sleep(WAIT_AT_MOST).then(() => false)]));
	}

	return {
		isEmpty: () => underWay === 0,

		/**
		 * Waits for the turn of an execution.
		 *
		 * @param claims what it is about to emit
		 * @returns whether it may; not where it has to end, and then its events are left to the next who meets them
		 */
		async release(claims: Claim[]): Promise<boolean> {
			underWay += 1;
			const lane = turns % AT_ONCE;
			turns += 1;
			const before = lanes[lane] as Promise<void>;
			const turn = before.then(() => !claims.some(({ signal }) => signal?.aborted));
			lanes[lane] = turn
				.then(async (mayLeave) => (mayLeave ? await letLeave(claims) : undefined))
				.finally(() => {
					underWay -= 1;
				});
			return await turn;
		},
	};
}

export type Releases = ReturnType<typeof createReleases>;
