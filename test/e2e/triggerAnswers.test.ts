import { createHmac } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import type { Answer, Triggered } from '../support/triggered';
import { activeTrigger, DUPLICATE, emittedJobs, RECEIVED } from '../support/triggered';
import { useSandbox } from './support/stage';

const IGNORED = { status: 200, body: { received: true, ignored: true } };
const REFUSED = { status: 401, body: { error: expect.any(String) } };

const stage = useSandbox();

describe('what a sender is answered', () => {
	let trigger: Triggered;

	beforeAll(async () => {
		trigger = await activeTrigger(stage, stage.credential);
	});

	/** Posts bytes as they are. */
	const postRaw = async (body: Buffer | string, headers: Record<string, string>) => {
		const response = await fetch(trigger.url, { method: 'POST', body, headers });
		const text = await response.text();
		expect(text).not.toMatch(/stack|\bat .+:\d+:\d+|node_modules/);
		return { status: response.status, body: JSON.parse(text) as unknown };
	};
	const signed = (body: Buffer | string) => ({
		'X-AudioSpliter-Signature': createHmac('sha256', stage.sandbox.signingSecret)
			.update(body)
			.digest('hex'),
	});

	const expectAnswer = async (
		deliver: () => Promise<Answer>,
		expected: object,
		started: number,
	): Promise<void> => {
		const before = await trigger.executions();
		expect(await deliver()).toEqual(expected);
		expect((await trigger.executions()) - before).toBe(started);
	};

	it('200 and one execution for a new event, then 200 and none', async () => {
		await expectAnswer(
			async () => await trigger.post({ jobId: 'new', deliveryId: 'new 1' }),
			RECEIVED,
			1,
		);
		expect(emittedJobs(await trigger.outputs())).toEqual(['new']);
		await expectAnswer(
			async () => await trigger.post({ jobId: 'new', deliveryId: 'new 1' }),
			DUPLICATE,
			0,
		);
		await expectAnswer(
			async () => await trigger.post({ jobId: 'new', deliveryId: 'new 2' }),
			DUPLICATE,
			0,
		);
		await expectAnswer(
			async () => await trigger.post({ jobId: 'other', deliveryId: 'new 1' }),
			DUPLICATE,
			0,
		);
	});

	it.each(['job.progress', 'job.queued', 'toString', 'x'.repeat(100)])(
		'200 and no execution for an event that is not subscribed: %s',
		async (event) => {
			await expectAnswer(
				async () => await trigger.post({ event, headers: { 'X-AudioSpliter-Event': '' } }),
				IGNORED,
				0,
			);
		},
	);

	it.each<[string, object]>([
		['missing', { headers: { 'X-AudioSpliter-Signature': '' } }],
		['of another secret', { signingSecret: 'whsec_other' }],
		['prefixed', { headers: { 'X-AudioSpliter-Signature': `sha256=${'0'.repeat(64)}` } }],
		['too short', { headers: { 'X-AudioSpliter-Signature': 'abc' } }],
		['odd characters', { headers: { 'X-AudioSpliter-Signature': 'ÿ'.repeat(64) } }],
	])('401 and no execution for a signature that is %s', async (_what, options) => {
		await expectAnswer(async () => await trigger.post(options), REFUSED, 0);
	});

	it('401 for a body that was changed, by a blank at its end or by writing it anew', async () => {
		const body = '{ "event": "job.failed", "jobId": "changed", "data": {} }';
		await expectAnswer(async () => await postRaw(`${body} `, signed(body)), REFUSED, 0);
		await expectAnswer(
			async () => await postRaw(JSON.stringify(JSON.parse(body)), signed(body)),
			REFUSED,
			0,
		);
	});

	it.each([
		['a list', '[]', 400],
		['a text', '"job.completed"', 400],
		['without an event', '{"jobId":"a"}', 400],
		['without a job', '{"event":"job.completed"}', 400],
		[
			'nested 50,000 levels',
			`{"event":"job.failed","jobId":"a","data":${'['.repeat(5e4)}${']'.repeat(5e4)}}`,
			400,
		],
		['no JSON', 'hello', 422],
		['empty', '', 422],
	])('a refusal and no execution for a signed body that is %s', async (_what, body, status) => {
		await expectAnswer(
			async () => await postRaw(body, { ...signed(body), 'Content-Type': 'application/json' }),
			{ status, body: { error: expect.any(String) } },
			0,
		);
	});

	it.each<[string, Buffer | string, Record<string, string>, number]>([
		['bytes that are no gzip', 'x', { 'Content-Encoding': 'gzip' }, 400],
		['a form without parts', 'x', { 'Content-Type': 'multipart/form-data; boundary=a' }, 401],
		['a form without boundary', 'x', { 'Content-Type': 'multipart/form-data' }, 401],
		['XML', '<a', { 'Content-Type': 'application/xml' }, 401],
		['unsigned text that is no JSON', '{', { 'Content-Type': 'application/json' }, 401],
		['17 MB', Buffer.alloc(17 * 1024 ** 2, ' '), {}, 413],
	])('%s: an answer in JSON, no 5xx and no execution', async (_what, body, headers, status) => {
		await expectAnswer(
			async () => await postRaw(body, headers),
			{ status, body: { error: expect.any(String) } },
			0,
		);
	});

	it('200 for a signed event of any content type, compressed or not', async () => {
		const body = (jobId: string) => JSON.stringify({ event: 'job.failed', jobId, data: {} });
		for (const [number, type] of [
			'text/plain',
			'application/octet-stream',
			'a/b; charset=x',
		].entries()) {
			const text = body(`type ${number}`);
			await expectAnswer(
				async () => await postRaw(text, { ...signed(text), 'Content-Type': type }),
				RECEIVED,
				1,
			);
		}
		const text = body('compressed');
		const headers = { ...signed(text), 'Content-Encoding': 'gzip' };
		await expectAnswer(async () => await postRaw(gzipSync(text), headers), RECEIVED, 1);
	});

	it('200 for JSON that no re-serializer writes, and the text arrives', async () => {
		stage.sandbox.setSwitch('signBody', 'pretty');
		const data = { status: 'completed', segments: [], metadata: { title: 'Größe – 音声 é' } };
		for (const jobId of ['pretty 1', 'pretty 2', 'pretty 3', 'pretty 4']) {
			await expectAnswer(async () => await trigger.post({ jobId, data }), RECEIVED, 1);
		}
		const outputs = (await trigger.outputs()).slice(-4).flat();
		expect(outputs.map(({ json }) => json.metadata)).toEqual(outputs.map(() => data.metadata));
		expect(outputs).toHaveLength(4);
	});
});
