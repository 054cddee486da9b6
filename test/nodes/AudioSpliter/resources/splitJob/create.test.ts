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
