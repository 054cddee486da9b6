import type { Job } from '../job/types';
import type { NodeError } from '../n8n/errors';
import type { OutputOptions } from '../output/options';

/** A job to wait for. */
export interface JobEntry {
	kind: 'job';
	itemIndex: number;
	job: Job;
	/** How the job comes out once it is finished. */
	output: OutputOptions;
	/** When this run submitted it; milliseconds since 1970. */
	submittedAt?: number;
	/** Whether the item gives the job as finished, but it has to be asked for once more, since its links have expired. */
	isStale?: boolean;
}

/** What an input item has become before the wait: a job, or the reason why there is none. */
export type Entry = JobEntry | { kind: 'failed'; itemIndex: number; error: NodeError };

/** The entries that have a job. */
export const jobEntries = (entries: Entry[]): JobEntry[] =>
	entries.filter((entry) => entry.kind === 'job');
