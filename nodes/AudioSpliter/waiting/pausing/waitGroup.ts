import type { Job } from '../../job/types';

/** What this process knows about one job of a paused execution. */
interface Member {
	/** As its webhook has reported it. */
	reported?: Job;
	/** As Get Job gave it, once finished: such a job does not change any more. */
	fetched?: Job;
	/** A Get Job that is under way. */
	fetching?: Promise<Job>;
	/** Set while its webhook asks for it. After that it asks for the others as well, or comes again. */
	isArriving?: boolean;
	/** Whether its webhook may have come and gone without this process, so that it has to be asked for. */
	mayBeMissed: boolean;
	/** Whether its webhook was answered before the service gave it as finished: no other comes. */
	isSpent?: boolean;
}

/** The jobs that one paused execution waits for, as this process sees them. */
export interface WaitGroup {
	members: Map<string, Member>;
	/**
	 * Whether this process paused the execution, so that it sees every webhook. Otherwise (after a restart, or in queue mode,
	 * where webhooks come to other processes) what it has not seen may have happened all the same.
	 */
	isOwn: boolean;
	/** When a look last found a job that is not finished, in milliseconds since 1970. */
	unfinishedAt?: number;
	/** Set while a webhook is making the items to resume the execution with. */
	resuming?: Promise<unknown>;
	/**
	 * Whether n8n was given these items, and has not said that it cannot resume the execution. It may be waiting for a place to
	 * run it in, and takes what another webhook brings meanwhile for what the execution waits for next.
	 */
	isHandedOut: boolean;
	/** Whether the webhook that brought them has been answered. */
	isAnswered: boolean;
	/** When n8n goes on by itself, in milliseconds since 1970: nothing of this is needed any more then. */
	until: number;
}

/**
 * Jobs and segments that the groups of this process may hold together, at about a kilobyte each. Beyond that groups are
 * dropped, and their jobs are looked up at the API again when a webhook comes.
 */
const MAX_HELD = 20_000;

/**
 * Milliseconds from a job's submission to the pause within which it cannot have ended. n8n itself refuses the webhook of
 * one that ended while others were being submitted, since the execution does not wait yet, and it comes again late.
 */
const TOO_SOON_TO_END = 2_000;

/** Milliseconds after a look in which a webhook that comes again causes no other. The service repeats one after a minute. */
const LOOK_REST = 30_000;

/** A job that an execution waits for. */
export interface ExpectedJob {
	id: string;
	/** When this process submitted it, in milliseconds since 1970. Left out where it did not. */
	submittedAt?: number;
}

function createGroup(jobs: ExpectedJob[], until: number): WaitGroup {
	const soon = Date.now() - TOO_SOON_TO_END;
	const members = jobs.map(
		({ id, submittedAt }) => [id, { mayBeMissed: (submittedAt ?? 0) < soon }] as const,
	);
	return {
		members: new Map(members),
		until,
		isOwn: jobs.every(({ submittedAt }) => submittedAt !== undefined),
		isHandedOut: false,
		isAnswered: false,
	};
}

/** How many jobs and segments the group keeps in memory. */
const heldBy = ({ members }: WaitGroup): number =>
	[...members.values()].reduce(
		(sum, { reported, fetched }) =>
			sum + 1 + (reported?.segments?.length ?? 0) + (fetched?.segments?.length ?? 0),
		0,
	);

/** Whether a webhook is at work with the group, or n8n is: another group of the same jobs would hand out the items again. */
const isInUse = ({ resuming, isHandedOut, isAnswered, members }: WaitGroup): boolean =>
	resuming !== undefined ||
	(isHandedOut && !isAnswered) ||
	[...members.values()].some(({ isArriving }) => isArriving === true);

/**
 * Keeps the groups of a process.
 *
 * @param capacity jobs and segments that all groups may hold together
 * @returns gives the group of these jobs, made anew where it is not known, for an execution that waits until then
 */
export function createWaitGroups(capacity = MAX_HELD) {
	/** Oldest first, by the first job of each. */
	const groups = new Map<string, WaitGroup>();

	const forgetOthers = (kept: WaitGroup): void => {
		const now = Date.now();
		const others = [...groups].filter(([, group]) => group !== kept);
		for (const [key, { until }] of others) if (until < now) groups.delete(key);
		let held = [...groups.values()].reduce((sum, group) => sum + heldBy(group), 0);
		// Those whose items n8n already has go first.
		const done = others.filter(([, { isHandedOut }]) => isHandedOut);
		for (const [key, group] of [...done, ...others]) {
			if (held <= capacity) break;
			if (isInUse(group) || !groups.delete(key)) continue;
			held -= heldBy(group);
		}
	};

	return (jobs: ExpectedJob[], until: number): WaitGroup => {
		const key = jobs[0]?.id ?? '';
		const group = groups.get(key) ?? createGroup(jobs, until);
		groups.set(key, group);
		forgetOthers(group);
		return group;
	};
}

/**
 * The group of these jobs in this process, which after a restart is made anew from what n8n has stored.
 *
 * @param until when n8n goes on by itself, in milliseconds since 1970
 */
export const waitGroupOf = createWaitGroups();

/**
 * Lets go of the jobs themselves, with all their segments, once their items were handed to n8n. A webhook that comes again
 * because n8n could not resume the execution has them looked up.
 */
export function forgetJobs(group: WaitGroup): void {
	for (const member of group.members.values()) {
		member.reported = undefined;
		member.fetched = undefined;
		member.mayBeMissed = true;
	}
}

/** The jobs of which this process does not know that they are finished. */
export const missingJobs = ({ members }: WaitGroup): string[] =>
	[...members].filter(([, { reported, fetched }]) => !reported && !fetched).map(([id]) => id);

/**
 * Whether a job is missing whose webhook is here, or is going to come to this process: then there is no need to ask. After
 * a restart the webhooks of all jobs may come at once.
 */
export const awaitsWebhook = (group: WaitGroup): boolean =>
	missingJobs(group).some((id) => {
		const member = group.members.get(id);
		return member?.isArriving === true || member?.mayBeMissed === false;
	});

/** Whether a webhook that comes again has nothing to add: another one is to come, or the jobs were looked at just now. */
export const addsNothing = (group: WaitGroup, jobId: string): boolean => {
	const missing = missingJobs(group);
	// With nothing missing it is here because the execution could not be resumed.
	if (missing.length === 0 || missing.includes(jobId)) return false;
	return awaitsWebhook(group) || Date.now() - (group.unfinishedAt ?? -Infinity) < LOOK_REST;
};

/** Notes that jobs were not finished just now, so that an execution's own process sees the webhooks that are to come. */
export function noteUnfinished(group: WaitGroup, jobIds: string[]): void {
	if (jobIds.length > 0) group.unfinishedAt = Date.now();
	if (!group.isOwn) return;
	for (const id of jobIds) {
		const member = group.members.get(id);
		if (member !== undefined && member.isSpent !== true) member.mayBeMissed = false;
	}
}

/** Notes that a job's webhook was answered before the service gave the job as finished. */
export function markWebhookUsed(group: WaitGroup, jobId: string): void {
	const member = group.members.get(jobId);
	if (member === undefined) return;
	member.mayBeMissed = true;
	member.isSpent = true;
}
