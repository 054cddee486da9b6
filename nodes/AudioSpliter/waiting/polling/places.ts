/** A create that the service did not take (429). */
export interface Refusal {
	/**
	 * Whether requests were left in the minute, so that it was refused for the number of jobs. Answers that do not tell count
	 * as this, too.
	 */
	isForJobs: boolean;
	/** When the service allows the next try, if it says so; milliseconds since 1970. */
	retryAt?: number;
}

/** Milliseconds for which the service may refuse a run that has no unfinished job: five windows of the rate limit. */
export const PATIENCE_MS = 5 * 60_000;

/** Accepted jobs after which one more place is tried: others may have held some when the service refused. */
const TRY_MORE_AFTER = 20;

/** A place that should be free is asked for so often before it counts as lost: the service may notice a job's end late. */
const TRIES_FOR_A_PLACE = 3;

const FIRST_PAUSE_MS = 5_000;
const LONGEST_PAUSE_MS = 60_000;

/**
 * How many jobs the service takes at once from this run, as far as its refusals tell, and when the next may be submitted.
 * It reads no clock: the caller gives every time, in milliseconds since 1970, and the number of the run's unfinished jobs.
 */
export class Places {
	/** Undefined until the service refuses a job for the number of jobs. */
	private known: number | undefined;

	/**
	 * The places that are proven: those of the first refusal, or those that many jobs have had since. Any beyond them may have
	 * belonged to jobs whose end the run had not noticed.
	 */
	private sure = Infinity;

	private takenSinceRefusal = 0;

	/** Of the whole run. */
	private taken = 0;

	private refusedForJobs = 0;

	/** Refusals since the last job that was taken. */
	private refusals = 0;

	private notBefore = 0;

	/** When the service first refused a job while none of this run was unfinished. */
	private aloneSince: number | undefined;

	get areKnown(): boolean {
		return this.known !== undefined;
	}

	/** When the next job may be submitted; Infinity: when a job has ended. */
	nextAt(unfinished: number): number {
		return this.isFull(unfinished) ? Infinity : this.notBefore;
	}

	/** The service took a job. @param unfinished this one included */
	noteTaken(unfinished: number): void {
		this.taken += 1;
		this.takenSinceRefusal += 1;
		this.refusals = 0;
		this.aloneSince = undefined;
		if (this.known === undefined) return;
		if (this.takenSinceRefusal === TRY_MORE_AFTER) this.sure = this.known;
		this.known = Math.max(this.known, unfinished);
	}

	/** @returns when the service has refused jobs for so long that it makes no sense to go on: `givenUp` */
	noteRefused(refusal: Refusal, unfinished: number, now: number): 'later' | 'givenUp' {
		const pause = Math.min(FIRST_PAUSE_MS * 2 ** this.refusals, LONGEST_PAUSE_MS);
		this.refusals = Math.min(this.refusals + 1, 10);
		this.notBefore = Math.max(refusal.retryAt ?? 0, now + pause);
		if (unfinished > 0) {
			this.aloneSince = undefined;
			if (refusal.isForJobs) this.learn(unfinished);
			return 'later';
		}
		this.aloneSince ??= now;
		return this.notBefore > this.aloneSince + PATIENCE_MS ? 'givenUp' : 'later';
	}

	/** Whether the next job has to wait for one of the unfinished to end. */
	private isFull(unfinished: number): boolean {
		if (this.known === undefined || unfinished === 0) return false;
		return unfinished >= this.known + (this.mayTryMore() ? 1 : 0);
	}

	/** Whether one more job than known may be tried: refusals are to stay few, whatever the reason for those before. */
	private mayTryMore(): boolean {
		return (
			this.takenSinceRefusal >= TRY_MORE_AFTER && this.refusedForJobs <= this.taken / TRY_MORE_AFTER
		);
	}

	private learn(unfinished: number): void {
		this.takenSinceRefusal = 0;
		this.refusedForJobs += 1;
		const isFirst = this.known === undefined;
		if (!isFirst && unfinished < this.sure && this.refusals < TRIES_FOR_A_PLACE) return;
		this.known = unfinished;
		this.sure = Math.min(this.sure, unfinished);
	}
}
