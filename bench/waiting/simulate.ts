import { RequestBudget } from '../../nodes/AudioSpliter/api/budget';
import type { PolledJob, WaitOutcome } from '../../nodes/AudioSpliter/waiting/polling/polledJob';
import { waitForJobs } from '../../nodes/AudioSpliter/waiting/polling/pollJobs';
import { createRandom } from '../random';
import { createVirtualClock } from '../virtualClock';
import { createService, jobAt, meaningOf, type ProgressModel, type WindowKind } from './service';

const MINUTE = 60_000;
const EPOCH = Date.UTC(2026, 0, 1);

export interface Simulation {
	model: ProgressModel;
	/** One entry per job: how long it takes, in ms. */
	lengths: number[];
	seed: number;
	latencyMs?: number;
	/** Requests a minute for the API key; left out: unlimited. */
	limit?: number;
	windowKind?: WindowKind;
	/** Requests a minute that another client of the same key sends. */
	others?: number;
	maxWaitMs?: number;
}

export interface SimulationResult {
	outcomes: Array<WaitOutcome<PolledJob>>;
	/** Get Job calls that brought a job; refused ones are in `refused`. */
	polls: number;
	/** This client's 429 answers, creates included. */
	refused: number;
	/** One entry per job: from its end until it was seen, in ms. */
	delays: number[];
	/** One entry per job: the Get Job calls of the guide's fixed 5 s loop. */
	guidePolls: number[];
	/** When each call reached the service, ms since the simulation's start. */
	callsAt: number[];
	/** From the last create to the end of the wait, in ms. */
	waited: number;
}

/** The guide's loop asks at once, then 5 s after each answer, until the job is finished. */
function countGuidePolls(length: number, latencyMs: number): number {
	let polls = 1;
	for (let at = latencyMs / 2; at < length; at += 5_000 + latencyMs) polls += 1;
	return polls;
}

/** Submits jobs one after the other and waits for all of them, in simulated time. */
export async function simulate(simulation: Simulation): Promise<SimulationResult> {
	const { model, lengths, seed, latencyMs = 100, maxWaitMs = 60 * MINUTE } = simulation;
	const random = createRandom(seed);
	const clock = createVirtualClock(EPOCH + Math.floor(random() * MINUTE));
	const startedAt = clock.now();
	const budget = new RequestBudget();
	const service = createService({ ...simulation, clock, budget, latencyMs });
	const seenAt = new Map<string, number>();
	const submittedAt = new Map<string, number>();
	let polls = 0;
	let waitBegan = startedAt;
	let isOver = false;

	const useUpByOthers = async (): Promise<void> => {
		while (!isOver && simulation.others !== undefined) {
			await clock.sleep((2 * random() * MINUTE) / simulation.others);
			service.takeByOthers();
		}
	};

	const create = async (id: string): Promise<void> => {
		for (;;) {
			try {
				await service.call('other', () => submittedAt.set(id, clock.now()));
				return;
			} catch (error) {
				// As the node: a 429 means that the job was not taken.
				if (meaningOf(error).kind !== 'transient') throw error;
			}
		}
	};

	const getJob = async (id: string): Promise<PolledJob> =>
		await service.call('poll', () => {
			polls += 1;
			const index = Number(id);
			return jobAt(model, clock.now() - (submittedAt.get(id) ?? 0), lengths[index] ?? 0);
		});

	const wait = async (): Promise<Array<WaitOutcome<PolledJob>>> => {
		const jobs = lengths.map((_length, index) => ({ id: String(index) }));
		const submitted = [];
		for (const { id } of jobs) {
			await create(id);
			submitted.push({ id, submittedAt: clock.now() });
		}
		waitBegan = clock.now();
		return await waitForJobs({
			jobs: submitted,
			getJob,
			options: { maxWait: maxWaitMs, pollInterval: 5_000, maxPollInterval: 30_000 },
			clock,
			random,
			budget,
			meaningOf,
			onUpdate: (id, { status }) => {
				if (status === 'completed') seenAt.set(id, clock.now());
			},
		});
	};

	void useUpByOthers();
	const outcomes = await clock.run(wait());
	isOver = true;
	return {
		outcomes,
		polls,
		refused: service.calls.filter(({ status }) => status === 429).length,
		delays: lengths.map((length, index) => {
			const id = String(index);
			return (seenAt.get(id) ?? Infinity) - (submittedAt.get(id) ?? 0) - length;
		}),
		guidePolls: lengths.map((length) => countGuidePolls(length, latencyMs)),
		waited: clock.now() - waitBegan,
		callsAt: service.calls.map(({ at }) => at - startedAt),
	};
}
