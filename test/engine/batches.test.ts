import type { INodeParameters } from 'n8n-workflow';
import { sandboxCredential } from '../../harness/sandboxCredential';
import type { Ran } from '../support/action';
import { actionWorkflow, runAction } from '../support/action';
import { RECORDING, TWO_AT_ONCE } from '../support/sandbox';
import { until } from '../support/until';
import type { EngineStage } from './support/stage';
import { onStage } from './support/stage';

const create = ({ sandbox }: EngineStage, more: INodeParameters = {}): INodeParameters => ({
	...{ resource: 'splitJob', operation: 'create', segmentDuration: 5 },
	sourceUrl: `={{ $json.source ?? '${sandbox.fileUrl(RECORDING)}' }}`,
	waitOptions: { pollInterval: 1 },
	...more,
});

const items = (count: number): object[] => Array.from({ length: count }, () => ({}));

const creates = ({ sandbox }: EngineStage, status?: number): number =>
	sandbox
		.requests()
		.filter(
			(request) =>
				request.origin === 'api' &&
				request.method === 'POST' &&
				(status === undefined || request.status === status),
		).length;

const statuses = ({ json }: Ran) => json.map(({ status, error }) => error ?? status);

type Answer = '429' | 'queue';

/** Where two jobs run at once; what is beyond that is refused, or queued. */
const onPlan = (test: (stage: EngineStage) => Promise<void>, overConcurrency: Answer = '429') =>
	onStage(test, { ...TWO_AT_ONCE, switches: { overConcurrency } });

describe('a plan of two jobs at once', () => {
	it.concurrent.each<Answer>(['429', 'queue'])(
		'takes more jobs than that in one run, with answers of kind %s',
		async (kind) =>
			await onPlan(async (stage) => {
				stage.sandbox.nextJobs({ minimumMs: 1_500 }, 100);
				const ran = await runAction(stage, create(stage), { items: items(6) });
				expect(statuses(ran)).toEqual(Array(6).fill('completed'));
				expect(ran.items.map(({ pairedItem }) => pairedItem)).toEqual(
					[0, 1, 2, 3, 4, 5].map((item) => ({ item })),
				);
				expect(creates(stage, 201)).toBe(6);
				expect(creates(stage, 429)).toBeLessThanOrEqual(kind === '429' ? 2 : 0);
			}, kind)(),
	);

	it.concurrent(
		'goes on with the other items after failures, each its own item’s',
		onPlan(async (stage) => {
			stage.sandbox.nextJobs({ minimumMs: 500 }, 1);
			stage.sandbox.nextJobs({ minimumMs: 500, failWith: { code: 'CORRUPT_FILE' } }, 1);
			stage.sandbox.nextJobs({ minimumMs: 500 }, 100);
			const given = items(5);
			given[3] = { source: 'not a link' };
			const ran = await runAction(stage, create(stage), {
				items: given,
				more: { onError: 'continueRegularOutput' },
			});
			const message = expect.stringMatching(/./) as string;
			expect(ran.json.map(({ status, error }) => (error === undefined ? status : message))).toEqual(
				[...['completed', message, 'completed', message, 'completed']],
			);
			expect(creates(stage, 201)).toBe(4);
		}),
	);

	it.concurrent.each(['continueRegularOutput', 'continueErrorOutput'] as const)(
		'has a job that takes too long as an error of its own item: %s',
		async (onError) =>
			await onPlan(async (stage) => {
				stage.sandbox.nextJobs({ minimumMs: 300 });
				stage.sandbox.nextJobs({ minimumMs: 14_000 });
				const parameters = create(stage, { waitOptions: { pollInterval: 1, maxWait: 0.2 } });
				const ran = await runAction(stage, parameters, { items: items(6), more: { onError } });
				const late = stage.sandbox.jobs()[1]?.id;
				const error = expect.stringContaining(`Not finished in time: ${late}`) as string;
				const done = Array(5).fill('completed') as string[];
				const isApart = onError === 'continueErrorOutput';
				expect(statuses(ran)).toEqual(isApart ? done : ['completed', error, ...done.slice(1)]);
				expect(ran.failed.map(({ json }) => json.error)).toEqual(isApart ? [error] : []);
				expect(creates(stage, 201)).toBe(6);
			})(),
	);

	it.concurrent(
		'leaves a job that takes too long as it stands, and goes on with the others',
		onPlan(async (stage) => {
			stage.sandbox.nextJobs({ minimumMs: 300 });
			stage.sandbox.nextJobs({ stuckAt: 50 });
			const waitOptions = { pollInterval: 1, maxWait: 0.2, onTimeout: 'continue' };
			const ran = await runAction(stage, create(stage, { waitOptions }), { items: items(5) });
			expect(ran.json.map(({ waitTimedOut }) => waitTimedOut)).toEqual([
				...[undefined, true, undefined, undefined, undefined],
			]);
			expect(ran.json.filter(({ status }) => status === 'completed')).toHaveLength(4);
		}),
	);

	it.concurrent(
		'is shared by two runs with the same key, and both are done in the end',
		onPlan(async (stage) => {
			const run = async () => await runAction(stage, create(stage), { items: items(5) });
			const both = await Promise.all([run(), run()]);
			for (const ran of both) expect(statuses(ran)).toEqual(Array(5).fill('completed'));
			expect(new Set(both.flatMap(({ json }) => json.map(({ id }) => id))).size).toBe(10);
			expect(creates(stage, 201)).toBe(10);
		}),
	);

	it.concurrent(
		'submits no more once a job has failed and the node can only fail, and says so',
		onPlan(async (stage) => {
			stage.sandbox.nextJobs({ minimumMs: 300, failWith: { code: 'CORRUPT_FILE' } }, 1);
			stage.sandbox.nextJobs({ minimumMs: 2_000 }, 100);
			const { error } = await runAction(stage, create(stage), { items: items(6) });
			expect(error?.context?.itemIndex).toBe(0);
			expect(error?.description).toMatch(/Not submitted: items [23] to 5, counted from 0\./);
		}),
	);

	it.concurrent(
		'ends the submissions of all where the key is refused',
		onPlan(async (stage) => {
			stage.sandbox.nextJobs({ minimumMs: 500 }, 100);
			stage.sandbox.fault('error', {
				match: { method: 'POST' },
				status: 402,
				code: 'QUOTA_EXCEEDED',
				count: 1,
				after: 1,
			});
			const ran = await runAction(stage, create(stage), {
				items: items(5),
				more: { onError: 'continueRegularOutput' },
			});
			expect(creates(stage)).toBeLessThanOrEqual(2);
			expect(ran.json.at(-1)?.description).toMatch(/Nothing was submitted for this item\.$/);
		}),
	);

	it(
		'is cancelled within a second, also while it waits for a place',
		onPlan(async (stage) => {
			stage.sandbox.nextJobs({ minimumMs: 60_000 }, 100);
			const apiKey = `as_test_sk_${Math.random()}`;
			stage.sandbox.addKey({ key: apiKey });
			const credential = await sandboxCredential(stage.runner, stage.sandbox, { apiKey });
			const draft = actionWorkflow({ ...stage, credential }, create(stage), {
				items: items(1_000),
			});
			const running = stage.runner.start(stage.runner.save(draft));
			await until(() => creates(stage, 429) > 0);
			running.cancel();
			const cancelledAt = Date.now();
			await running.idle;
			expect(Date.now() - cancelledAt).toBeLessThan(1_000);
			expect(creates(stage, 201)).toBe(2);
		}),
	);
});
