import { itemsOf } from '../../harness/client';
import { limitJobs } from '../support/sandbox';
import { until } from '../support/until';
import { pausingWorkflow, startPaused } from './support/paused';
import { useSandbox } from './support/stage';

const stage = useSandbox();

const COUNT = 30;
const BROKEN = { code: 'CORRUPT_FILE', message: 'No audio' };

/** Two at once, and 429 beyond. */
beforeEach(() => {
	limitJobs(stage.sandbox, 2);
	stage.sandbox.setSwitch('overConcurrency', '429');
});

const creates = (status: number): number =>
	stage.sandbox
		.requests()
		.filter((request) => request.origin === 'api' && request.method === 'POST')
		.filter((request) => request.status === status).length;

/** Refused creates are few: one for each place, and 5 %. */
const expectFewRefused = (count: number): void =>
	expect(creates(429)).toBeLessThanOrEqual(2 + Math.ceil(count / 20));

/**
 * The recordings of a batch: the eleventh is broken. Shorter ones would end between two looks, so that a refusal says little
 * about the places.
 */
function setRecordings(): void {
	stage.sandbox.nextJobs({ minimumMs: 2_000 }, 10);
	stage.sandbox.nextJobs({ minimumMs: 2_000, failWith: BROKEN }, 1);
	stage.sandbox.nextJobs({ minimumMs: 2_000 }, 1_000);
}

const draft = (
	waitMode: string,
	{ count = COUNT, maxWait = 5, onError = 'stopWorkflow' } = {},
): ReturnType<typeof pausingWorkflow> =>
	pausingWorkflow(
		stage,
		count,
		{
			waitMode,
			...(waitMode !== 'none' && { waitOptions: { pollInterval: 1, maxWait } }),
		},
		{ more: { onError: onError as 'stopWorkflow' } },
	);

describe.each(['webhook', 'poll'])('30 recordings, two at a time: %s', (waitMode) => {
	it('come out, the failed one at the error output', async () => {
		setRecordings();
		const { executionId, jobIds } = await startPaused(
			stage,
			draft(waitMode, { onError: 'continueErrorOutput' }),
		);
		const execution = await stage.client.waitForExecution(executionId);
		expect(execution.status).toBe('success');
		expect(jobIds).toHaveLength(COUNT);
		const items = itemsOf(execution, 'AudioSpliter');
		expect(items.map(({ json }) => json.id)).toEqual(jobIds.filter((_id, index) => index !== 10));
		expect(items.map(({ json }) => json.status)).toEqual(Array(COUNT - 1).fill('completed'));
		expect(itemsOf(execution, 'AudioSpliter', 1)).toHaveLength(1);
		expect(creates(201)).toBe(COUNT);
		expectFewRefused(COUNT);
	});
});

it('recordings without waiting are all submitted, and come out as they are', async () => {
	const count = 6;
	stage.sandbox.nextJobs({ minimumMs: 200 }, 1_000);
	const { executionId } = await startPaused(stage, draft('none', { count }));
	const items = itemsOf(await stage.client.waitForExecution(executionId), 'AudioSpliter');
	expect(items).toHaveLength(count);
	expect(creates(201)).toBe(count);
});

// The last one, since its jobs hold both places for a minute.
it('recordings are submitted no more once the execution is stopped', async () => {
	stage.sandbox.nextJobs({ minimumMs: 60_000 }, 1_000);
	const { id } = await stage.client.createWorkflow(draft('webhook'));
	const executionId = await stage.client.startManually(id);
	await until(() => creates(429) > 0);
	await stage.client.stopExecution(executionId);
	const execution = await stage.client.waitForExecution(executionId);
	expect(execution.status).toBe('canceled');
	const sent = stage.sandbox.requests().length;
	limitJobs(stage.sandbox);
	await new Promise((resolve) => setTimeout(resolve, 3_000));
	expect(stage.sandbox.requests()).toHaveLength(sent);
	expect(creates(201)).toBe(2);
});
