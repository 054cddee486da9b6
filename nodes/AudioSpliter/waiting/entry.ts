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
export type Entry = JobEntry | FailedEntry;

/** An item that has no job. */
export interface FailedEntry {
	kind: 'failed';
	itemIndex: number;
	error: NodeError;
	/** Whether nothing was submitted for it because the run ended before. */
	isNotSubmitted?: boolean;
}

/** The entries that have a job. */
export const jobEntries = (entries: Entry[]): JobEntry[] =>
	entries.filter((entry) => entry.kind === 'job');

/** The items that nothing was submitted for, in words: `5 to 29`. n8n counts items from 0. */
export function nameNotSubmitted(entries: Entry[]): string | undefined {
	const indexes = entries
		.filter((entry) => entry.kind === 'failed' && entry.isNotSubmitted === true)
		.map(({ itemIndex }) => itemIndex);
	const ranges: Array<[number, number]> = [];
	for (const index of indexes) {
		const last = ranges.at(-1);
		if (last !== undefined && last[1] === index - 1) last[1] = index;
		else ranges.push([index, index]);
	}
	if (ranges.length === 0) return undefined;
	const names = ranges.map(([from, to]) => (from === to ? `${from}` : `${from} to ${to}`));
	return `${indexes.length === 1 ? 'item' : 'items'} ${names.join(', ')}`;
}
