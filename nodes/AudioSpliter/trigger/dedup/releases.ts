import type { Clock } from '../../n8n/clock';
import type { Claim } from './claim';

/**
 * Milliseconds that items get to reach the next node before their record counts: if n8n is killed on the way, the event
 * is emitted once more, rather than not at all.
 */
const HEAD_START = 20;

/**
 * Executions that may have emitted without their record counting yet. Fewer would slow n8n's intake: events that come
 * together would wait for each other.
 */
const AT_ONCE = 4;

/** Milliseconds for which others wait at most until it counts: a database that does not answer must not hold up all. */
const WAIT_AT_MOST = 10_000;

/** An execution that waits for its turn. */
interface Waiting {
	claims: Claim[];
	answer(mayLeave: boolean): void;
}

/**
 * Lets provisional events leave their node a few executions at a time, the next ones once the records of these count:
 * however many come at once, a kill of n8n repeats those of one group at most.
 *
 * @param settle makes the record of a claim count; resolves once it does
 */
export function createReleases({ sleep }: Clock, settle: (claim: Claim) => Promise<void>) {
	const waiting: Waiting[] = [];
	let isRunning = false;
	/** Executions that have left, and whose records do not count yet. */
	let unsettled = 0;
	/** Whether a group has taken that long, and none has been settled since. */
	let isStuck = false;

	/** The next executions, without those that have to end. */
	function takeGroup(): Waiting[] {
		const group: Waiting[] = [];
		while (group.length < AT_ONCE) {
			const next = waiting.shift();
			if (next === undefined) break;
			if (next.claims.some(({ signal }) => signal?.aborted)) next.answer(false);
			else group.push(next);
		}
		return group;
	}

	/** @returns once the records of all of them count */
	async function letLeave(group: Waiting[]): Promise<void> {
		unsettled += group.length;
		for (const { answer } of group) answer(true);
		await sleep(HEAD_START);
		const claims = group.flatMap((one) => one.claims);
		// Whatever becomes of one: those that wait must have their turn.
		await Promise.allSettled(claims.map(async (claim) => await settle(claim)));
		unsettled -= group.length;
		isStuck = false;
	}

	async function run(): Promise<void> {
		isRunning = true;
		// Events that one call has recorded leave together.
		await Promise.resolve();
		for (let group = takeGroup(); group.length > 0; group = takeGroup()) {
			const settled = letLeave(group);
			if (isStuck) continue;
			const isOver = settled.then(() => true);
			isStuck = !(await Promise.race([isOver, sleep(WAIT_AT_MOST).then(() => false)]));
		}
		isRunning = false;
	}

	return {
		isEmpty: () => !isRunning && unsettled === 0,

		/**
		 * Waits for the turn of an execution.
		 *
		 * @param claims what it is about to emit
		 * @returns whether it may; not where it has to end, and then its events are left to the next who meets them
		 */
		async release(claims: Claim[]): Promise<boolean> {
			return await new Promise((answer) => {
				waiting.push({ claims, answer });
				if (!isRunning) void run();
			});
		},
	};
}

export type Releases = ReturnType<typeof createReleases>;
