import type { Job } from '../job/types';
import type { NodeError } from '../n8n/errors';

/** A job to wait for. */
export interface JobEntry {
	kind: 'job';
	itemIndex: number;
	job: Job;
	/** When this run submitted it; milliseconds since 1970. */
	submittedAt?: number;
	/** Finished, as the item says, but to be asked for once, since its links have ended. */
	isStale?: boolean;
}

/** What an input item has become before the wait: a job, or the reason why there is none. */
export type Entry = JobEntry | { kind: 'failed'; itemIndex: number; error: NodeError };

/** The entries that have a job. */
export const jobEntries = (entries: Entry[]): JobEntry[] =>
	entries.filter((entry) => entry.kind === 'job');
