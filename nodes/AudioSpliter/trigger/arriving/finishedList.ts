import { creationTime } from '../../job/job';
import type { Job } from '../../job/types';
import { OPEN_FOR_MS } from './openJobs';

/** Milliseconds that a job takes at most, as a rule: one that began before may still be further down in the list. */
const LONG_JOB_MS = 3 * 60 * 60_000;

/** Milliseconds back to which a sweep, now and then, looks for jobs that took longer than any should. */
const DAY_MS = 24 * 60 * 60_000;

const SWEEP_EVERY_MS = 60 * 60_000;

/** When a job is forgotten where the list is never read to its end: if it shows up again, it is too old to be emitted. */
const FORGOTTEN_AFTER_MS = OPEN_FOR_MS + 2 * DAY_MS;

/** A page of the list. */
interface Listed {
	jobs: Job[];
	/** All that the page shows, also where the service ignores the filter: its order tells that of the list. */
	rows: Job[];
	/** Jobs on all pages, where the service says. */
	total?: number;
}

interface Page {
	listed: Listed;
	/** Jobs that this look found. */
	found: number;
	order: Order;
	now: number;
}

/** The order of the rows so far. */
interface Order {
	first: number;
	last: number;
	isNewestFirst: boolean;
}

const orderWith = (order: Order | undefined, rows: Job[]): Order => {
	const times = rows.map((job) => creationTime(job) ?? Infinity);
	const all = order === undefined ? times : [order.last, ...times];
	const falls = all.every((time, row) => time !== Infinity && time <= (all[row - 1] ?? Infinity));
	return {
		first: order?.first ?? all[0] ?? Infinity,
		last: all.at(-1) ?? Infinity,
		isNewestFirst: falls && order?.isNewestFirst !== false,
	};
};

/**
 * What this process has seen of one of the service's lists, so that a look at it need not go through all of its pages. The
 * list's order is not documented, nor whether it counts its jobs: the first look goes through it and finds out.
 */
export class FinishedList {
	/** When each was created, by its ID. */
	private seen = new Map<string, number>();

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
		const shown = new Map<string, number>();
		let found = 0;
		let order: Order | undefined;
		let total: number | undefined;
		let isAll = true;
		for await (const listed of pages) {
			order = orderWith(order, listed.rows);
			for (const job of listed.jobs) {
				const createdAt = creationTime(job) ?? Infinity;
				shown.set(job.id, createdAt);
				if (this.seen.has(job.id)) continue;
				this.seen.set(job.id, createdAt);
				found += 1;
				take(job);
			}
			total = listed.total;
			if (this.isEnough({ listed, found, order, now })) {
				isAll = false;
				break;
			}
		}
		if (isAll) this.seen = shown;
		else if (this.isSweepDue(now)) this.forgetOld(now);
		if (isAll || this.isSweepDue(now)) this.sweptAt = now;
		if (isAll || !this.isRead) this.isNewestFirst = order?.isNewestFirst ?? true;
		this.isRead = true;
		this.total = total;
	}

	private isSweepDue(now: number): boolean {
		// A clock that was set back must not stop the sweeps.
		return Math.abs(now - this.sweptAt) >= SWEEP_EVERY_MS;
	}

	private forgetOld(now: number): void {
		for (const [id, createdAt] of this.seen) {
			if (createdAt < now - FORGOTTEN_AFTER_MS) this.seen.delete(id);
		}
	}

	/** Whether no further page can hold a job that is not known yet. */
	private isEnough({ listed, found, order, now }: Page): boolean {
		// A page that is all of one second has no order.
		const isOrdered = order.isNewestFirst && order.first > order.last;
		const isNewestFirst = isOrdered && (this.isNewestFirst || !this.isRead);
		const reachesBackTo = (time: number): boolean => isNewestFirst && order.last < time;
		if (!this.isRead) return reachesBackTo(now - OPEN_FOR_MS - DAY_MS);
		if (this.isSweepDue(now)) return reachesBackTo(now - DAY_MS);
		// NaN where the service does not count.
		const missing = (listed.total ?? NaN) - (this.total ?? NaN) - found;
		if (missing === 0) return true;
		// More have finished than were found so far, whenever they were created.
		if (missing > 0) return reachesBackTo(now - OPEN_FOR_MS - DAY_MS);
		return reachesBackTo(now - LONG_JOB_MS);
	}
}
