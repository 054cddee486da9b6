import { createVirtualClock } from '../../../../../bench/virtualClock';
import type { PolledJob } from '../../../../../nodes/AudioSpliter/waiting/polling/polledJob';
import {
	waitForJobs,
	type ErrorMeaning,
	type WaitRequest,
} from '../../../../../nodes/AudioSpliter/waiting/polling/pollJobs';

export const START = Date.UTC(2026, 0, 1);

/** An answer that the wait takes for an error of this meaning. */
export class Failure extends Error {
	constructor(readonly meaning: ErrorMeaning) {
		super(meaning.kind);
	}
}

/** What the service says of a job that is so old (ms). */
export type Answer = (age: number, id: string) => PolledJob | Failure | Promise<PolledJob>;

/** A wait for jobs `a`, `b` … submitted at its start, and what it asked, when. */
export function createWait(
	answer: Answer,
	given: Partial<WaitRequest<PolledJob>> = {},
	ids = ['a'],
) {
	const clock = createVirtualClock(START);
	const asked: Array<{ id: string; age: number }> = [];
	const run = () =>
		clock.run(
			waitForJobs<PolledJob>({
				jobs: ids.map((id) => ({ id, submittedAt: START })),
				getJob: async (id) => {
					const age = clock.now() - START;
					asked.push({ id, age });
					const result = await answer(age, id);
					if (result instanceof Failure) throw result;
					return result;
				},
				options: { maxWait: 600_000, pollInterval: 5_000, maxPollInterval: 30_000 },
				clock,
				random: () => 0,
				budget: { nextSlot: (_kind, now) => now, pollPace: () => 0 },
				meaningOf: (error) => (error instanceof Failure ? error.meaning : { kind: 'job' }),
				...given,
			}),
		);
	return { clock, asked, run };
}

export const processing: PolledJob = { status: 'processing' };
export const after =
	(length: number, last: PolledJob): Answer =>
	(age) =>
		age >= length ? last : processing;
export const options = (maxWait: number) => ({
	maxWait,
	pollInterval: 5_000,
	maxPollInterval: 30_000,
});
