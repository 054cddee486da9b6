import { limitJobs } from '../support/sandbox';
import { until } from '../support/until';
import { byId, readRun, runAction } from '../support/action';
import type { EngineStage } from './support/stage';
import { onStage } from './support/stage';
import { waitsOn } from './support/waits';

describe('a wait that is not over in time', () => {
	/** Three jobs of which this n8n has no part: one is finished, two are not. */
	const jobs = ({ sandbox }: EngineStage) => [
		{ id: sandbox.addSyntheticJob({ status: 'processing', progress: 40 }).id },
		{ id: sandbox.addSyntheticJob().id },
		{ id: sandbox.addSyntheticJob({ status: 'processing', progress: 60 }).id },
	];
	const wait = {
		...{ resource: 'splitJob', operation: 'wait', jobId: byId('={{ $json.id }}') },
		waitOptions: { pollInterval: 1, maxWait: 0.03 },
	};

	it.concurrent(
		'fails, and names the jobs with their last status',
		onStage(async (stage) => {
			const items = jobs(stage);
			const [first, , third] = items;
			const { error } = await runAction(stage, wait, { items });
			expect(error?.message).toBe(
				`Not finished in time: ${first?.id} (processing, 40 %), ${third?.id} (processing, 60 %)`,
			);
			expect(error?.description).toMatch(/^The jobs continue at AudioSpliter/);
			expect(error?.context?.itemIndex).toBe(0);
		}),
	);

	it.concurrent(
		'names each item’s own job where it goes on with the error',
		onStage(async (stage) => {
			const items = jobs(stage);
			const [first, second, third] = items;
			const { json } = await runAction(stage, wait, {
				items,
				more: { onError: 'continueRegularOutput' },
			});
			expect(json.map(({ id, error, status }) => [id, error ?? status])).toEqual([
				[first?.id, `Not finished in time: ${first?.id} (processing, 40 %)`],
				[second?.id, 'completed'],
				[third?.id, `Not finished in time: ${third?.id} (processing, 60 %)`],
			]);
		}),
	);

	it.concurrent(
		'names what it has submitted',
		onStage(async (stage) => {
			const { create } = waitsOn(stage);
			limitJobs(stage.sandbox, 0);
			const { error } = await runAction(stage, create({ maxWait: 0.03 }), { items: [{}, {}] });
			limitJobs(stage.sandbox);
			const [first, second] = stage.sandbox.jobs().slice(-2);
			expect(error?.message).toBe(
				`Not finished in time: ${first?.id} (queued), ${second?.id} (queued)`,
			);
		}),
	);

	it.concurrent(
		'hands on the jobs as they stand, which a later wait takes up',
		onStage(async (stage) => {
			const { create } = waitsOn(stage);
			limitJobs(stage.sandbox, 0);
			const parameters = create({ maxWait: 0.03, onTimeout: 'continue' });
			const { json, items } = await runAction(stage, parameters, { items: [{}, {}] });
			limitJobs(stage.sandbox);
			expect(json).toEqual(
				stage.sandbox
					.jobs()
					.slice(-2)
					.map(({ id }) => expect.objectContaining({ id, status: 'queued', waitTimedOut: true })),
			);
			expect(items.map(({ pairedItem }) => pairedItem)).toEqual([{ item: 0 }, { item: 1 }]);

			const later = await runAction(
				stage,
				{ ...wait, waitOptions: { pollInterval: 1 } },
				{ items: json },
			);
			expect(later.json.map(({ id, status, waitTimedOut }) => [id, status, waitTimedOut])).toEqual(
				json.map(({ id }) => [id, 'completed', undefined]),
			);
		}),
	);

	it.concurrent(
		'looks once where there is no time at all',
		onStage(async (stage) => {
			const { id } = stage.sandbox.addSyntheticJob({ status: 'processing', progress: 10 });
			const { error } = await runAction(stage, {
				resource: 'splitJob',
				operation: 'wait',
				jobId: byId(id),
				waitOptions: { maxWait: 0 },
			});
			expect(error?.message).toBe(`Not finished in time: ${id} (processing, 10 %)`);
		}),
	);
});

describe('a wait that is disturbed', () => {
	it.concurrent.each([
		['server-error', {}],
		['unavailable', { retryAfterSeconds: 1 }],
		['html-error', { status: 502 }],
		['connection-reset', {}],
	])(
		'goes on after %s, again and again',
		onStage(async (stage, fault, options) => {
			const { create, requests } = waitsOn(stage);
			stage.sandbox.nextJobs({ minimumMs: 500 }, 1);
			stage.sandbox.fault(fault, { count: 3, match: { method: 'GET' }, ...options });
			const { json } = await runAction(stage, create({ maxPollInterval: 1 }));
			expect(json[0]?.status).toBe('completed');
			expect(requests('POST')).toHaveLength(1);
		}),
	);

	it.concurrent(
		'goes on for all other jobs while an answer does not come',
		onStage(async (stage) => {
			const { create, requests, startWaiting } = waitsOn(stage);
			stage.sandbox.nextJobs({ stuckAt: 10 }, 3);
			stage.sandbox.fault('time-out', { match: { method: 'GET' } });
			const running = await startWaiting(create(), [{}, {}, {}]);
			// The answer would be given up after 30 s.
			const asked = () =>
				stage.sandbox
					.jobs()
					.filter(({ id }) => requests('GET').some(({ path }) => path.endsWith(id)));
			await until(() => asked().length >= 3, { within: 15_000 });
			running.cancel();
			await running.ended;
		}),
	);

	it.concurrent(
		'ends for all jobs when the key is refused',
		onStage(async (stage) => {
			const { create, requests } = waitsOn(stage);
			stage.sandbox.nextJobs({ minimumMs: 60_000 }, 3);
			stage.sandbox.fault('error', {
				...{ match: { method: 'GET' }, status: 401, code: 'KEY_REVOKED' },
				count: 'always',
			});
			const { json } = await runAction(stage, create(), {
				items: [{}, {}, {}],
				more: { onError: 'continueRegularOutput' },
			});
			expect(json.map(({ error }) => error)).toEqual(
				json.map(() => expect.stringMatching(/KEY_REVOKED/)),
			);
			// One, unless a busy machine looks at the next job before it hears of the refusal.
			expect(requests('GET').length).toBeLessThanOrEqual(3);
		}),
	);

	it.concurrent(
		'ends for one job that is deleted meanwhile',
		onStage(async (stage) => {
			const { create, startWaiting } = waitsOn(stage);
			stage.sandbox.nextJobs({ minimumMs: 1_500 }, 1);
			stage.sandbox.nextJobs({ stuckAt: 10 }, 1);
			stage.sandbox.setSwitch('deletedJob', 'deleted');
			const running = await startWaiting(create(), [{}, {}]);
			const [, second] = stage.sandbox.jobs().slice(-2);
			if (second) second.deleted = true;
			const { error } = readRun(await running.ended);
			expect(error?.message).toBe(`The job ${second?.id} has ended: it is deleted`);
		}),
	);
});

describe('a node that is to be tried again', () => {
	it.concurrent.each([
		['poll', 'continueRegularOutput'],
		['poll', 'continueErrorOutput'],
		['none', 'continueRegularOutput'],
	] as const)(
		'submits once where the first item fails: %s, %s',
		onStage(async (stage, waitMode, onError) => {
			const { create, requests } = waitsOn(stage);
			stage.sandbox.nextJobs({ minimumMs: 500 }, 2);
			const { sourceUrl, ...parameters } = create();
			const { json, items, failed } = await runAction(
				stage,
				{ ...parameters, waitMode, sourceUrl: '={{ $json.url }}' },
				{
					items: ['no address', sourceUrl, sourceUrl].map((url) => ({ url })),
					more: { onError, retryOnFail: true, maxTries: 3, waitBetweenTries: 1 },
				},
			);
			expect(requests('POST')).toHaveLength(2);
			const ids = stage.sandbox
				.jobs()
				.slice(-2)
				.map(({ id }) => id);
			expect(json.flatMap(({ id }) => id ?? [])).toEqual(ids);
			const bad = onError === 'continueErrorOutput' ? failed : items;
			expect(bad.flatMap(({ json: { error } }) => error ?? [])).toEqual([
				expect.stringContaining('Source URL'),
			]);
		}),
	);
});
