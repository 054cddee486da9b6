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
	/** Set while a webhook is making the items to resume the execution with. */
	resuming?: Promise<unknown>;
	/**
	 * Whether n8n was given these items, and has not said that it cannot resume the execution. It may be waiting for a place to
	 * run it in, and takes what another webhook brings meanwhile for what the execution waits for next.
	 */
	isHandedOut: boolean;
	/** When n8n goes on by itself, in milliseconds since 1970: nothing of this is needed any more then. */
	until: number;
}

/** Executions paused at once whose webhooks this process keeps in mind; an older one is looked up at the API instead. */
const MAX_GROUPS = 1_000;

/** The groups of this process, oldest first, by the first job of each. */
export function createWaitGroups(capacity = MAX_GROUPS) {
	const groups = new Map<string, WaitGroup>();

	const add = (jobIds: string[], until: number, sawAll: boolean): WaitGroup => {
		const members = new Map(jobIds.map((id) => [id, {}]));
		const group: WaitGroup = { members, until, sawAll, isHandedOut: false };
		groups.set(jobIds[0] ?? '', group);
		const now = Date.now();
		for (const [key, other] of groups) if (other.until < now && other !== group) groups.delete(key);
		for (const oldest of groups.keys()) {
			if (groups.size <= capacity) break;
			groups.delete(oldest);
		}
		return group;
	};

	return {
		/** Notes jobs that this process has just submitted, to wait for them until then. */
		expect(jobIds: string[], until: number): void {
			add(jobIds, until, true);
		},
		find: (jobIds: string[], until: number): WaitGroup =>
			groups.get(jobIds[0] ?? '') ?? add(jobIds, until, false),
	};
}

/**
 * Lets go of the jobs themselves, with all their segments, once their items were handed to n8n. A webhook that comes again
 * because n8n could not resume the execution has them looked up.
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
