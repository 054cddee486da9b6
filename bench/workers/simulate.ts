import type { CallKind } from '../../nodes/AudioSpliter/api/budget';
import { RequestBudget, waitForSlot } from '../../nodes/AudioSpliter/api/budget';
import { readRateLimit, rateLimitedUntil } from '../../nodes/AudioSpliter/api/rateLimit';
import type { PolledJob } from '../../nodes/AudioSpliter/waiting/polling/polledJob';
import { waitForJobs } from '../../nodes/AudioSpliter/waiting/polling/pollJobs';
import { createRandom } from '../random';
import { createVirtualClock } from '../virtualClock';
import { SimulatedHttpError, jobAt, meaningOf } from '../waiting/service';

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
		allowed: 0,
		refused: 0,
		delays: [] as number[],
	};
	let window = 0;
	let taken = 0;

	const count = () => {
		const now = clock.now();
		const current = Math.floor(now / MINUTE);
		if (current !== window) taken = 0;
		window = current;
		const isAllowed = taken < limit;
		if (isAllowed) taken += 1;
		result[isAllowed ? 'allowed' : 'refused'] += 1;
		const resetAt = (current + 1) * MINUTE;
		const headers: Record<string, string> = {
			Date: new Date(now).toUTCString(),
			'X-RateLimit-Limit': String(limit),
			'X-RateLimit-Remaining': String(limit - taken),
			'X-RateLimit-Reset': String(resetAt / 1000),
			...(!isAllowed && { 'Retry-After': String(Math.ceil((resetAt - now) / 1000)) }),
		};
		return { isAllowed, headers };
	};

	const createWorker = () => {
		const budget = new RequestBudget();
		const request = async <T>(answer: () => T): Promise<T> => {
			await clock.sleep(LATENCY_MS / 2);
			const { isAllowed, headers } = count();
			const value = isAllowed ? answer() : undefined;
			await clock.sleep(LATENCY_MS / 2);
			const now = clock.now();
			budget.learn(readRateLimit(headers, now), now);
			if (value !== undefined) return value;
			const retryAt = rateLimitedUntil(headers, undefined, now);
			budget.block(retryAt);
			throw new SimulatedHttpError(429, retryAt);
		};
		const call = async <T>(kind: CallKind, answer: () => T): Promise<T> => {
			await waitForSlot(budget, { kind, clock });
			try {
				return await request(answer);
			} finally {
				budget.end();
			}
		};
		return { budget, call };
	};
	const all = Array.from({ length: workers }, createWorker);

	const runJob = async (index: number): Promise<void> => {
		const { budget, call } = all[index % workers] ?? createWorker();
		const length = (1 + 9 * random()) * MINUTE;
		await clock.sleep(random() * MINUTE);
		const begunAt = clock.now();
		let submittedAt: number | undefined;
		while (submittedAt === undefined && clock.now() < begunAt + LIMITED_MS) {
			// A 429 means that the job was not taken.
			submittedAt = await call('other', () => clock.now()).catch(() => undefined);
		}
		if (submittedAt === undefined) {
			result.notSubmitted += 1;
			return;
		}
		const begin = submittedAt;
		const [outcome] = await waitForJobs<PolledJob>({
			jobs: [{ id: String(index), submittedAt: begin }],
			getJob: async () => await call('poll', () => jobAt('linear', clock.now() - begin, length)),
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
	return { ...result, minutes: (clock.now() - startedAt) / MINUTE };
}
