import { createHash } from 'node:crypto';
import { jobAt } from '../jobs/pastJob';
import { isoSeconds, listItemView, type Body } from '../jobs/view';
import { ApiError } from '../world/errors';
import type { Switches } from '../world/switches';
import type { Job } from '../world/types';
import type { World } from '../world/world';

const DEFAULT_LIMIT = 20;
const MAX_LIMIT = 100;
const STATUSES = ['queued', 'processing', 'completed', 'failed'];
const SECOND_MS = 1000;

export interface ListQuery {
	status?: string;
	limit?: string;
	page?: string;
}

/** The answer of List Jobs. Throws the `ApiError` about a parameter. */
export function listJobs(world: World, query: ListQuery): unknown {
	const { switches } = world;
	const { page, limit, status } = readQuery(switches, query);
	const found = inOrder(
		jobsToList(world).filter((job) => status === undefined || job.status === status),
		switches.listOrder,
	);
	const jobs = found.slice((page - 1) * limit, page * limit);
	const rows = jobs.map((job) => listItemView(world, job));
	const data = switches.listOddRows ? withOddRows(rows) : rows;
	if (switches.listShape === 'array') return data;
	const total = found.length;
	const counts = { total, totalPages: Math.ceil(total / limit) };
	return { data, pagination: { page, limit, ...(switches.listCountsJobs && counts) } };
}

/**
 * Rows with others among them that no client should take for a job that it knows. These are after the first one, so that a
 * client that stops at one of them misses the rest, and have its times: a client that takes one for a job would act on it.
 */
function withOddRows(rows: Body[]): unknown[] {
	const [first, ...rest] = rows;
	const like = first ?? { status: 'completed', createdAt: isoSeconds(Date.now()) };
	const withoutId = { ...like, id: undefined };
	const archived = { ...like, id: 'job_archived', status: 'archived' };
	const odd = [null, 'no job', withoutId, archived];
	return first === undefined ? odd : [first, ...odd, ...rest];
}

function readQuery(switches: Switches, query: ListQuery) {
	const fail = (field: string, message: string): never => {
		throw new ApiError(switches.validationStatus, 'INVALID_PARAMS', message, { field });
	};
	const whole = (name: 'limit' | 'page', fallback: number, most: number): number => {
		const value = query[name] === undefined ? fallback : Number(query[name]);
		if (Number.isInteger(value) && value >= 1 && value <= most) return value;
		const range = `from 1${most === MAX_LIMIT ? ` to ${most}` : ''}`;
		return fail(name, `${name} must be a whole number ${range}`);
	};
	const limit = switches.listHonoursLimit
		? whole('limit', DEFAULT_LIMIT, MAX_LIMIT)
		: DEFAULT_LIMIT;
	const page = switches.listHonoursPage ? whole('page', 1, Number.MAX_SAFE_INTEGER) : 1;
	const status = switches.listHonoursStatus ? query.status : undefined;
	if (status !== undefined && !STATUSES.includes(status)) {
		fail('status', `status must be one of ${STATUSES.join(', ')}`);
	}
	return { page, limit, status };
}

/** The jobs that List Jobs knows of, oldest first: as they are, or as they were when its copy was made. */
function jobsToList({ jobs, options, switches }: World): Job[] {
	const lagMs = (switches.listLag * SECOND_MS) / options.timeScale;
	const known =
		lagMs === 0
			? [...jobs.values()].filter(({ deleted }) => !deleted)
			: [...jobs.values()]
					.map((job) => jobAt(job, Date.now() - lagMs))
					.filter((job) => job !== undefined);
	// A test may have put a job there whose time is before that of others.
	return known.sort((a, b) => a.createdAt - b.createdAt);
}

/** Jobs that are given oldest first, in another order. */
function inOrder(jobs: Job[], order: Switches['listOrder']): Job[] {
	const by = (weight: (job: Job) => number): Job[] => {
		const weighed = jobs.map((job) => ({ job, weight: weight(job) })).reverse();
		return weighed.sort((a, b) => b.weight - a.weight).map(({ job }) => job);
	};
	switch (order) {
		case 'oldest':
			return jobs;
		case 'newest':
			return [...jobs].reverse();
		case 'completed':
			return by(({ finishedAt = Number.MAX_SAFE_INTEGER }) => finishedAt);
		case 'random':
			return by(({ id }) => placeOf(id));
	}
}

/** A number that has nothing to do with a job's age. */
function placeOf(id: string): number {
	return createHash('sha256').update(id).digest().readUInt32BE();
}
