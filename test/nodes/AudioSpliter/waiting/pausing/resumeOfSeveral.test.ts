import { waitGroupOf } from '../../../../../nodes/AudioSpliter/waiting/pausing/waitGroup';
import type { AnswerInTime } from './answerInTime';
import { answerInTime, useAnswerInTime } from './answerInTime';
import { ended, job, jobsOf, paused } from './pausedExecution';

jest.mock('n8n-workflow', () =>
	jest.requireActual<AnswerInTime>('./answerInTime').workflowWithoutSleep(),
);

jest.mock('../../../../../nodes/AudioSpliter/waiting/pausing/startup', () => ({
	createStart: () => ({ isOver: () => true }),
}));

useAnswerInTime();

describe('a webhook of one job of several', () => {
	it('asks for no other job whose webhook is still to come', async () => {
		const { ids, post, pause, looks } = paused((id) => ({ body: job(id) }));
		pause();
		expect(jobsOf(await post(ids[1]))).toBeUndefined();
		expect(jobsOf(await post(ids[0]))).toEqual(ended(ids));
		expect(looks).toHaveLength(0);
	});

	it('asks for jobs that may have ended while others were being submitted, since n8n refused their webhooks', async () => {
		const { ids, post, pause, looks } = paused((id) => ({ body: job(id) }));
		pause([60_000, 0]);
		expect(jobsOf(await post(ids[1]))).toEqual(ended(ids));
		expect(looks).toHaveLength(1);
	});

	it('asks for them once, where they go on', async () => {
		let status = 'processing';
		const statusOf = (id: string) => (id.startsWith('job_a') ? status : 'completed');
		const { ids, post, pause, looks } = paused((id) => ({ body: job(id, statusOf(id)) }), {
			statusOf,
		});
		pause([60_000, 0]);
		expect(await post(ids[1])).toEqual({ webhookResponse: { received: true } });
		expect(await post(ids[1])).toEqual({ webhookResponse: { received: true, duplicate: true } });
		status = 'completed';
		expect(jobsOf(await post(ids[0]))).toEqual(ended(ids));
		expect(looks).toHaveLength(1);
	});

	it('asks for no others whose webhooks are here: after a restart those of all may come at once', async () => {
		const { ids, post, looks } = paused((id) => ({ body: job(id) }), {
			...{ count: 25, statusOf: () => 'processing' },
		});
		const answers = await Promise.all(ids.map(post));
		expect(answers.map(jobsOf).filter((found) => found !== undefined)).toEqual([ended(ids)]);
		expect(looks).toHaveLength(0);
	});

	it('asks for the one job that the list does not give as finished: it may lag behind', async () => {
		const statusOf = (id: string) => (id.startsWith('job_b') ? 'processing' : 'completed');
		const { ids, post } = paused((id) => ({ body: job(id) }), { statusOf });
		expect(jobsOf(await post(ids[0]))).toEqual(ended(ids));
	});

	it('answers in time while another one makes the items', async () => {
		const { ids, post } = paused((id) => ({ body: job(id) }));
		const { members } = waitGroupOf(
			ids.map((id) => ({ id })),
			Date.now() + 60_000,
		);
		expect(members.size).toBe(2);
		waitGroupOf(
			ids.map((id) => ({ id })),
			0,
		).resuming = new Promise(() => undefined);
		answerInTime.isLate = true;
		expect(await post(ids[1])).toEqual({ webhookResponse: { received: true, duplicate: true } });
	});

	it('looks once, however often it comes again, while another one is to come', async () => {
		let status = 'processing';
		const statusOf = (id: string) => (id.startsWith('job_b') ? status : 'completed');
		const { ids, post, looks } = paused((id) => ({ body: job(id, statusOf(id)) }), { statusOf });
		expect(await post(ids[0])).toEqual({ webhookResponse: { received: true } });
		for (let repetition = 0; repetition < 20; repetition++) {
			expect(await post(ids[0])).toEqual({ webhookResponse: { received: true, duplicate: true } });
		}
		expect(looks).toHaveLength(1);
		const later = Date.now() + 30_000;
		jest.spyOn(Date, 'now').mockReturnValue(later);
		expect(await post(ids[0])).toEqual({ webhookResponse: { received: true } });
		expect(looks).toHaveLength(2);
		status = 'completed';
		expect(jobsOf(await post(ids[1]))).toEqual(ended(ids));
	});
});
