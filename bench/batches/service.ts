import { RequestBudget } from '../../nodes/AudioSpliter/api/budget';
import type { ProgressModel } from '../simulated/progress';
import { jobAt } from '../simulated/progress';
import { SimulatedHttpError, createCount, createService } from '../simulated/service';
import type { VirtualClock } from '../virtualClock';

/** What the simulated service does with a create beyond the jobs that it works on at once. */
export type Overflow = 'queues' | 'answers 429';

export interface ServicePlan {
	/** Requests a minute. */
	limit: number;
	/** Jobs at once. */
	places: number;
}

export interface BatchServiceOptions {
	clock: VirtualClock;
	plan: ServicePlan;
	overflow: Overflow;
	model: ProgressModel;
	latencyMs: number;
	/** One entry per job, in the order of submission: how long the service works on it, in ms. */
	lengths: readonly number[];
	/** By how much the list lags behind, in ms. */
	listLag?: number;
	/** What the list makes of its jobs, for one that is not to be trusted. */
	distort?: (jobs: SimulatedJob[]) => SimulatedJob[];
	/** The newest jobs that the list has at most. */
	listLength?: number;
}

/** A job as the simulated service shows it. */
export interface SimulatedJob {
	id: string;
	status: string;
	progress?: unknown;
}

/** Refused for the number of jobs at once, with requests left. */
export class PlacesError extends Error {
	constructor(readonly retryAt: number) {
		super('HTTP 429: too many jobs at once');
	}
}

/** Seconds that a refusal for the number of jobs asks to wait for. */
const RETRY_AFTER_MS = 5_000;

/** A service that works on so many jobs at once, first come, first served, and counts requests by the minute. */
export function createBatchService(options: BatchServiceOptions) {
	const { clock, plan, overflow, model, lengths, listLag = 0, listLength = 100 } = options;
	const { distort = (jobs) => jobs } = options;
	const budget = new RequestBudget();
	const count = createCount(clock, { limit: plan.limit, windowKind: 'whole minutes' });
	const http = createService({ clock, budget, latencyMs: options.latencyMs, count });
	/** By job: when the work on it begins and ends. */
	const work: Array<{ startsAt: number; endsAt: number }> = [];
	const counts = { creates: 0, refusedCreates: 0, gets: 0, lists: 0, limited: 0 };

	const unfinished = (now: number): number => work.filter(({ endsAt }) => endsAt > now).length;

	/** When a place is free for one more job. */
	const placeFreeAt = (now: number): number => {
		const ends = work.map(({ endsAt }) => endsAt).filter((at) => at > now);
		if (ends.length < plan.places) return now;
		return ends.sort((a, b) => a - b)[ends.length - plan.places] ?? now;
	};

	const show = (index: number, now: number): SimulatedJob => {
		const id = String(index);
		const { startsAt, endsAt } = work[index] ?? { startsAt: Infinity, endsAt: Infinity };
		if (now < startsAt) return { id, status: 'queued' };
		return { id, ...jobAt(model, now - startsAt, endsAt - startsAt) };
	};

	const take = (): SimulatedJob | PlacesError => {
		const now = clock.now();
		if (overflow === 'answers 429' && unfinished(now) >= plan.places) {
			counts.refusedCreates += 1;
			return new PlacesError(now + RETRY_AFTER_MS);
		}
		const startsAt = placeFreeAt(now);
		work.push({ startsAt, endsAt: startsAt + (lengths[work.length] ?? 0) });
		return show(work.length - 1, startsAt > now ? now : startsAt);
	};

	const create = async (): Promise<SimulatedJob> => {
		counts.creates += 1;
		const answer = await http.call('other', take);
		if (answer instanceof PlacesError) throw answer;
		return answer;
	};

	const getJob = async (id: string): Promise<SimulatedJob> => {
		counts.gets += 1;
		return await http.call('poll', () => show(Number(id), clock.now()));
	};

	const listJobs = async (): Promise<SimulatedJob[]> => {
		counts.lists += 1;
		return await http.call('poll', () =>
			distort(
				work
					.map((_job, index) => show(index, clock.now() - listLag))
					.reverse()
					.slice(0, listLength),
			),
		);
	};

	return {
		...{ budget, counts, work, create, getJob, listJobs },
		/** Requests that were refused for the number of requests a minute. */
		limited: () => http.calls.filter(({ status }) => status === 429).length,
		calls: () => http.calls.length,
		/** For a client that does not keep to the budget. */
		count,
		take,
		show,
	};
}

export const isPlacesError = (error: unknown): error is PlacesError => error instanceof PlacesError;
export const isLimitError = (error: unknown): error is SimulatedHttpError =>
	error instanceof SimulatedHttpError && error.status === 429;
