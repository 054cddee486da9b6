import { median } from '../../../bench/stats';
import { LENGTHS, measure } from '../../../bench/waiting/measure';
import { PROGRESS_MODELS } from '../../../bench/simulated/progress';
import type { WindowKind } from '../../../bench/simulated/service';
import { simulate } from '../../../bench/waiting/simulate';
import { createRandom } from '../../../bench/random';

/** Of each length; `npm run bench -- waiting` makes more of them. */
const RUNS = process.env.AUDIOSPLITER_QUICK ? 5 : 20;
const WINDOW_KINDS: WindowKind[] = ['whole minutes', 'from first request', 'sliding'];

describe("against the guide's fixed loop", () => {
	const spreads = [0, 0.2];

	it.each(spreads)(
		'costs at most 30 %% of the calls over all kinds of progress, lengths varied by %p',
		async (spread) => {
			let calls = 0;
			let guideCalls = 0;
			for (const model of PROGRESS_MODELS) {
				for (const length of LENGTHS) {
					const row = await measure(model, length, RUNS, spread);
					calls += row.calls;
					guideCalls += row.guideCalls;
				}
			}
			expect(calls / guideCalls).toBeLessThanOrEqual(0.3);
		},
	);

	it.each(PROGRESS_MODELS.flatMap((model) => spreads.map((spread) => ({ model, spread }))))(
		'notices the end soon: progress $model, lengths varied by $spread',
		async ({ model, spread }) => {
			const rows = [];
			for (const length of LENGTHS) rows.push(await measure(model, length, RUNS, spread));
			expect(median(rows.flatMap(({ shares }) => shares))).toBeLessThanOrEqual(0.05);
			expect(Math.max(...rows.map(({ maxDelay }) => maxDelay))).toBeLessThanOrEqual(30);
			// Poll Interval is more than a tenth of the shortest jobs.
			const long = rows.filter(({ length }) => length >= 60);
			expect(Math.max(...long.flatMap(({ shares }) => shares))).toBeLessThanOrEqual(0.11);
		},
	);
});

describe("within a plan's requests a minute", () => {
	const plans = [
		{ plan: 'Free', limit: 10, jobs: 2 },
		{ plan: 'Starter', limit: 60, jobs: 5 },
	];

	const runAll = async (limit: number, jobs: number, windowKind: WindowKind, others?: number) => {
		const results = [];
		for (const [index, length] of LENGTHS.entries()) {
			for (const [modelIndex, model] of PROGRESS_MODELS.entries()) {
				const seed = 1 + index * PROGRESS_MODELS.length + modelIndex;
				const random = createRandom(seed);
				const lengths = Array.from({ length: jobs }, () => length * 1000 * (0.8 + 0.4 * random()));
				results.push(
					await simulate({
						model,
						lengths,
						seed,
						limit,
						windowKind,
						...(others !== undefined && { others }),
					}),
				);
			}
		}
		return results;
	};

	it.each(plans.flatMap((plan) => WINDOW_KINDS.map((windowKind) => ({ ...plan, windowKind }))))(
		'$plan with $jobs jobs, window: $windowKind, gets not one 429',
		async ({ limit, jobs, windowKind }) => {
			for (const { refused, outcomes } of await runAll(limit, jobs, windowKind)) {
				expect(refused).toBe(0);
				expect(outcomes.every(({ kind }) => kind === 'finished')).toBe(true);
			}
		},
	);

	it.each(plans)('$plan ends right when others use up the key', async ({ limit, jobs }) => {
		for (const windowKind of WINDOW_KINDS) {
			for (const { outcomes } of await runAll(limit, jobs, windowKind, limit)) {
				expect(outcomes.every(({ kind }) => kind === 'finished')).toBe(true);
			}
		}
	});

	it('times out in time when others leave nothing at all', async () => {
		const { outcomes, waited } = await simulate({
			model: 'linear',
			lengths: [600_000, 600_000],
			seed: 3,
			limit: 10,
			others: 2_000,
			maxWaitMs: 120_000,
		});
		expect(outcomes.map(({ kind }) => kind)).toEqual(['timedOut', 'timedOut']);
		expect(waited).toBeGreaterThanOrEqual(120_000);
		// The last looks get five seconds.
		expect(waited).toBeLessThanOrEqual(126_000);
	});
});
