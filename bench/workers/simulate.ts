import { RequestBudget } from '../../nodes/AudioSpliter/api/budget';
import type { PolledJob } from '../../nodes/AudioSpliter/waiting/polling/polledJob';
import { waitForJobs } from '../../nodes/AudioSpliter/waiting/polling/pollJobs';
import { createRandom } from '../random';
import { jobAt } from '../simulated/progress';
import { createCount, createService, meaningOf } from '../simulated/service';
import { createVirtualClock } from '../virtualClock';

const MINUTE = 60_000;
const LATENCY_MS = 100;
/** As long as the node lets 429 answers hold up one call. */
const LIMITED_MS = 5 * MINUTE;
const EPOCH = Date.UTC(2026, 0, 1);

export interface WorkersSimulation {
	/** Processes that share one API key and know nothing of each other. */
	workers: number;
	/** Jobs over all workers: they start within the first minute. */
	jobs: number;
	/** Requests a minute for the API key, counted by whole minutes. */
	limit: number;
	seed: number;
	maxWaitMs: number;
}

export interface WorkersResult {
	completed: number;
	timedOut: number;
	/** Creates that were given up, as the node does it. */
	notSubmitted: number;
	/** Requests that the service let through, and those that it refused with 429. */
	allowed: number;
	refused: number;
	/** One entry per completed job, sorted: from its end until it was seen, in ms. */
	delays: number[];
	/** Simulated minutes until the last job was seen. */
	minutes: number;
}

/** Lets workers create and poll jobs of one to ten minutes, each worker with a request budget of its own. */
export async function simulateWorkers(simulation: WorkersSimulation): Promise<WorkersResult> {
	const { workers, jobs, limit, seed, maxWaitMs } = simulation;
	const random = createRandom(seed);
	const clock = createVirtualClock(EPOCH + Math.floor(random() * MINUTE));
	const startedAt = clock.now();
	const result = {
		completed: 0,
		timedOut: 0,
		notSubmitted: 0,
		delays: [] as number[],
	};
	const count = createCount(clock, { limit, windowKind: 'whole minutes' });

	const createWorker = () => {
		const budget = new RequestBudget();
		return { budget, service: createService({ clock, budget, latencyMs: LATENCY_MS, count }) };
	};
	const all = Array.from({ length: workers }, createWorker);

	const runJob = async (index: number): Promise<void> => {
		const { budget, service } = all[index % workers] ?? createWorker();
		const length = (1 + 9 * random()) * MINUTE;
		await clock.sleep(random() * MINUTE);
		const begunAt = clock.now();
		let submittedAt: number | undefined;
		while (submittedAt === undefined && clock.now() < begunAt + LIMITED_MS) {
			// A 429 means that the job was not taken.
			submittedAt = await service.call('other', () => clock.now()).catch(() => undefined);
		}
		if (submittedAt === undefined) {
			result.notSubmitted += 1;
			return;
		}
		const begin = submittedAt;
		const [outcome] = await waitForJobs<PolledJob>({
			jobs: [{ id: String(index), submittedAt: begin }],
			getJob: async () =>
				await service.call('poll', () => jobAt('linear', clock.now() - begin, length)),
			options: { maxWait: maxWaitMs, pollInterval: 5_000, maxPollInterval: 30_000 },
			...{ clock, random, budget, meaningOf },
		});
		if (outcome?.kind !== 'finished') {
			result.timedOut += 1;
			return;
		}
		result.completed += 1;
		result.delays.push(clock.now() - begin - length);
	};

	await clock.run(Promise.all(Array.from({ length: jobs }, async (_unused, n) => await runJob(n))));
	result.delays.sort((a, b) => a - b);
	const answers = all.flatMap(({ service }) => service.calls);
	const refused = answers.filter(({ status }) => status === 429).length;
	return {
		...result,
		refused,
		allowed: answers.length - refused,
		minutes: (clock.now() - startedAt) / MINUTE,
	};
}
