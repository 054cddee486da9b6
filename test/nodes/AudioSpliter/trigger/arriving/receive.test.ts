import { createHmac, randomUUID } from 'node:crypto';
import type { IWebhookFunctions } from 'n8n-workflow';
import { receive } from '../../../../../nodes/AudioSpliter/trigger/arriving/receive';

const SECRET = 'whsec_unit';
const BODY = JSON.stringify({ event: 'job.failed', jobId: 'job_1', data: {} });
const sign = (body: string, secret = SECRET) =>
	createHmac('sha256', secret).update(body).digest('hex');

interface Situation {
	body?: string;
	headers?: Record<string, unknown>;
	readRawBody?: () => Promise<void>;
	getCredentials?: () => Promise<object>;
	events?: unknown;
	/** By default a node of its own. */
	nodeId?: string;
}

/** A request to a trigger of its own, and what was answered to it. */
const deliver = async (situation: Situation = {}) => {
	const { body = BODY, events = ['job.completed', 'job.failed'] } = situation;
	const answer: { status?: number; body?: unknown } = {};
	const logged: string[] = [];
	const response = {
		status: (status: number) => {
			answer.status = status;
			return response;
		},
		json: (content: unknown) => {
			answer.body = content;
		},
	};
	const ctx = {
		getRequestObject: () => ({
			headers: { 'x-audiospliter-signature': sign(body), ...situation.headers },
			rawBody: situation.readRawBody ? undefined : Buffer.from(body),
			readRawBody: situation.readRawBody,
		}),
		getResponseObject: () => response,
		getNode: () => ({
			id: situation.nodeId ?? randomUUID(),
			name: `Trigger ${situation.nodeId ?? randomUUID()}`,
			credentials: {},
		}),
		getWorkflow: () => ({ id: 'w1', name: 'Recordings' }),
		getMode: () => 'webhook',
		getCredentials: situation.getCredentials ?? (async () => ({ signingSecret: SECRET })),
		getNodeParameter: () => events,
		logger: {
			error: (message: string) => logged.push(`error: ${message}`),
			warn: (message: string) => logged.push(`warn: ${message}`),
		},
	} as unknown as IWebhookFunctions;
	return { answer, logged, returned: await receive(ctx) };
};

describe('the answer to a delivery', () => {
	it('starts an execution with the event, its delivery ID and nothing of the request', async () => {
		const { returned, answer } = await deliver({ headers: { 'x-audiospliter-delivery': 'd1' } });
		expect(answer).toEqual({});
		expect(returned).toEqual({
			workflowData: [
				[
					{
						json: {
							event: 'job.failed',
							jobId: 'job_1',
							data: {},
							deliveryId: 'd1',
							receivedBy: expect.any(String),
						},
					},
				],
			],
			webhookResponse: { received: true },
		});
	});

	it('is 401 for a wrong signature, and tells nothing else', async () => {
		const { returned, answer } = await deliver({
			headers: { 'x-audiospliter-signature': sign(BODY, 'whsec_other') },
		});
		expect(answer).toEqual({ status: 401, body: { error: 'The signature is missing or wrong' } });
		expect(returned).toEqual({ noWebhookResponse: true });
	});

	it.each([
		['no secret', {}],
		['an empty secret', { signingSecret: '' }],
		['a blank secret', { signingSecret: ' ' }],
		['a secret that is no text', { signingSecret: 5 }],
	])('is 401 where the credential has %s, also for a body signed with it', async (_what, data) => {
		const { answer } = await deliver({
			getCredentials: async () => data,
			headers: { 'x-audiospliter-signature': sign(BODY, '') },
		});
		expect(answer.status).toBe(401);
	});

	it('is 200 for a secret that was pasted with blanks around it', async () => {
		const { returned } = await deliver({
			getCredentials: async () => ({ signingSecret: ` ${SECRET}\n` }),
		});
		expect(returned.workflowData).toHaveLength(1);
	});

	it('is 503 without details when this n8n cannot read its credential, and never 200', async () => {
		const { returned, answer, logged } = await deliver({
			getCredentials: async () => {
				throw new Error('SQLITE_CORRUPT: /home/someone/database.sqlite');
			},
		});
		expect(answer.status).toBe(503);
		expect(JSON.stringify(answer.body)).not.toContain('SQLITE');
		expect(returned).toEqual({ noWebhookResponse: true });
		expect(logged).toEqual([
			expect.stringMatching(
				/^error: AudioSpliter: a delivery could not be checked: SQLITE_CORRUPT: .+ \(workflow "Recordings", ID w1, node "Trigger .+"\)$/,
			),
		]);
	});

	it.each([
		[
			'the header is missing',
			{ headers: { 'x-audiospliter-signature': undefined } },
			'it has no X-AudioSpliter-Signature',
		],
		[
			'the header is no signature',
			{ headers: { 'x-audiospliter-signature': 'sha256=0' } },
			'its X-AudioSpliter-Signature is malformed',
		],
		[
			'the secret is another',
			{ headers: { 'x-audiospliter-signature': sign(BODY, 'whsec_other') } },
			"it was not signed with the credential's webhook signing secret",
		],
		[
			'the credential has none',
			{ getCredentials: async () => ({}) },
			'the credential has no webhook signing secret',
		],
	])('leaves a trace in the log where %s, once a minute', async (_what, situation, reason) => {
		const nodeId = randomUUID();
		const { logged, answer } = await deliver({ ...situation, nodeId });
		expect(answer.status).toBe(401);
		expect(logged).toEqual([
			`warn: AudioSpliter: a webhook was refused with 401, since ${reason} (workflow "Recordings", ID w1, node "Trigger ${nodeId}")`,
		]);
		expect((await deliver({ ...situation, nodeId })).logged).toEqual([]);
		expect((await deliver(situation)).logged).toHaveLength(1);
	});

	it.each([
		['is too large', { status: 413 }, 413],
		['breaks off', { status: 400 }, 400],
		['cannot be decompressed', { code: 'Z_DATA_ERROR' }, 400],
	])('is a refusal when the body %s', async (_what, details, status) => {
		const { answer } = await deliver({
			readRawBody: async () => {
				throw Object.assign(new Error('raw-body'), details);
			},
		});
		expect(answer.status).toBe(status);
	});

	it.each([['job.completed'], [[]], [['job.completed', 'job.progress']]])(
		'is 200 and ignored when Trigger On is %j',
		async (events) => {
			const { returned } = await deliver({ events });
			expect(returned).toEqual({ webhookResponse: { received: true, ignored: true } });
		},
	);

	it.each([[null], ['job.fail'], [{ 0: 'job.failed' }], [['job.completed', 'job.done']]])(
		'is an execution, which tells its user, when Trigger On is %j',
		async (events) => {
			const { returned } = await deliver({ events });
			expect(returned).toHaveProperty('workflowData');
		},
	);

	it('is an execution where an expression gives Trigger On as a text', async () => {
		const { returned } = await deliver({ events: 'job.failed' });
		expect(returned).toHaveProperty('workflowData');
	});
});
