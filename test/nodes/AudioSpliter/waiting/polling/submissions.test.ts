import { createVirtualClock } from '../../../../../bench/virtualClock';
import { simulateBatch } from '../../../../../bench/batches/simulate';
import type { PolledJob } from '../../../../../nodes/AudioSpliter/waiting/polling/polledJob';
import type { WaitRequest } from '../../../../../nodes/AudioSpliter/waiting/polling/pollJobs';
import { waitForJobs } from '../../../../../nodes/AudioSpliter/waiting/polling/pollJobs';
import { Submissions } from '../../../../../nodes/AudioSpliter/waiting/polling/submissions';

type Named = PolledJob & { id: string };

/** A refusal for the number of jobs (`full`) or of requests (`limited`), or an error of the item. */
class Refused extends Error {
	constructor(readonly why: 'full' | 'limited' | 'wrong') {
		super(why);
	}
}

const LENGTH = 60_000;

/** A service that works on so many jobs of a minute at once, and a run of items on it. */
function createRun(
	count: number,
	{
		places = 2,
		held = 0,
		fails,
	}: { places?: number; held?: number; fails?: (index: number) => Error },
	given: Partial<WaitRequest<Named>> = {},
	afterError: 'next' | 'noMore' | 'end' = 'next',
) {
	const clock = createVirtualClock(0);
	const log = { creates: [] as number[], refused: 0, most: 0 };
	const endsAt = new Map<string, number>();
	const working = () => [...endsAt.values()].filter((at) => at > clock.now()).length;
	const submissions = new Submissions<Named>(
		{
			count,
			submit: async (index) => {
				await clock.sleep(100);
				const failure = fails?.(index);
				if (failure !== undefined) throw failure;
				if (working() + held >= places) {
					log.refused += 1;
					throw new Refused('full');
				}
				log.creates.push(index);
				const id = `job ${index}`;
				endsAt.set(id, clock.now() + LENGTH);
				log.most = Math.max(log.most, working());
				return { id, status: 'queued' };
			},
			refusalOf: (error) =>
				error instanceof Refused && error.why !== 'wrong'
					? { isForJobs: error.why === 'full' }
					: undefined,
			afterError: () => afterError,
			givenUp: () => new Error('given up'),
		},
		clock,
	);
	const look = (id: string): Named => ({
		id,
		status: clock.now() >= (endsAt.get(id) ?? Infinity) ? 'completed' : 'processing',
	});
	const run = async () =>
		await clock.run(
			waitForJobs<Named>({
				jobs: [],
				submissions,
				getJob: async (id) => {
					await clock.sleep(50);
					return look(id);
				},
				options: { maxWait: 600_000, pollInterval: 5_000, maxPollInterval: 30_000 },
				clock,
				random: () => 0.5,
				budget: { nextSlot: (_kind, now) => now, pollPace: () => 0 },
				meaningOf: () => ({ kind: 'job' }),
				...given,
			}),
		);
	return { clock, log, submissions, run };
}

const kinds = ({ outcomes }: Submissions<Named>) => outcomes.map((outcome) => outcome?.kind);

it('submits in item order, as many at once as the service takes, with one refusal', async () => {
	const { log, submissions, run } = createRun(10, {});
	const outcomes = await run();
	expect(outcomes.map(({ kind }) => kind)).toEqual(Array(10).fill('finished'));
	expect(log).toMatchObject({ creates: [...Array(10).keys()], refused: 1, most: 2 });
	expect(kinds(submissions)).toEqual(Array(10).fill('taken'));
});

it('counts Max Wait for each job from its own submission', async () => {
	const { run } = createRun(
		10,
		{},
		{
			options: { maxWait: 90_000, pollInterval: 5_000, maxPollInterval: 30_000 },
		},
	);
	expect((await run()).map(({ kind }) => kind)).toEqual(Array(10).fill('finished'));
});

it('goes on after an item that cannot be submitted', async () => {
	const { submissions, run } = createRun(5, {
		fails: (index) => (index === 2 ? new Refused('wrong') : undefined) as Error,
	});
	await run();
	expect(kinds(submissions)).toEqual(['taken', 'taken', 'failed', 'taken', 'taken']);
});

it('submits no more after an error that ends every item, and waits for what is under way', async () => {
	const fails = (index: number) => (index === 1 ? new Refused('wrong') : undefined) as Error;
	const { submissions, run } = createRun(4, { fails }, {}, 'noMore');
	expect((await run()).map(({ id, kind }) => [id, kind])).toEqual([['job 0', 'finished']]);
	expect(kinds(submissions)).toEqual(['taken', 'failed', 'notSubmitted', 'notSubmitted']);
	expect(submissions.outcomes[3]).toMatchObject({ error: expect.any(Refused) });
});

it('ends at once after an error that ends the run', async () => {
	const fails = (index: number) => (index === 1 ? new Refused('wrong') : undefined) as Error;
	const { submissions, run, clock } = createRun(4, { fails }, {}, 'end');
	expect(await run()).toEqual([]);
	expect(clock.now()).toBeLessThan(1_000);
	expect(submissions.endsRun).toBe(true);
});

it('submits no more once a job has ended in a way that fails the run', async () => {
	const { submissions, run } = createRun(6, {}, { endsSubmissions: () => true });
	await run();
	expect(kinds(submissions)).toEqual([
		...['taken', 'taken'],
		...['notSubmitted', 'notSubmitted', 'notSubmitted', 'notSubmitted'],
	]);
});

it('gives up after five minutes in which others hold every place', async () => {
	const { submissions, run, clock } = createRun(3, { held: 2 });
	await run();
	expect(kinds(submissions)).toEqual(Array(3).fill('notSubmitted'));
	expect(submissions.outcomes[0]).toMatchObject({ error: new Error('given up') });
	expect(clock.now()).toBeGreaterThan(200_000);
	expect(clock.now()).toBeLessThanOrEqual(300_000);
});

it('ends as soon as the last job is taken where that is enough, and looks only while a place is missing', async () => {
	const seen: string[] = [];
	const { clock, log, run } = createRun(
		4,
		{},
		{ until: 'submitted', onUpdate: (id) => seen.push(id) },
	);
	const outcomes = await run();
	expect(log.creates).toHaveLength(4);
	expect(clock.now()).toBeLessThan(LENGTH * 1.5);
	expect(outcomes.map(({ id }) => id)).toEqual(['job 0', 'job 1']);

	const unlimited = createRun(
		4,
		{ places: 9 },
		{ until: 'submitted', onUpdate: (id) => seen.push(id) },
	);
	const before = seen.length;
	await expect(unlimited.run()).resolves.toEqual([]);
	expect(seen).toHaveLength(before);
});

it('ends within a second of a cancel, also while a place is waited for', async () => {
	const controller = new AbortController();
	const { clock, run } = createRun(10, {}, { signal: controller.signal });
	void clock.sleep(30_300).then(() => controller.abort());
	await expect(run()).rejects.toThrow('cancelled');
	expect(clock.now()).toBeLessThan(31_300);
});

describe('the list', () => {
	const plan = { limit: 300, places: 20 };
	const base = { plan, overflow: 'queues', jobs: 20, length: 300, seed: 1 } as const;

	it('takes the place of more than half of the calls for 20 jobs', async () => {
		const [listed, separate] = [
			await simulateBatch(base),
			await simulateBatch({ ...base, isSeparate: true }),
		];
		expect([listed.finished, separate.finished]).toEqual([20, 20]);
		expect(listed.calls).toBeLessThan(separate.calls / 2);
	});

	it('is given up where it lags behind', async () => {
		const result = await simulateBatch({ ...base, seed: 7, listLag: 120_000 });
		expect(result.finished).toBe(20);
		expect(result.took / result.least).toBeLessThan(1.3);
	});
});

describe('a list that fails', () => {
	const twenty = { places: 20 };

	it('is left alone for a while, and Get Job asked instead', async () => {
		const asked: number[] = [];
		const { run, clock } = createRun(20, twenty, {
			listJobs: async () => {
				asked.push(clock.now());
				await clock.sleep(50);
				throw new Refused('wrong');
			},
			meaningOf: () => ({ kind: 'transient' }),
		});
		expect((await run()).map(({ kind }) => kind)).toEqual(Array(20).fill('finished'));
		expect(asked.length).toBeGreaterThan(1);
		for (const [index, at] of asked.slice(1).entries()) {
			expect(at - (asked[index] ?? 0)).toBeGreaterThanOrEqual(30_000);
		}
	});

	it('is not asked for again where the service has none', async () => {
		const listJobs = jest.fn().mockRejectedValue(new Refused('wrong'));
		const { run } = createRun(20, twenty, { listJobs });
		expect((await run()).map(({ kind }) => kind)).toEqual(Array(20).fill('finished'));
		expect(listJobs).toHaveBeenCalledTimes(1);
	});

	it('ends the wait for all jobs where it says so', async () => {
		const { run } = createRun(20, twenty, {
			listJobs: async () => await Promise.reject(new Refused('wrong')),
			meaningOf: () => ({ kind: 'all' }),
		});
		expect((await run()).map(({ kind }) => kind)).toEqual(Array(20).fill('error'));
	});
});
