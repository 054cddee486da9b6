/** A job that has finished and is not known to have been emitted. */
export interface OpenJob {
	event: string;
	jobId: string;
	/** When it finished, or was first seen where the service does not say; milliseconds since 1970 by the service's clock. */
	finishedAt: number;
	/** Whether the list did not say enough to tell whether the node is meant. */
	isUnclear: boolean;
	/** Executions that were started for it. */
	attempts: number;
	/** When it may be handed over; milliseconds since 1970, as all times below. */
	dueAt: number;
	/** When it was handed to an execution that has not ended yet. */
	handedAt?: number;
}

/** Jobs whose execution failed twice go alone from then on, so that they hold up no others. */
const ATTEMPTS_TOGETHER = 2;

/** Executions of a single job that one look starts at most. */
const MAX_ALONE = 20;

/** The longest that an execution is waited for: n8n never says of some what became of them. */
const LOST_AFTER_MS = 30 * 60_000;

/** The first pause after a second failed execution. Each further one is twice as long, so that the last attempt is after 42 hours. */
const FIRST_PAUSE_MS = 10 * 60_000;
const MAX_ATTEMPTS = 10;

/** How long a finished job stays open: the record of emitted events may not hold older ones any more. */
export const OPEN_FOR_MS = 7 * 24 * 60 * 60_000;

const keyOf = ({ event, jobId }: Pick<OpenJob, 'event' | 'jobId'>): string => `${event} ${jobId}`;

/** The finished jobs of one node that wait to be emitted. */
export class OpenJobs {
	private readonly jobs = new Map<string, OpenJob>();

	/** @param dueAt milliseconds since 1970 by the service's clock */
	add(job: Omit<OpenJob, 'attempts' | 'dueAt' | 'handedAt'>, dueAt: number): void {
		const key = keyOf(job);
		if (!this.jobs.has(key)) this.jobs.set(key, { ...job, attempts: 0, dueAt });
	}

	remove(job: OpenJob): void {
		this.jobs.delete(keyOf(job));
	}

	list(): OpenJob[] {
		return [...this.jobs.values()];
	}

	listDue(now: number): OpenJob[] {
		return this.list().filter((job) => this.isDue(job, now));
	}

	/** The jobs to hand over now, by execution. Forgets those for which there is no hope. */
	takeDue(isAtWork: (job: OpenJob) => boolean, now: number): OpenJob[][] {
		const together: OpenJob[] = [];
		const alone: OpenJob[][] = [];
		for (const job of this.list()) {
			if (job.attempts >= MAX_ATTEMPTS || now - job.finishedAt > OPEN_FOR_MS) this.remove(job);
			else if (!this.isDue(job, now) || isAtWork(job)) continue;
			else if (job.attempts < ATTEMPTS_TOGETHER) together.push(job);
			else if (alone.length < MAX_ALONE) alone.push([job]);
		}
		const batches = together.length > 0 ? [together, ...alone] : alone;
		for (const job of batches.flat()) this.noteHandedOver(job, now);
		return batches;
	}

	/** The service cannot be asked for the job: others go first for a while. */
	putOff(job: OpenJob, now: number): void {
		job.dueAt = now + FIRST_PAUSE_MS;
	}

	/** The execution that the job was handed to has ended. */
	noteEnd(job: OpenJob): void {
		job.handedAt = undefined;
	}

	private isDue({ dueAt, handedAt }: OpenJob, now: number): boolean {
		return dueAt <= now && (handedAt === undefined || now - handedAt > LOST_AFTER_MS);
	}

	private noteHandedOver(job: OpenJob, now: number): void {
		job.attempts += 1;
		job.handedAt = now;
		const isFirst = job.attempts < ATTEMPTS_TOGETHER;
		job.dueAt = now + (isFirst ? 0 : FIRST_PAUSE_MS * 2 ** (job.attempts - ATTEMPTS_TOGETHER));
	}
}
