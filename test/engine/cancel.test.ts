import { setTimeout as sleep } from 'node:timers/promises';
import { callsTo } from '../support/sandbox';
import { onStage } from './support/stage';
import { waitsOn } from './support/waits';

describe('a cancelled wait', () => {
	it.concurrent.each([
		['between two polls', 'none'],
		['while a poll is answered late', 'slow-response'],
		['while the budget is used up', 'rate-limit'],
	])(
		'ends %s',
		onStage(async (stage, _when, fault) => {
			const { create, startWaiting } = waitsOn(stage);
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
		}),
	);
});
