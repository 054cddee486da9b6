import type { Job } from '../api/types';

/** What this process knows about one job of a paused execution. */
interface Member {
	/** As its webhook told of it. */
	told?: Job;
	/** As Get Job gave it, once finished: such a job does not change any more. */
	fetched?: Job;
	/** A Get Job that is under way. */
	fetching?: Promise<Job>;
}

/** The jobs that one paused execution waits for, as this process sees them. */
export interface WaitGroup {
	members: Map<string, Member>;
	/**
	 * Whether this process submitted the jobs, so that it has seen every webhook since. Otherwise (after a restart, or in
	 * queue mode, where webhooks come to other processes) what it has not seen may have happened all the same.
	 */
	sawAll: boolean;
	/** How often items were handed to n8n to resume the execution with. */
	turns: number;
	/** Set while a webhook is resuming the execution. */
	resuming?: Promise<unknown>;
}

/** Executions paused at once whose webhooks this process keeps in mind; an older one is looked up at the API instead. */
const MAX_GROUPS = 1_000;

/** The groups of this process, oldest first, by the first job of each. */
export function createWaitGroups(capacity = MAX_GROUPS) {
	const groups = new Map<string, WaitGroup>();

	const add = (jobIds: string[], sawAll: boolean): WaitGroup => {
		const group: WaitGroup = {
			members: new Map(jobIds.map((id) => [id, {}])),
			sawAll,
			turns: 0,
		};
		groups.set(jobIds[0] ?? '', group);
		for (const oldest of groups.keys()) {
			if (groups.size <= capacity) break;
			groups.delete(oldest);
		}
		return group;
	};

	return {
		/** Notes jobs that this process has just submitted. */
		expect(jobIds: string[]): void {
			add(jobIds, true);
		},
		find: (jobIds: string[]): WaitGroup => groups.get(jobIds[0] ?? '') ?? add(jobIds, false),
	};
}

/**
 * Lets go of the jobs themselves, with all their segments, once their items were handed to n8n. A webhook that is here
 * again all the same, because the execution could not be resumed, has them looked up.
 */
export function forgetJobs(group: WaitGroup): void {
	group.sawAll = false;
	for (const member of group.members.values()) {
		member.told = undefined;
		member.fetched = undefined;
	}
}

/** The jobs of which this process does not know that they are finished. */
export const missingJobs = ({ members }: WaitGroup): string[] =>
	[...members].filter(([, { told, fetched }]) => !told && !fetched).map(([id]) => id);
