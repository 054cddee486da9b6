import type { INodeExecutionData } from 'n8n-workflow';
import { errorOf, itemsOf } from '../../harness/client';
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

/** The recordings of a batch: all short but one that is broken, the eleventh, and those that are given. */
function setRecordings(later: object = {}): void {
	stage.sandbox.nextJobs({ minimumMs: 500 }, 10);
	stage.sandbox.nextJobs({ minimumMs: 500, failWith: BROKEN }, 1);
	stage.sandbox.nextJobs({ minimumMs: 500, ...later }, 1);
	stage.sandbox.nextJobs({ minimumMs: 500 }, 1_000);
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
			...(waitMode !== 'none' && { waitOptions: { maxWait } }),
			...(waitMode === 'poll' && { waitOptions: { pollInterval: 1, maxWait } }),
		},
		{ more: { onError: onError as 'stopWorkflow' } },
	);

const statusOf = ({ json }: INodeExecutionData): unknown =>
	json.error === undefined || json.status === 'completed' ? json.status : 'error';

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

	it('come out in order with Continue On Fail, the failed one as an error', async () => {
		setRecordings();
		const { executionId } = await startPaused(
			stage,
			draft(waitMode, { onError: 'continueRegularOutput' }),
		);
		const execution = await stage.client.waitForExecution(executionId);
		const expected = Array<unknown>(COUNT).fill('completed');
		expected[10] = 'error';
		expect(itemsOf(execution, 'AudioSpliter').map(statusOf)).toEqual(expected);
		expectFewRefused(COUNT);
	});

	it('are all submitted where two runs share the key', async () => {
		stage.sandbox.nextJobs({ minimumMs: 500 }, 1_000);
		const runs = await Promise.all(
			[1, 2].map(async () => await startPaused(stage, draft(waitMode, { count: 15 }))),
		);
		const ids = new Set<unknown>();
		for (const { executionId } of runs) {
			const items = itemsOf(await stage.client.waitForExecution(executionId), 'AudioSpliter');
			expect(items.map(statusOf)).toEqual(Array(15).fill('completed'));
			for (const { json } of items) ids.add(json.id);
		}
		expect(ids.size).toBe(30);
		expect(creates(201)).toBe(30);
	});

	it('are submitted no more once the execution is stopped', async () => {
		stage.sandbox.nextJobs({ minimumMs: 60_000 }, 1_000);
		const { id } = await stage.client.createWorkflow(draft(waitMode));
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
});

it('30 recordings without waiting are all submitted, and come out as they are', async () => {
	stage.sandbox.nextJobs({ minimumMs: 200 }, 1_000);
	const { executionId } = await startPaused(stage, draft('none'));
	const items = itemsOf(await stage.client.waitForExecution(executionId), 'AudioSpliter');
	expect(items).toHaveLength(COUNT);
	expect(creates(201)).toBe(COUNT);
});

it('one job’s time-out is its own item’s, and the others go on', async () => {
	setRecordings({ minimumMs: 60_000 });
	const { executionId, jobIds } = await startPaused(
		stage,
		draft('poll', { maxWait: 0.15, onError: 'continueRegularOutput' }),
	);
	const execution = await stage.client.waitForExecution(executionId);
	const items = itemsOf(execution, 'AudioSpliter');
	const expected = Array<unknown>(COUNT).fill('completed');
	expected[10] = expected[11] = 'error';
	expect(items.map(statusOf)).toEqual(expected);
	expect(items[11]?.json.error).toMatch(`Not finished in time: ${jobIds[11]}`);
});

it('a pause that ends before one job hands on all of them, as last known', async () => {
	setRecordings({ minimumMs: 300_000 });
	const { executionId, jobIds } = await startPaused(stage, draft('webhook', { maxWait: 0.05 }));
	const items = itemsOf(await stage.client.waitForExecution(executionId), 'AudioSpliter');
	expect(items.map(({ json }) => json.id)).toEqual(jobIds);
	expect(items.map(({ json }) => json.waitTimedOut)).toEqual(Array(COUNT).fill(true));
});

it('a run that can only fail names what was not submitted', async () => {
	setRecordings();
	const { executionId } = await startPaused(stage, draft('poll'));
	const execution = await stage.client.waitForExecution(executionId);
	expect(execution.status).toBe('error');
	expect(errorOf(execution)?.message).toContain('No audio');
	expect(errorOf(execution)?.description).toMatch(/Not submitted: items 1\d to 29, counted from 0/);
	expect(creates(201)).toBeLessThan(COUNT);
});
