import { creationTime } from '../../job/job';
import type { Job } from '../../job/types';
import { OPEN_FOR_MS } from './openJobs';

/** Milliseconds that a job takes at most, as a rule: one that began before may still be further down in the list. */
const LONG_JOB_MS = 3 * 60 * 60_000;

/** Milliseconds for which a job is looked for that took longer than any should, now and then. */
const DAY_MS = 24 * 60 * 60_000;

const SWEEP_EVERY_MS = 60 * 60_000;

/** A page of the list. */
interface Listed {
	jobs: Job[];
	/** Jobs on all pages, where the service says. */
	total?: number;
}

interface Page {
	listed: Listed;
	/** Jobs that this look found. */
	found: number;
	isNewestFirst: boolean;
	now: number;
}

/**
 * What this process has seen of one of the service's lists, so that a look at it need not go through all of its pages. The
 * list's order is not documented, nor whether it counts its jobs: the first look goes through it and finds out.
 */
export class FinishedList {
	private readonly seen = new Set<string>();

	private total: number | undefined;

	private isRead = false;

	private isNewestFirst = true;

	private sweptAt = 0;

	/**
	 * Reads the pages, as far as they may hold jobs that were not there at the look before.
	 *
	 * @param now milliseconds since 1970 by the service's clock
	 * @param take gets each of those jobs, at once: a look that breaks off has seen them all the same
	 */
	async look(pages: AsyncIterable<Listed>, now: number, take: (job: Job) => void): Promise<void> {
		let found = 0;
		let latest = Infinity;
		let isNewestFirst = true;
		let total: number | undefined;
		let isAll = true;
		for await (const listed of pages) {
			for (const job of listed.jobs) {
				const createdAt = creationTime(job) ?? Infinity;
				isNewestFirst &&= createdAt <= latest && createdAt !== Infinity;
				latest = createdAt;
				if (this.seen.has(job.id)) continue;
				this.seen.add(job.id);
				found += 1;
				take(job);
			}
			total = listed.total;
			if (this.isEnough({ listed, found, isNewestFirst, now })) {
				isAll = false;
				break;
			}
		}
		if (isAll || this.isSweepDue(now)) this.sweptAt = now;
		if (isAll || !this.isRead) this.isNewestFirst = isNewestFirst;
		this.isRead = true;
		this.total = total;
	}

	private isSweepDue(now: number): boolean {
		return now - this.sweptAt >= SWEEP_EVERY_MS;
	}

	/** Whether no further page can hold a job that is not known yet. */
	private isEnough({ listed, found, isNewestFirst, now }: Page): boolean {
		const last = listed.jobs.at(-1);
		const oldest = last === undefined ? Infinity : (creationTime(last) ?? Infinity);
		const reachesBackTo = (time: number): boolean => isNewestFirst && oldest < time;
		if (!this.isRead) return reachesBackTo(now - OPEN_FOR_MS - DAY_MS);
		if (this.isSweepDue(now)) return reachesBackTo(now - DAY_MS);
		const isCounted = listed.total !== undefined && this.total !== undefined;
		if (isCounted && listed.total === (this.total ?? 0) + found) return true;
		return this.isNewestFirst && reachesBackTo(now - LONG_JOB_MS);
	}
}
