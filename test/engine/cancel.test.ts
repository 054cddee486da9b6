import { setTimeout as sleep } from 'node:timers/promises';
import type { INodeParameters } from 'n8n-workflow';
import { sandboxCredential } from '../../harness/sandboxCredential';
import { callsTo, RECORDING } from '../support/sandbox';
import { until } from '../support/until';
import { actionWorkflow } from '../support/action';
import { useEngine } from './support/stage';

const stage = useEngine();

const create = (waitOptions: INodeParameters = {}): INodeParameters => ({
	resource: 'splitJob',
	operation: 'create',
	sourceUrl: stage.sandbox.fileUrl(RECORDING),
	segmentDuration: 5,
	waitOptions: { pollInterval: 1, ...waitOptions },
});
const requests = (method: string) =>
	stage.sandbox
		.requests()
		.filter((request) => request.origin === 'api' && request.method === method);

/** Starts the node, and waits until it has asked for a job. Its key is one of its own, which faults may use up. */
const startWaiting = async (parameters: INodeParameters, items: object[] = [{}]) => {
	const apiKey = `as_test_sk_${Math.random()}`;
	stage.sandbox.addKey({ key: apiKey });
	const credential = await sandboxCredential(stage.runner, stage.sandbox, { apiKey });
	const draft = actionWorkflow({ ...stage, credential }, parameters, { items });
	const running = stage.runner.start(stage.runner.save(draft));
	await until(() => requests('GET').length > 0);
	return running;
};

describe('a cancelled wait', () => {
	it.each([
		['between two polls', 'none'],
		['while a poll is answered late', 'slow-response'],
		['while the budget is used up', 'rate-limit'],
	])('ends %s', async (_when, fault) => {
		stage.sandbox.nextJobs({ stuckAt: 40 }, 3);
		if (fault !== 'none') {
			stage.sandbox.fault(fault, {
				match: { method: 'GET', path: '/splits/job_' },
				delayMs: 3_000,
				retryAfterSeconds: 3,
			});
		}
		const running = await startWaiting(create({ maxPollInterval: 10 }), [{}, {}, {}]);
		await sleep(1_200);
		const cancelledAt = Date.now();
		running.cancel();
		expect((await running.ended).status).toBe('canceled');
		await running.idle;
		console.log(`ended ${Date.now() - cancelledAt} ms after the cancel`);

		// Whatever n8n says of the execution: nothing goes on behind it, once the fault would be over.
		const seen = stage.sandbox.requests().length;
		await sleep(3_500);
		expect(callsTo(stage.sandbox)).toHaveLength(seen);
	});
});
