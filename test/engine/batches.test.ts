import type { INodeParameters } from 'n8n-workflow';
import { sandboxCredential } from '../../harness/sandboxCredential';
import type { Ran } from '../support/action';
import { actionWorkflow, runAction } from '../support/action';
import { RECORDING } from '../support/sandbox';
import { until } from '../support/until';
import { useEngine } from './support/stage';

const TWO_AT_ONCE = {
	...{ requestsPerMinute: 10_000, concurrentJobs: 2 },
	...{ maxFileSize: Number.MAX_SAFE_INTEGER, minutesPerMonth: 1e6, overage: true },
};
const stage = useEngine({ plan: TWO_AT_ONCE });

const create = (more: INodeParameters = {}): INodeParameters => ({
	...{ resource: 'splitJob', operation: 'create', segmentDuration: 5 },
	sourceUrl: `={{ $json.source ?? '${stage.sandbox.fileUrl(RECORDING)}' }}`,
	waitOptions: { pollInterval: 1 },
	...more,
});

const items = (count: number): object[] => Array.from({ length: count }, () => ({}));

const creates = (status?: number): number =>
	stage.sandbox
		.requests()
		.filter(
			(request) =>
				request.origin === 'api' &&
				request.method === 'POST' &&
				(status === undefined || request.status === status),
		).length;

const statuses = ({ json }: Ran) => json.map(({ status, error }) => error ?? status);

describe.each(['429', 'queue'] as const)(
	'a plan of two jobs at once, answers of kind %s',
	(kind) => {
		beforeEach(() => {
			stage.sandbox.setSwitch('overConcurrency', kind);
			stage.sandbox.nextJobs({ minimumMs: 1_500 }, 100);
		});

		it('takes more jobs than that in one run', async () => {
			const ran = await runAction(stage, create(), { items: items(6) });
			expect(statuses(ran)).toEqual(Array(6).fill('completed'));
			expect(ran.items.map(({ pairedItem }) => pairedItem)).toEqual(
				[0, 1, 2, 3, 4, 5].map((item) => ({ item })),
			);
			expect(creates(201)).toBe(6);
			expect(creates(429)).toBeLessThanOrEqual(kind === '429' ? 2 : 0);
		});
	},
);

describe('a plan of two jobs at once that answers 429 beyond', () => {
	beforeEach(() => {
		stage.sandbox.setSwitch('overConcurrency', '429');
	});

	it('goes on with the other items after failures, each its own item’s', async () => {
		stage.sandbox.nextJobs({ minimumMs: 500 }, 1);
		stage.sandbox.nextJobs({ minimumMs: 500, failWith: { code: 'CORRUPT_FILE' } }, 1);
		stage.sandbox.nextJobs({ minimumMs: 500 }, 100);
		const given = items(5);
		given[3] = { source: 'not a link' };
		const ran = await runAction(stage, create(), {
			items: given,
			more: { onError: 'continueRegularOutput' },
		});
		const message = expect.stringMatching(/./) as string;
		expect(ran.json.map(({ status, error }) => (error === undefined ? status : message))).toEqual([
			...['completed', message, 'completed', message, 'completed'],
		]);
		expect(creates(201)).toBe(4);
	});

	it('submits no more once a job has failed and the node can only fail, and says so', async () => {
		stage.sandbox.nextJobs({ minimumMs: 300, failWith: { code: 'CORRUPT_FILE' } }, 1);
		stage.sandbox.nextJobs({ minimumMs: 2_000 }, 100);
		const { error } = await runAction(stage, create(), { items: items(6) });
		expect(error?.context?.itemIndex).toBe(0);
		expect(error?.description).toMatch(/Not submitted: items [23] to 5, counted from 0\./);
	});

	it('ends the submissions of all where the key is refused', async () => {
		stage.sandbox.nextJobs({ minimumMs: 500 }, 100);
		stage.sandbox.fault('error', {
			match: { method: 'POST' },
			status: 402,
			code: 'QUOTA_EXCEEDED',
			count: 1,
			after: 1,
		});
		const ran = await runAction(stage, create(), {
			items: items(5),
			more: { onError: 'continueRegularOutput' },
		});
		expect(creates()).toBeLessThanOrEqual(2);
		expect(ran.json.at(-1)?.description).toMatch(/Nothing was submitted for this item\.$/);
	});

	it('is cancelled within a second, also while it waits for a place', async () => {
		stage.sandbox.nextJobs({ minimumMs: 60_000 }, 100);
		const apiKey = `as_test_sk_${Math.random()}`;
		stage.sandbox.addKey({ key: apiKey });
		const credential = await sandboxCredential(stage.runner, stage.sandbox, { apiKey });
		const draft = actionWorkflow({ ...stage, credential }, create(), { items: items(1_000) });
		const running = stage.runner.start(stage.runner.save(draft));
		await until(() => creates(429) > 0);
		running.cancel();
		const cancelledAt = Date.now();
		await running.idle;
		expect(Date.now() - cancelledAt).toBeLessThan(1_000);
		expect(creates(201)).toBe(2);
	});
});
