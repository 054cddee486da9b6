/** Recordings of a batch on a plan. */
interface Setting {
	/** Jobs at once. */
	places: number;
	/** Requests a minute. */
	limit: number;
	jobs: number;
	/** Seconds that each takes; every one up to a fifth more or less. */
	length: number;
}

const SPREAD = 0.2;

/** The calls that a plan allows for each job while all its places are busy. */
export const callsAllowed = ({ places, limit, jobs, length }: Setting): number =>
	((limit / 60) * length) / Math.min(places, jobs);

/**
 * The least multiple of the plan's time that any way of asking can reach on average where no progress is reported, with
 * whole answers at once. One call is the create. The rest look for an end that is as likely at any moment of the spread:
 * in steps of `s`, half a look more than the spread's half divided by `s`, and half of `s` late.
 */
export function leastSlowness(setting: Setting): number {
	const looks = callsAllowed(setting) - 1;
	const step = (2 * SPREAD) / Math.max(2 * looks - 1, 1);
	return 1 + step / 2;
}

/** Seconds of the default *Poll Interval*: without progress, no pause is shorter. */
const FIRST_PAUSE = 5;

/** Seconds that a request and its answer take together at most. */
const LONGEST_ANSWER = 0.25;

/**
 * The largest multiple of a single recording's time at which its end is seen where no progress is reported, if every request
 * of the key asks for it, none sooner after the one before than *Poll Interval* allows. Pauses do not get shorter, so that
 * requests cannot be saved up for the time at which the end comes.
 */
export const worstAlone = ({ limit, length }: Pick<Setting, 'limit' | 'length'>): number =>
	1 + (Math.max(60 / limit, FIRST_PAUSE) + LONGEST_ANSWER) / ((1 - SPREAD) * length);
