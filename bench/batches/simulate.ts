import { Submissions } from '../../nodes/AudioSpliter/waiting/polling/submissions';
import { waitForJobs } from '../../nodes/AudioSpliter/waiting/polling/pollJobs';
import { createRandom } from '../random';
import { createVirtualClock } from '../virtualClock';
import { PROGRESS_MODELS } from '../simulated/progress';
import { meaningOf } from '../simulated/service';
import type { BatchServiceOptions, Overflow, ServicePlan, SimulatedJob } from './service';
import { createBatchService, isLimitError, isPlacesError } from './service';

const MINUTE = 60_000;
const EPOCH = Date.UTC(2026, 0, 1);

/** Milliseconds: a week, the longest Max Wait. */
const LONGEST_WAIT = 10_080 * MINUTE;

export interface BatchSetting {
	plan: ServicePlan;
	overflow: Overflow;
	/** Recordings in the run. */
	jobs: number;
	/** Seconds that each takes; every one up to a fifth more or less. */
	length: number;
	seed: number;
	/** Whether all jobs are submitted first and each is asked for by itself, as the node did before it had batches. */
	isSeparate?: boolean;
	listLag?: number;
	distort?: BatchServiceOptions['distort'];
	/** Whether the run ends once all are submitted. */
	until?: 'finished' | 'submitted';
}

export interface BatchResult {
	finished: number;
	/** Milliseconds from the run's start to its end. */
	took: number;
	/** Milliseconds that the plan needs at least: the work shared out over its places. */
	least: number;
	calls: number;
	refusedCreates: number;
	/** Requests that were refused for the number of requests a minute. */
	limited: number;
	lists: number;
	gets: number;
}

/** What all ways of running a batch have in common: the same recordings, the same service. */
export function stageOf(setting: BatchSetting) {
	const { plan, overflow, jobs, length, seed, listLag, distort } = setting;
	const random = createRandom(seed * 7919 + length);
	const clock = createVirtualClock(EPOCH + Math.floor(random() * MINUTE));
	const lengths = Array.from({ length: jobs }, () => length * 1000 * (0.8 + 0.4 * random()));
	const model = PROGRESS_MODELS[seed % PROGRESS_MODELS.length] ?? 'none';
	const latencyMs = 50 + 200 * random();
	const options: BatchServiceOptions = {
		clock,
		plan,
		overflow,
		model,
		latencyMs,
		lengths,
		listLag,
		distort,
	};
	return { random, clock, lengths, service: createBatchService(options) };
}

/** Milliseconds in which the places can do this work, taking one job after the other. */
export function leastTime(lengths: readonly number[], places: number): number {
	const free = Array.from({ length: places }, () => 0);
	for (const length of lengths) {
		const first = free.indexOf(Math.min(...free));
		free[first] = (free[first] ?? 0) + length;
	}
	return Math.max(...free);
}

function submissionsOf({ clock, service }: ReturnType<typeof stageOf>, count: number) {
	return new Submissions<SimulatedJob>(
		{
			count,
			submit: async () => await service.create(),
			refusalOf: (error) => {
				if (isPlacesError(error)) return { isForJobs: true, retryAt: error.retryAt };
				return isLimitError(error) ? { isForJobs: false, retryAt: error.retryAt } : undefined;
			},
			afterError: () => 'next',
			givenUp: (last) => last,
		},
		clock,
	);
}

/** Runs a batch as the node does, in simulated time. */
export async function simulateBatch(setting: BatchSetting): Promise<BatchResult> {
	const { isSeparate = false, until, plan, jobs } = setting;
	const stage = stageOf(setting);
	const { random, clock, lengths, service } = stage;
	const startedAt = clock.now();
	const submissions = submissionsOf(stage, jobs);
	const request = {
		...{ clock, random, meaningOf, getJob: service.getJob, budget: service.budget },
		options: { maxWait: LONGEST_WAIT, pollInterval: 5_000, maxPollInterval: 30_000 },
	};
	const together = async () =>
		await waitForJobs<SimulatedJob>({
			...{ ...request, jobs: [], submissions, until, listJobs: service.listJobs },
		});
	const eachByItself = async () => {
		await waitForJobs<SimulatedJob>({ ...request, jobs: [], submissions, until: 'submitted' });
		const submitted = submissions.outcomes.flatMap((outcome) =>
			outcome?.kind === 'taken' ? [{ ...outcome, id: outcome.job.id }] : [],
		);
		return await waitForJobs<SimulatedJob>({ ...request, jobs: submitted });
	};
	const outcomes = await clock.run(isSeparate ? eachByItself() : together());
	const { refusedCreates, lists, gets } = service.counts;
	return {
		finished: outcomes.filter(({ kind, status }) => kind === 'finished' && status === 'completed')
			.length,
		took: clock.now() - startedAt,
		least: leastTime(lengths, plan.places),
		...{ calls: service.calls(), refusedCreates, lists, gets, limited: service.limited() },
	};
}
