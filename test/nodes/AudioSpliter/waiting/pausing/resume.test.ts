import { waitGroupOf } from '../../../../../nodes/AudioSpliter/waiting/pausing/waitGroup';
import type { AnswerInTime } from './answerInTime';
import { answerInTime, useAnswerInTime } from './answerInTime';
import { ended, job, jobsOf, paused, submitted } from './pausedExecution';

jest.mock('n8n-workflow', () =>
	jest.requireActual<AnswerInTime>('./answerInTime').workflowWithoutSleep(),
);

jest.mock('../../../../../nodes/AudioSpliter/waiting/pausing/startup', () => ({
	createStart: () => ({ isOver: () => true }),
}));

useAnswerInTime();

describe('a webhook that resumes a paused execution', () => {
	it('is answered before the work is done where that takes long', async () => {
		answerInTime.isLate = true;
		const { ids, post, sent } = paused((id) => ({ body: job(id) }));
		const returned = await post(ids[0]);
		expect(jobsOf(returned)).toEqual(ended(ids));
		expect(returned.noWebhookResponse).toBe(true);
		expect(sent).toEqual([{ status: 200, body: { received: true } }]);
	});

	it('hands out nothing once Max Wait is over, since n8n has gone on by itself', async () => {
		answerInTime.isLate = true;
		const answers: unknown[] = [];
		for (const until of [Date.now() - 1, Date.now() + 60_000]) {
			const { ids, post } = paused((id) => ({ body: job(id) }), { until });
			answers.push(jobsOf(await post(ids[0]))?.length);
		}
		expect(answers).toEqual([undefined, 2]);
	});

	it('looks again when the API fails after the answer, since the webhook does not come again', async () => {
		answerInTime.isLate = true;
		let failures = 3;
		const { ids, post, sent, logged } = paused((id) =>
			id.startsWith('job_b') && failures-- > 0 ? { status: 500 } : { body: job(id) },
		);
		expect(jobsOf(await post(ids[0]))).toEqual(ended(ids));
		expect(sent).toHaveLength(1);
		expect(logged).toHaveLength(3);
		expect(logged[0]).toBe(
			`AudioSpliter: the jobs of a paused execution could not be read (workflow "Recordings", ID ${ids[0]}, node "AudioSpliter")`,
		);
		expect(answerInTime.pauses).toEqual([30_000, 60_000, 120_000]);
	});

	it.each<[string, number, number, number[]]>([
		['goes on failing', 500, 900_000, [30_000, 60_000, 120_000]],
		['fails to the end of Max Wait', 500, 100_000, [30_000, 60_000]],
		['refuses the key', 401, 900_000, []],
	])(
		'leaves the execution waiting when the API %s after the answer',
		async (_what, status, left, looks) => {
			answerInTime.isLate = true;
			const { ids, post, sent } = paused(
				(id) => (id.startsWith('job_b') ? { status } : { body: job(id) }),
				{ until: Date.now() + left },
			);
			expect(await post(ids[0])).toEqual({ noWebhookResponse: true });
			expect(sent).toHaveLength(1);
			expect(answerInTime.pauses).toEqual(looks);
		},
	);

	it('is refused, so that it comes again, when the API fails before the answer', async () => {
		let status = 500;
		const { ids, post, sent, logged } = paused((id) =>
			id.startsWith('job_b') ? { status, body: job(id) } : { body: job(id) },
		);
		expect(await post(ids[0])).toEqual({ noWebhookResponse: true });
		expect(sent.map((answer) => answer.status)).toEqual([503]);
		expect(logged).toEqual([
			expect.stringMatching(
				/^AudioSpliter: a webhook could not be handled and will come again: .+ \(workflow "Recordings", ID job_a_.+, node "AudioSpliter"\)$/,
			),
		]);
		status = 200;
		expect(jobsOf(await post(ids[0]))).toEqual(ended(ids));
	});

	it('is asked for once more in the end where the service was not there when it came', async () => {
		let failures = 1;
		const { ids, post, pause } = paused((id) =>
			id.startsWith('job_a') && failures-- > 0
				? { status: 503 }
				: { body: { ...job(id), sourceDuration: 1800 } },
		);
		pause();
		await post(ids[0]);
		const { workflowData } = await post(ids[1]);
		expect(workflowData?.[0]?.map(({ json }) => json.sourceDuration)).toEqual([1800, 1800]);
	});

	it('has no effect where the service, once it can be asked again, says that the job goes on', async () => {
		let calls = 0;
		const { ids, post, pause, sent } = paused((id) => {
			if (!id.startsWith('job_a')) return { body: job(id) };
			calls += 1;
			return calls === 1
				? { status: 503 }
				: { body: job(id, calls === 2 ? 'processing' : undefined) };
		});
		pause();
		await post(ids[0]);
		expect(await post(ids[1])).toEqual({ noWebhookResponse: true });
		expect(sent.map((answer) => answer.status)).toEqual([409]);
		// The next attempt finds it finished.
		expect(jobsOf(await post(ids[1]))).toEqual(ended(ids));
	});

	it('has to do where the service stays away, with what the jobs were submitted with', async () => {
		let calls = 0;
		const { ids, post, pause } = paused(() => {
			calls += 1;
			return { status: 503 };
		});
		pause();
		await post(ids[0]);
		const { workflowData } = await post(ids[1]);
		expect(workflowData?.[0]?.map(({ json }) => json)).toEqual(
			ids.map((id) => ({ ...submitted(id), progress: undefined, status: 'completed' })),
		);
		// One for each webhook, and in the end one that shows that there is no need of others.
		expect(calls).toBe(3);
	});

	it('is to come again when the service does not know yet that the job is finished', async () => {
		let status = 'processing';
		const { ids, post, sent } = paused((id) => ({
			body: job(id, id.startsWith('job_a') ? status : 'completed'),
		}));
		expect(await post(ids[0])).toEqual({ noWebhookResponse: true });
		expect(sent.map((answer) => answer.status)).toEqual([409]);
		status = 'completed';
		expect(jobsOf(await post(ids[0]))).toEqual(ended(ids));
	});

	it('does not forget a job whose webhook it had answered before the service knew of its end', async () => {
		answerInTime.isLate = true;
		let status = 'processing';
		const { ids, post, pause } = paused((id) => ({
			body: job(id, id.startsWith('job_a') ? status : 'completed'),
		}));
		pause();
		expect(await post(ids[0])).toEqual({ noWebhookResponse: true });
		status = 'completed';
		expect(jobsOf(await post(ids[1]))).toEqual(ended(ids));
	});

	it('hands out its items once, also when both webhooks took long', async () => {
		answerInTime.isLate = true;
		const { ids, post } = paused((id) => ({ body: job(id) }));
		const both = await Promise.all([post(ids[0]), post(ids[1])]);
		expect(both.map(jobsOf).filter((found) => found !== undefined)).toEqual([ended(ids)]);
	});

	it('is acknowledged, and nothing more, while n8n has the items and has not answered', async () => {
		const { ids, post } = paused((id) => ({ body: job(id) }));
		await post(ids[0]);
		expect(await post(ids[1])).toEqual({ webhookResponse: { received: true, duplicate: true } });
	});

	it('looks the jobs up again when it comes again because n8n could not resume the execution', async () => {
		const until = Date.now() + 60_000;
		const { ids, post, pause, answerLast } = paused((id) => ({ body: job(id) }), { until });
		pause();
		await post(ids[0]);
		expect(jobsOf(await post(ids[1]))).toEqual(ended(ids));
		const { members } = waitGroupOf(
			ids.map((id) => ({ id })),
			until,
		);
		expect(
			[...members.values()].flatMap(({ reported, fetched }) => reported ?? fetched ?? []),
		).toEqual([]);
		answerLast(500);
		expect(jobsOf(await post(ids[1]))).toEqual(ended(ids));
		answerLast(200);
		expect(jobsOf(await post(ids[1]))).toBeUndefined();
	});

	it('is taken up when it comes again because its sender had gone before the answer', async () => {
		const { ids, post, answerLast, breakLast } = paused((id) => ({ body: job(id) }), { count: 1 });
		expect(jobsOf(await post(ids[0]))).toEqual(ended(ids));
		breakLast();
		expect(jobsOf(await post(ids[0]))).toEqual(ended(ids));
		answerLast(200);
		expect(jobsOf(await post(ids[0]))).toBeUndefined();
	});

	it.each([
		['in time', false],
		['late', true],
	])(
		'is taken up as well when its sender had gone before the items were made, %s',
		async (_when, isLate) => {
			answerInTime.isLate = isLate;
			const { ids, post, breakLast } = paused(
				(id) => {
					breakLast();
					return { body: job(id) };
				},
				{ count: 1 },
			);
			await post(ids[0]);
			expect(jobsOf(await post(ids[0]))).toEqual(ended(ids));
		},
	);

	it.each([500, 200])(
		'does not wait for the answer about another job, be it %i',
		async (status) => {
			const { ids, post, pause } = paused((id) =>
				status === 500 && id.startsWith('job_a') ? { status } : { body: job(id) },
			);
			pause();
			const both = await Promise.all([post(ids[0]), post(ids[1])]);
			const resumed = both.map(jobsOf).filter((found) => found !== undefined);
			expect(resumed).toEqual([ended(ids)]);
		},
	);

	it('needs no signature where the credential has no secret: the service has the last word', async () => {
		let status = 'processing';
		const { ids, post, sent } = paused(
			(id) => ({ body: job(id, id.startsWith('job_a') ? status : 'completed') }),
			{ signingSecret: '' },
		);
		expect(await post(ids[0])).toEqual({ noWebhookResponse: true });
		expect(sent.map((answer) => answer.status)).toEqual([409]);
		status = 'completed';
		expect(jobsOf(await post(ids[0]))).toEqual(ended(ids));
	});
});
