import { itemsOf } from '../../harness/client';
import { limitJobs } from '../support/sandbox';
import { pausingWorkflow, startPaused } from './support/paused';
import { useSandbox } from './support/stage';

const stage = useSandbox();

const COUNT = 30;

/** Two at once, and 429 beyond. */
beforeAll(() => {
	limitJobs(stage.sandbox, 2);
	stage.sandbox.setSwitch('overConcurrency', '429');
});

const creates = (status: number): number =>
	stage.sandbox
		.requests()
		.filter((request) => request.origin === 'api' && request.method === 'POST')
		.filter((request) => request.status === status).length;

const BROKEN = { code: 'CORRUPT_FILE', message: 'No audio' };

test.each(['webhook', 'poll'])(
	'30 recordings, two at a time, with failures and an error output: %s',
	async (waitMode) => {
		const [taken, refused] = [creates(201), creates(429)];
		stage.sandbox.nextJobs({ minimumMs: 500 }, 10);
		stage.sandbox.nextJobs({ minimumMs: 500, failWith: BROKEN }, 1);
		stage.sandbox.nextJobs({ minimumMs: 500 }, 17);
		stage.sandbox.nextJobs({ minimumMs: 3_000 }, 2);
		const draft = pausingWorkflow(
			stage,
			COUNT,
			{ waitMode, waitOptions: { pollInterval: 1, maxWait: 5 } },
			{ more: { onError: 'continueErrorOutput' } },
		);
		const { executionId, jobIds } = await startPaused(stage, draft);
		const execution = await stage.client.waitForExecution(executionId);
		expect(execution.status).toBe('success');
		expect(jobIds).toHaveLength(COUNT);
		const items = itemsOf(execution, 'AudioSpliter');
		expect(items.map(({ json }) => json.id)).toEqual(jobIds.filter((_id, index) => index !== 10));
		expect(items.map(({ json }) => json.status)).toEqual(Array(COUNT - 1).fill('completed'));
		expect(creates(201) - taken).toBe(COUNT);
		expect(creates(429) - refused).toBeLessThanOrEqual(2 + Math.ceil(COUNT / 20));
	},
);
