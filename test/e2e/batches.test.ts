import { setTimeout as sleep } from 'node:timers/promises';
import type { INodeParameters } from 'n8n-workflow';
import { itemsOf } from '../../harness/client';
import { limitJobs, RECORDING, TWO_AT_ONCE } from '../support/sandbox';
import { until } from '../support/until';
import { pausingWorkflow } from './support/paused';
import type { Stage } from './support/stage';
import { onSandbox } from './support/stage';

const COUNT = 30;

/** Milliseconds that a busy machine may take for all of these runs, which wait side by side. */
const LIMIT_MS = 280_000;

jest.setTimeout(LIMIT_MS + 20_000);

const BROKEN = { code: 'CORRUPT_FILE', message: 'No audio' };

const MODES = ['poll', 'webhook', 'none'] as const;
type WaitMode = (typeof MODES)[number];

interface BatchOptions {
	count?: number;
	/** Minutes. */
	maxWait?: number;
	onError?: 'stopWorkflow' | 'continueErrorOutput' | 'continueRegularOutput';
	more?: INodeParameters;
}

/** A run of so many recordings, which looks at them as often as it may. */
const batch = (stage: Stage, waitMode: WaitMode, options: BatchOptions = {}) => {
	const { count = COUNT, maxWait = 5, onError = 'stopWorkflow', more } = options;
	const waitOptions = waitMode === 'none' ? {} : { pollInterval: 1, maxWait };
	const parameters = { waitMode, waitOptions, ...more };
	return pausingWorkflow(stage, count, parameters, { more: { onError } });
};

const creates = ({ sandbox }: Stage, status: number): number =>
	sandbox
		.requests()
		.filter((request) => request.origin === 'api' && request.method === 'POST')
		.filter((request) => request.status === status).length;

/** The requests of n8n: the sandbox fetches the sources of its jobs in its own time. */
const sent = ({ sandbox }: Stage): number =>
	sandbox.requests().filter(({ origin }) => origin === 'api').length;

/** Refused creates are few: one for each place, and 5 %. */
const expectFewRefused = (stage: Stage): void =>
	expect(creates(stage, 429)).toBeLessThanOrEqual(2 + Math.ceil(COUNT / 20));

const run = async (stage: Stage, ...given: [WaitMode, BatchOptions?]) => {
	const { id } = await stage.client.createWorkflow(batch(stage, ...given));
	const execution = await stage.client.runManually(id, { timeout: LIMIT_MS });
	const jobIds = stage.sandbox.jobs().map((job) => job.id);
	const read = (output: number) =>
		itemsOf(execution, 'AudioSpliter', output).map(({ json }) => json);
	return { execution, jobIds, json: read(0), failed: read(1) };
};

const statuses = (json: Array<Record<string, unknown>>) => json.map(({ status }) => status);

// All of these in one block: jest runs those of a block side by side, and one block after the other.
it.concurrent(
	'30 recordings come out by polling, one that fails and one that takes too long at the error output',
	onSandbox(async (stage) => {
		stage.sandbox.nextJobs({ minimumMs: 34_000 });
		stage.sandbox.nextJobs({ minimumMs: 300 }, 9);
		stage.sandbox.nextJobs({ minimumMs: 300, failWith: BROKEN });
		const options = { onError: 'continueErrorOutput', maxWait: 0.5 } as const;
		const { execution, jobIds, json, failed } = await run(stage, 'poll', options);
		expect(execution.status).toBe('success');
		expect(jobIds).toHaveLength(COUNT);
		const [late, broken] = [jobIds[0], jobIds[10]];
		expect(json.map(({ id }) => id)).toEqual(jobIds.filter((id) => id !== late && id !== broken));
		expect(statuses(json)).toEqual(Array(COUNT - 2).fill('completed'));
		expect(failed.map(({ error }) => error)).toEqual([
			expect.stringContaining(`Not finished in time: ${late}`),
			expect.stringContaining(BROKEN.message),
		]);
		expectFewRefused(stage);
	}, TWO_AT_ONCE),
);

it.concurrent(
	'30 recordings come out of a pause, one that fails at the error output',
	onSandbox(async (stage) => {
		stage.sandbox.nextJobs({ minimumMs: 300 }, 10);
		stage.sandbox.nextJobs({ minimumMs: 300, failWith: BROKEN });
		const options = { onError: 'continueErrorOutput' } as const;
		const { execution, jobIds, json, failed } = await run(stage, 'webhook', options);
		expect(execution.status).toBe('success');
		expect(jobIds).toHaveLength(COUNT);
		expect(json.map(({ id }) => id)).toEqual(jobIds.filter((_id, index) => index !== 10));
		expect(statuses(json)).toEqual(Array(COUNT - 1).fill('completed'));
		expect(failed.map(({ error }) => error)).toEqual([expect.stringContaining(`${jobIds[10]}`)]);
		expectFewRefused(stage);
	}, TWO_AT_ONCE),
);

it.concurrent(
	'30 recordings are all submitted without waiting, but for one without a link, which is at the error output',
	onSandbox(
		async (stage) => {
			const sourceUrl = `={{ $json.number === 10 ? 'no link' : '${stage.sandbox.fileUrl(RECORDING)}' }}`;
			const options = { onError: 'continueErrorOutput', more: { sourceUrl } } as const;
			const { execution, jobIds, json, failed } = await run(stage, 'none', options);
			expect(execution.status).toBe('success');
			expect(json.map(({ id }) => id)).toEqual(jobIds);
			expect(creates(stage, 201)).toBe(COUNT - 1);
			expect(failed).toHaveLength(1);
		},
		// What is refused is tried again after a second, not after five.
		{ ...TWO_AT_ONCE, timeScale: 5 },
	),
);

it.concurrent(
	'a pause that ends with one recording unfinished goes on with all as they stand',
	onSandbox(async (stage) => {
		stage.sandbox.nextJobs({ minimumMs: 300 }, 2);
		stage.sandbox.nextJobs({ stuckAt: 50 });
		const options = { count: 6, maxWait: 0.02, onError: 'continueRegularOutput' } as const;
		const { execution, json } = await run(stage, 'webhook', options);
		expect(execution.status).toBe('success');
		expect(json.map(({ waitTimedOut }) => waitTimedOut)).toEqual(Array(6).fill(true));
		expect(json[2]?.status).not.toBe('completed');
		expect(creates(stage, 201)).toBe(6);
	}, TWO_AT_ONCE),
);

it.concurrent(
	'three runs with one key, each with a wait mode of its own, share the places until all are done',
	onSandbox(async (stage) => {
		const count = 8;
		const runs = await Promise.all(MODES.map(async (mode) => await run(stage, mode, { count })));
		for (const { execution, json } of runs) {
			expect(execution.status).toBe('success');
			expect(json).toHaveLength(count);
		}
		for (const { json } of runs.slice(0, 2)) {
			expect(statuses(json)).toEqual(Array(count).fill('completed'));
		}
		expect(new Set(runs.flatMap(({ json }) => json.map(({ id }) => id))).size).toBe(3 * count);
		expect(creates(stage, 201)).toBe(3 * count);
	}, TWO_AT_ONCE),
);

it.concurrent.each(MODES)(
	'recordings are submitted no more once the execution is stopped: %s',
	onSandbox(async (stage, waitMode: WaitMode) => {
		stage.sandbox.nextJobs({ minimumMs: 60_000 }, 2);
		const { id } = await stage.client.createWorkflow(batch(stage, waitMode));
		const executionId = await stage.client.startManually(id);
		await until(() => creates(stage, 429) > 0);
		await stage.client.stopExecution(executionId);
		const execution = await stage.client.waitForExecution(executionId);
		expect(execution.status).toBe('canceled');
		const before = sent(stage);
		limitJobs(stage.sandbox);
		// A create that was refused would be tried again within five seconds.
		await sleep(6_000);
		expect(sent(stage)).toBe(before);
		expect(creates(stage, 201)).toBe(2);
	}, TWO_AT_ONCE),
);
