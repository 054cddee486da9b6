import type { Clock } from '../../n8n/clock';
import { Places, type Refusal } from './places';

/** What comes of one item of a run. */
export type SubmitOutcome<J> =
	| { kind: 'taken'; job: J; /** Milliseconds since 1970. */ submittedAt: number }
	| { kind: 'failed'; error: unknown }
	/** The run ended before its turn; `error` is what ended the submissions, if it ends every item. */
	| { kind: 'notSubmitted'; error?: unknown };

export interface SubmitRequest<J> {
	/** How many items there are to submit, in order. */
	count: number;
	/** Sends the create of one item, once. */
	submit: (index: number) => Promise<J>;
	/** What a 429 says; undefined for any other error. */
	refusalOf: (error: unknown) => Refusal | undefined;
	/**
	 * What an error of one item means for the others: they go on (`next`); no more is submitted (`noMore`); the run ends at
	 * once (`end`).
	 */
	afterError: (error: unknown) => 'next' | 'noMore' | 'end';
	/** The error of a run that the service has refused for too long. @param last the last refusal */
	givenUp: (last: unknown) => unknown;
}

/**
 * The jobs of a run that are still to be submitted: one after the other, in item order, as the service takes them. Errors
 * are kept as outcomes, so that nothing here rejects.
 */
export class Submissions<J> {
	/** By index. An item that had no turn yet has none. */
	readonly outcomes: Array<SubmitOutcome<J> | undefined>;

	private next = 0;

	private isUnderWay = false;

	private isStopped = false;

	private hasEndedRun = false;

	private readonly places = new Places();

	constructor(
		private readonly request: SubmitRequest<J>,
		private readonly clock: Clock,
	) {
		this.outcomes = Array.from({ length: request.count });
	}

	get isOver(): boolean {
		return !this.isUnderWay && (this.isStopped || this.next >= this.request.count);
	}

	/** Whether an error has ended the whole run. */
	get endsRun(): boolean {
		return this.hasEndedRun;
	}

	/** When the next job may be submitted (ms since 1970); Infinity where none is left, or a job has to end first. */
	nextAt(unfinished: number): number {
		return this.isUnderWay || this.isOver ? Infinity : this.places.nextAt(unfinished);
	}

	/** Whether jobs are left, and the service has shown that it takes only so many at once. */
	get isLimited(): boolean {
		return !this.isOver && this.places.areKnown;
	}

	/** Whether jobs are left that can only be submitted when one has ended. */
	waitsForJobs(unfinished: number): boolean {
		return !this.isUnderWay && !this.isOver && this.places.nextAt(unfinished) === Infinity;
	}

	/** Submits no more. @param error what ends the run, for the items that had no turn */
	stop(error?: unknown): void {
		if (this.isStopped) return;
		this.isStopped = true;
		for (let index = this.next; index < this.request.count; index++) {
			this.outcomes[index] ??= { kind: 'notSubmitted', ...(error !== undefined && { error }) };
		}
	}

	/**
	 * Submits the next job.
	 *
	 * @param countUnfinished counts the unfinished jobs of the run, at the moment of the answer
	 * @returns the job, or undefined where there is none
	 */
	async submitNext(
		countUnfinished: () => number,
	): Promise<{ index: number; job: J; submittedAt: number } | undefined> {
		const index = this.next;
		this.isUnderWay = true;
		try {
			const job = await this.request.submit(index);
			// The service may have taken it at any time since the question; the answer is what can be relied on.
			const submittedAt = this.clock.now();
			this.next += 1;
			this.outcomes[index] = { kind: 'taken', job, submittedAt };
			this.places.noteTaken(countUnfinished() + 1);
			return { index, job, submittedAt };
		} catch (error) {
			this.noteError(index, error, countUnfinished());
			return undefined;
		} finally {
			this.isUnderWay = false;
		}
	}

	private noteError(index: number, error: unknown, unfinished: number): void {
		const refusal = this.request.refusalOf(error);
		if (refusal !== undefined) {
			if (this.places.noteRefused(refusal, unfinished, this.clock.now()) === 'later') return;
			this.stop(this.request.givenUp(error));
			return;
		}
		this.next += 1;
		this.outcomes[index] = { kind: 'failed', error };
		const then = this.request.afterError(error);
		if (then !== 'next') this.stop(error);
		if (then === 'end') this.hasEndedRun = true;
	}
}
