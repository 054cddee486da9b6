import { create } from '../../../../../nodes/AudioSpliter/resources/splitJob/create';
import type { Answer } from '../../api/support';
import { actionContext } from '../support';

const PARAMETERS = {
	...{ source: 'url', sourceUrl: 'https://example.com/talk.mp3', waitMode: 'none' },
	...{ splitMode: 'duration', segmentDuration: 600 },
};

/** Creates a job for each answer, one item each. */
const run = async (answers: Answer[], goesOn = false) => {
	const left = [...answers];
	const { ctx, sent } = actionContext(PARAMETERS, () => left.shift() ?? {}, {
		items: answers.map(() => ({})),
		goesOn,
	});
	const result = await create.execute(ctx).catch((error: unknown) => error);
	return { result, times: sent.length };
};

const created = (id: string): Answer => ({ status: 201, body: { id, status: 'queued' } });
const REFUSED: Answer = { status: 402, body: { error: { code: 'QUOTA_EXCEEDED' } } };
const TOO_LARGE: Answer = { status: 413, body: { error: { code: 'FILE_TOO_LARGE' } } };

describe('a submission that fails after others', () => {
	it('ends the node, names the jobs that exist, and submits nothing more', async () => {
		const answers = [created('job_a'), created('job_b'), REFUSED, created('job_c')];
		const { result, times } = await run(answers);
		expect(result).toMatchObject({
			message: expect.stringContaining('(QUOTA_EXCEEDED)') as string,
			description: expect.stringMatching(
				/Already submitted for earlier items: job_a, job_b\.$/,
			) as string,
			context: { itemIndex: 2 },
		});
		expect(times).toBe(3);
	});

	it('is its own item’s failure under Continue On Fail', async () => {
		const { result } = await run([created('job_a'), TOO_LARGE, created('job_c')], true);
		expect(result).toMatchObject([
			{ json: { id: 'job_a' }, pairedItem: { item: 0 } },
			{ json: { error: expect.stringContaining('FILE_TOO_LARGE') }, pairedItem: { item: 1 } },
			{ json: { id: 'job_c' }, pairedItem: { item: 2 } },
		]);
	});

	it('is the failure of all that follow where the key is refused, without a call for each', async () => {
		const revoked: Answer = { status: 401, body: { error: { code: 'KEY_REVOKED' } } };
		const answers = [created('job_a'), revoked, created('job_c'), created('job_d')];
		const { result, times } = await run(answers, true);
		const refused = { error: expect.stringContaining('KEY_REVOKED') as string };
		expect(result).toMatchObject([
			{ json: { id: 'job_a' }, pairedItem: { item: 0 } },
			...[1, 2, 3].map((item) => ({ json: refused, pairedItem: { item } })),
		]);
		expect(times).toBe(2);
	});
});

describe('a value that does not exist', () => {
	it.each<[string, object, string]>([
		['On Timeout', { waitOptions: { onTimeout: 'Continue' } }, "'fail' or 'continue'"],
		['Max Wait', { waitOptions: { maxWait: 1e12 } }, 'a number from 0 to 10,080'],
		['Poll Interval', { waitOptions: { pollInterval: 0 } }, 'a number from 1 to 86,400'],
		['Output', { output: 'segment' }, "'job' or 'segments'"],
	])('is an error before anything is submitted: %s', async (label, changed, allowed) => {
		const parameters = { ...PARAMETERS, waitMode: 'poll', ...changed };
		const { ctx, sent } = actionContext(parameters, () => created('job_a'));
		await expect(create.execute(ctx)).rejects.toThrow(`'${label}' must be ${allowed}, not `);
		expect(sent).toHaveLength(0);
	});
});

describe('with Retry On Fail, and a first item that fails', () => {
	const retrying = async (retryOnFail: boolean) => {
		const parameters = { ...PARAMETERS, sourceUrl: '' };
		const { ctx } = actionContext(parameters, () => created('job_b'), {
			items: [{}, {}],
			goesOn: true,
		});
		return await create.execute(
			Object.assign(ctx, {
				getNode: () => ({ name: 'AudioSpliter', type: 'audioSpliter', retryOnFail }),
				getNodeParameter: (name: string, index: number, fallback: unknown) =>
					name === 'sourceUrl' && index === 1
						? 'https://example.com/talk.mp3'
						: ((parameters as Record<string, unknown>)[name] ?? fallback),
			}),
		);
	};

	it.each([
		[true, [1, 0]],
		[false, [0, 1]],
	])('gives a good item first where n8n would try again: %p', async (retryOnFail, order) => {
		const items = await retrying(retryOnFail);
		expect(items.map(({ pairedItem }) => pairedItem)).toEqual(order.map((item) => ({ item })));
	});
});
