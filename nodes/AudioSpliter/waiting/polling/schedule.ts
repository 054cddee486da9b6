import { estimateEnd, type Observation } from './progress';

/** How often one job is asked for; milliseconds. */
export interface ScheduleOptions {
	/** The first interval, and the shortest one while nothing is known about the job's end. */
	pollInterval: number;
	/** No interval is longer. */
	maxPollInterval: number;
}

export interface ScheduleInput {
	/** When waiting for the job began: intervals grow with the time since then. */
	startedAt: number;
	/** When the job was submitted, if that is known: its progress is counted from then. */
	submittedAt?: number;
	/** What was seen so far, oldest first. */
	observations: readonly Observation[];
	/** When the wait ends. */
	deadline: number;
	options: ScheduleOptions;
	/** The pause between two polls with which the API key's requests last (ms); 0 or left out: they are not limited. */
	pace?: number;
	/** In [0, 1), as `Math.random`. */
	random: () => number;
}

/** AudioSpliter's polling guide: never poll faster than once per second. */
export const SHORTEST_INTERVAL_MS = 1_000;

// Without progress, an end is to be noticed within a tenth of the job's length, the answer's way included: no interval is
// a larger share of the time waited so far, as soon as that is more than `pollInterval`.
const GROWTH = 0.095;

// The answer's way counts as well, if a job's end is to be noticed within the maximum.
const ANSWER_SHARE = 0.03;

// Many executions that start together must not stay in step. Intervals only get shorter by it, but for the first one.
const JITTER = 0.05;
const FIRST_JITTER = 0.1;

// A look that aims at a job's estimated end comes a little after it: looking too early costs a call.
const AIM_MARGIN = 0.02;

// Having missed an estimated end, the next look comes after this share of the job's age, then at
// growing intervals: a job that is late by much gets few looks.
const RETRY_SHARE = 0.025;
const LONGEST_FIRST_RETRY_MS = 10_000;

// Looks around an estimated end may come faster than the API key's requests last, but not so fast that none are left.
const RETRY_PACE = 0.5;

// Little progress says little about a job's speed: the first few percent are believed for as long as
// they took, a quarter of the work for as long as it takes.
const BELIEF_PER_PERCENT = 0.25;

const clamp = (value: number, low: number, high: number) => Math.max(low, Math.min(value, high));

/** Makes sense of whatever a user enters: at least 1 s, and the maximum no less than the start. */
function usableOptions({ pollInterval, maxPollInterval }: ScheduleOptions): ScheduleOptions {
	const shortest = pollInterval >= SHORTEST_INTERVAL_MS ? pollInterval : SHORTEST_INTERVAL_MS;
	return {
		pollInterval: shortest,
		maxPollInterval: Math.max(shortest, (1 - ANSWER_SHARE) * maxPollInterval || 0),
	};
}

/** The interval (ms) for a wait of this age when nothing is known about the job's end. */
function plainInterval(
	age: number,
	{ random, pace = 0 }: ScheduleInput,
	{ pollInterval, maxPollInterval }: ScheduleOptions,
): number {
	if (age <= 0) return Math.min(pollInterval * (1 + FIRST_JITTER * random()), maxPollInterval);
	const jittered = Math.min(GROWTH * age, maxPollInterval) * (1 - JITTER * random());
	return clamp(jittered, Math.min(Math.max(pollInterval, pace), maxPollInterval), maxPollInterval);
}

/** The interval (ms) after the latest observation that meets the job's estimated end. */
function interval(input: ScheduleInput, latest: Observation, options: ScheduleOptions): number {
	const plain = plainInterval(latest.at - input.startedAt, input, options);
	const end = estimateEnd(input.observations, input.submittedAt);
	if (end === undefined) return plain;
	const retry = clamp(
		RETRY_SHARE * (latest.at - end.startedAt),
		Math.max(SHORTEST_INTERVAL_MS, RETRY_PACE * (input.pace ?? 0)),
		LONGEST_FIRST_RETRY_MS,
	);
	const late = latest.at - end.at;
	const doubt = end.at - end.earliestAt;
	if (late >= 0) {
		return Math.min(Math.max(retry, late < doubt ? plain / 2 : late / 2), plain);
	}
	const margin = AIM_MARGIN * -late + 0.5 * end.msPerPercent;
	const toLatest = Math.max(-late + Math.min(margin, retry) * (0.9 + 0.2 * input.random()), retry);
	// Where the job may end long before that, it is looked at from then on.
	const toEarliest = Math.max(end.earliestAt - latest.at, plain);
	const toEnd = doubt > plain ? Math.min(toLatest, toEarliest) : toLatest;
	const longest = Math.min(
		options.maxPollInterval,
		Math.max(plain, end.basedOnMs * end.basedOnPercent * BELIEF_PER_PERCENT),
	);
	// Equal parts: the look before the last one is then recent enough to correct the estimate.
	return toEnd <= longest ? toEnd : clamp(toEnd / Math.ceil(toEnd / longest), 0, longest);
}

/**
 * When to ask for a job next: after `pollInterval`, then at intervals that grow to
 * `maxPollInterval`; with progress reported, just after the end that it lets expect. Never less than
 * 1 s after the last look, never past the deadline, where a last look is due.
 * @returns ms since 1970, or `undefined` when no look is left before the deadline
 */
export function nextLookAt(input: ScheduleInput): number | undefined {
	const options = usableOptions(input.options);
	const latest = input.observations.at(-1);
	if (latest === undefined) {
		// A job that somebody else submitted some time ago may be finished already.
		const firstAt =
			input.submittedAt === undefined
				? input.startedAt
				: Math.max(input.startedAt, input.submittedAt + plainInterval(0, input, options));
		return Math.min(firstAt, input.deadline);
	}
	const earliest = latest.at + SHORTEST_INTERVAL_MS;
	if (earliest > input.deadline) return undefined;
	const at = Math.max(earliest, latest.at + interval(input, latest, options));
	// A look so close to the deadline would leave no room for the last one.
	return at + SHORTEST_INTERVAL_MS > input.deadline ? input.deadline : at;
}
