import { RequestBudget } from '../../nodes/AudioSpliter/api/budget';
import type { PolledJob, WaitOutcome } from '../../nodes/AudioSpliter/waiting/polling/polledJob';
import { waitForJobs } from '../../nodes/AudioSpliter/waiting/polling/pollJobs';
import { Submissions } from '../../nodes/AudioSpliter/waiting/polling/submissions';
import { createRandom } from '../random';
import type { ProgressModel } from '../simulated/progress';
import { jobAt } from '../simulated/progress';
import type { WindowKind } from '../simulated/service';
import { createCount, createService, meaningOf } from '../simulated/service';
import { createVirtualClock } from '../virtualClock';

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
	/** Calls that brought a job or the list; refused ones are in `refused`. */
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

/** Submits jobs and waits for all of them as the node does, in simulated time. */
export async function simulate(simulation: Simulation): Promise<SimulationResult> {
	const { model, lengths, seed, latencyMs = 100, maxWaitMs = 60 * MINUTE } = simulation;
	const random = createRandom(seed);
	const clock = createVirtualClock(EPOCH + Math.floor(random() * MINUTE));
	const startedAt = clock.now();
	const budget = new RequestBudget();
	const count = createCount(clock, simulation);
	const service = createService({ clock, budget, latencyMs, count });
	const seenAt = new Map<string, number>();
	const submittedAt = new Map<string, number>();
	let polls = 0;
	let isOver = false;

	const useUpByOthers = async (): Promise<void> => {
		while (!isOver && simulation.others !== undefined) {
			await clock.sleep((2 * random() * MINUTE) / simulation.others);
			count();
		}
	};

	const show = (id: string): PolledJob & { id: string } => {
		const age = clock.now() - (submittedAt.get(id) ?? 0);
		return { id, ...jobAt(model, age, lengths[Number(id)] ?? 0) };
	};

	const create = async (index: number): Promise<PolledJob & { id: string }> =>
		await service.call('other', () => {
			submittedAt.set(String(index), clock.now());
			return show(String(index));
		});

	const poll = async <T>(answer: () => T): Promise<T> =>
		await service.call('poll', () => {
			polls += 1;
			return answer();
		});

	const submissions = new Submissions(
		{
			count: lengths.length,
			submit: create,
			refusalOf: (error) => {
				const meaning = meaningOf(error);
				if (meaning.kind !== 'transient') return undefined;
				return { isForJobs: false, retryAt: meaning.retryAt };
			},
			afterError: () => 'end',
			givenUp: (last) => last,
		},
		clock,
	);

	const wait = async (): Promise<Array<WaitOutcome<PolledJob>>> =>
		await waitForJobs<PolledJob>({
			jobs: [],
			submissions,
			getJob: async (id) => await poll(() => show(id)),
			// The newest come first.
			listJobs: async () => await poll(() => [...submittedAt.keys()].reverse().map(show)),
			options: { maxWait: maxWaitMs, pollInterval: 5_000, maxPollInterval: 30_000 },
			clock,
			random,
			budget,
			meaningOf,
			onUpdate: (id, { status }) => {
				if (status === 'completed') seenAt.set(id, clock.now());
			},
		});

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
		waited: clock.now() - Math.max(startedAt, ...submittedAt.values()),
		callsAt: service.calls.map(({ at }) => at - startedAt),
	};
}
