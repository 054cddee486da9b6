import type { IWebhookFunctions } from 'n8n-workflow';
import { createHmac, randomUUID } from 'node:crypto';
import { EventEmitter } from 'node:events';
import { resume } from '../../../../../nodes/AudioSpliter/waiting/pausing/resume';
import { waitGroupOf } from '../../../../../nodes/AudioSpliter/waiting/pausing/waitGroup';
import type { Answer } from '../../api/support';
import { apiContext } from '../../api/support';

export const job = (id: string, status = 'completed') => ({ id, status });

/** What a job was submitted with. */
export const submitted = (id: string) => ({
	...{ id, status: 'queued', progress: 0 },
	...{ splitMode: 'duration', metadata: { orderId: id } },
});

interface PausedOptions {
	/** The jobs, `job_a_…`, `job_b_…` and so on. */
	count?: number;
	until?: number;
	/** In the list of all jobs; by default the end of each. */
	statusOf?: (id: string) => string;
	signingSecret?: string;
}

/**
 * An execution that waits for jobs, and the service that has them.
 *
 * @param get what Get Job answers
 */
export const paused = (
	get: (id: string) => Answer,
	{ count = 2, until, statusOf = () => 'completed', signingSecret = 'whsec' }: PausedOptions = {},
) => {
	const ids = Array.from(
		{ length: count },
		(_unused, index) => `job_${'abcdefghijklmnopqrstuvwxyz'.charAt(index)}_${randomUUID()}`,
	) as [string, string, ...string[]];
	const sent: Array<{ status?: number; body?: unknown }> = [];
	const logged: string[] = [];
	/** How often the list of jobs was asked for. */
	const looks: number[] = [];
	const responses: EventEmitter[] = [];
	const post = async (jobId: string) => {
		const body = JSON.stringify({ event: 'job.completed', jobId, data: { status: 'completed' } });
		const answer: { status?: number; body?: unknown } = {};
		const response = Object.assign(new EventEmitter(), {
			statusCode: 200,
			destroyed: false,
			writableFinished: false,
			status: (status: number) => {
				answer.status = status;
				return response;
			},
			json: (content: unknown) => {
				// As Node does, also where nobody is there any more.
				response.writableFinished = true;
				sent.push({ ...answer, body: content });
			},
		});
		responses.push(response);
		const { ctx } = apiContext(
			({ url }) => {
				const id = url.split('/splits/')[1];
				if (id !== undefined) return get(id);
				looks.push(Date.now());
				return { body: { data: ids.map((one) => job(one, statusOf(one))) } };
			},
			{
				getRequestObject: () => ({
					headers: {
						...(signingSecret !== '' && {
							'x-audiospliter-signature': createHmac('sha256', signingSecret)
								.update(body)
								.digest('hex'),
						}),
					},
					rawBody: Buffer.from(body),
				}),
				getResponseObject: () => response,
				getWorkflow: () => ({ id: ids[0], name: 'Recordings' }),
				getCredentials: async () => ({
					...{
						apiKey: `key of ${ids[0]}`,
						baseUrl: 'https://api.example.com/v1',
						signingSecret,
					},
				}),
				evaluateExpression: (expression: string) =>
					expression.includes('$input')
						? ids.map((id) => ({ json: { ...submitted(id), waitTimedOut: true } }))
						: { output: {}, until },
				logger: {
					debug: () => undefined,
					warn: (message: string) => logged.push(message),
				},
			},
		);
		return await resume(ctx as unknown as IWebhookFunctions);
	};
	/** What n8n answers to the last webhook, once it has tried to resume the execution. */
	const answerLast = (status: number) => {
		const response = responses.at(-1);
		Object.assign(response ?? {}, { statusCode: status, writableFinished: true, destroyed: true });
		response?.emit('finish');
		response?.emit('close');
	};
	/** The sender of the last webhook goes away before it is answered. */
	const breakLast = () => {
		const response = responses.at(-1);
		Object.assign(response ?? {}, { destroyed: true });
		response?.emit('close');
	};
	/** As this process pauses it, having submitted the jobs so many milliseconds ago. */
	const pause = (ages: number[] = []) =>
		waitGroupOf(
			ids.map((id, index) => ({ id, submittedAt: Date.now() - (ages[index] ?? 0) })),
			until ?? Date.now() + 60_000,
		);
	return { ids, post, pause, sent, logged, looks, answerLast, breakLast };
};

/** The jobs that an execution goes on with, each with its status. */
export const jobsOf = (returned: Awaited<ReturnType<typeof resume>>): unknown[] | undefined =>
	returned.workflowData?.[0]?.map(({ json: { id, status, waitTimedOut } }) =>
		[id, status, ...(waitTimedOut === undefined ? [] : ['timed out'])].join(' '),
	);

export const ended = (ids: readonly string[]) => ids.map((id) => `${id} completed`);
