import { estimateEnd } from './progress';
import { SHORTEST_INTERVAL_MS, type ScheduleInput } from './schedule';

/** What the run knows when it chooses the next look at one of its jobs. Times are in milliseconds. */
export interface RunSoFar {
	/** How long other jobs of the run took, from their submission until their end was seen. */
	lengths: readonly number[];
	/** Whether jobs are left that can only be submitted once others have ended. */
	isLimited: boolean;
	/** Whether the service reports progress. */
	showsProgress: boolean;
	/** Whether one look, at the list, tells of all jobs that are under way. */
	sharesLooks: boolean;
	/** Jobs of the run that are under way. */
	unfinished: number;
	/** The pause between two polls with which the API key's budget lasts. */
	pollPace: number;
}

// Recordings of one run are often about as long: their ends are looked for from a little before the shortest so far.
const FROM_SHARE = 0.97;
const STEP_SHARE = 0.04;

// An end that a job's own progress lets expect later than that is believed, but for doubt: progress may come in steps.
const DOUBT_SHARE = 0.1;

// A job far beyond the longest so far is another kind of recording.
const BEYOND_SHARE = 1.2;

// With an idle place at stake, the first jobs of a run are looked at more often than one that nobody waits for.
const FIRST_GROWTH = 0.06;

// The request budget is shared out by whole minutes, and not all of it falls where it is needed.
const SPARE_CALLS = 2;

// Where progress is reported, a look on the way lets expect each job's own end.
const ON_THE_WAY = 0.7;

const mean = (values: readonly number[]): number =>
	values.reduce((sum, value) => sum + value, 0) / values.length;

/**
 * The pause between looks at a job that may end any moment, so that the budget lasts for all of them.
 *
 * @param share of the job's age; no pause is shorter
 */
function stepOf(input: ScheduleInput, run: RunSoFar, lookedAt: number, share: number): number {
	const { lengths, showsProgress, unfinished, pollPace } = run;
	const { maxPollInterval } = input.options;
	const shortest = Math.min(...lengths);
	const typical = mean(lengths);
	// The create, and the looks on the way.
	const onTheWay = Math.ceil((shortest * FROM_SHARE) / maxPollInterval) - 1;
	const others = 1 + Math.max(onTheWay, showsProgress ? 1 : 0);
	const calls = pollPace > 0 ? typical / (unfinished * pollPace) : Infinity;
	const looks = Math.max(calls - others - SPARE_CALLS, 1);
	const affordable = (typical - shortest * FROM_SHARE) / looks;
	return Math.max(affordable, share * (lookedAt - input.startedAt), SHORTEST_INTERVAL_MS);
}

/** The next look at a job while no other job of the run has ended. */
function lookAtFirst(input: ScheduleInput, run: RunSoFar, plain: number, lookedAt: number): number {
	if (!run.isLimited) return plain;
	const grown = input.options.pollInterval + FIRST_GROWTH * (lookedAt - input.startedAt);
	const pace = run.pollPace * (run.sharesLooks ? 1 : run.unfinished);
	return Math.min(plain, lookedAt + Math.max(grown, pace));
}

/**
 * When to look at a job of a run, as the other jobs of the run let expect. While a place is waited for, every second in
 * which nobody notices that it is free is lost for the whole run; at the run's end the last job's delay is the run's.
 *
 * @param plain when to look if nothing were known of other jobs; milliseconds since 1970
 * @returns milliseconds since 1970
 */
export function expectedLookAt(input: ScheduleInput, run: RunSoFar, plain: number): number {
	const { startedAt, observations, submittedAt, options, deadline } = input;
	const lookedAt = observations.at(-1)?.at ?? startedAt;
	if (run.lengths.length === 0) return lookAtFirst(input, run, plain, lookedAt);
	const shortest = Math.min(...run.lengths);
	const from = startedAt + shortest * FROM_SHARE;
	if (lookedAt >= startedAt + Math.max(...run.lengths) * BEYOND_SHARE) return plain;
	const end = estimateEnd(observations, submittedAt);
	const isAhead = end !== undefined && end.at > lookedAt;
	if (lookedAt >= from) {
		const step = stepOf(input, run, lookedAt, isAhead ? DOUBT_SHARE : STEP_SHARE);
		return Math.min(plain, lookedAt + step);
	}
	if (isAhead) return plain;
	if (!run.isLimited) return Math.min(plain, Math.max(from, lookedAt + SHORTEST_INTERVAL_MS));
	const onTheWay = startedAt + shortest * ON_THE_WAY;
	const next = observations.length === 0 && run.showsProgress ? onTheWay : from;
	return Math.min(
		Math.max(next, lookedAt + SHORTEST_INTERVAL_MS),
		lookedAt + Math.max(options.maxPollInterval, options.pollInterval),
		deadline,
	);
}
