import { wait } from '../../../../../nodes/AudioSpliter/resources/splitJob/wait';
import type { Answer } from '../../api/support';
import { actionContext } from '../support';

const ENDED = '2020-01-01T00:00:00Z';
const LASTS = '2099-01-01T00:00:00Z';
const segment = (expiresAt?: string) => ({
	...{ index: 0, duration: 5, size: 10, expiresAt },
	downloadUrl: `https://cdn.example.com/0.mp3?until=${expiresAt}`,
});
const completed = (segments?: object[]) => ({ id: 'job_1', status: 'completed', segments });

const run = async (
	item: object,
	answers: Answer[],
	{ output = 'segments', goesOn = false, maxWait = 1, onTimeout = 'fail' } = {},
) => {
	const { ctx, sent } = actionContext(
		{ jobId: 'job_1', output, waitOptions: { pollInterval: 1, maxWait, onTimeout } },
		() => answers[sent.length - 1] ?? { status: 500 },
		{ items: [item], goesOn },
	);
	const items = await wait.execute(ctx);
	return { json: items.map(({ json }) => json), calls: sent.length };
};

it.concurrent.each<[string, object, number]>([
	['with links that last', completed([segment(LASTS)]), 0],
	['with links that have ended', completed([segment(ENDED)]), 1],
	['without its segments', completed(), 1],
])('costs a finished job %s as few calls as can be', async (_what, item, calls) => {
	const ran = await run(item, [{ body: completed([segment(LASTS)]) }]);
	expect(ran.json).toMatchObject([{ jobId: 'job_1', expiresAt: LASTS }]);
	expect(ran.calls).toBe(calls);
});

it.concurrent.each<[string, object[]]>([
	['gives no segments any more', []],
	['gives segments without links', [{ index: 0, duration: 5 }]],
])('asks once where the service %s', async (_what, segments) => {
	const ran = await run(completed([segment(ENDED)]), [{ body: completed(segments) }], {
		goesOn: true,
	});
	expect(ran.calls).toBe(1);
});

it.concurrent(
	'asks once for a finished job with an empty list of segments, and not at all where none are wanted',
	async () => {
		const answers = [{ body: completed([segment(ENDED)]) }, { body: completed([segment(LASTS)]) }];
		expect((await run(completed([]), answers, { goesOn: true })).calls).toBe(1);
		expect(await run(completed([]), answers, { output: 'job' })).toMatchObject({
			json: [completed([])],
			calls: 0,
		});
	},
);

it.concurrent(
	'goes on through an outage where a finished job’s links have to be fetched anew',
	async () => {
		const ran = await run(completed([segment(ENDED)]), [
			{ status: 503 },
			{ status: 503 },
			{ body: completed([segment(LASTS)]) },
		]);
		expect(ran.json).toMatchObject([{ expiresAt: LASTS }]);
		expect(ran.calls).toBe(3);
	},
);

it.concurrent(
	'says why where a job was not finished in time, and could not be asked for',
	async () => {
		await expect(
			run({ id: 'job_1', status: 'processing' }, [{ status: 503 }], { maxWait: 0.01 }),
		).rejects.toMatchObject({
			message: 'Not finished in time: job_1 (processing)',
			description: expect.stringContaining(
				'The last poll failed: AudioSpliter is not available at the moment (HTTP 5',
			) as string,
		});
	},
);

it.concurrent('tells of its own error, not of what an earlier node said of the job', async () => {
	const late = { error: 'Not finished in time: job_1 (processing)', description: 'Wait longer' };
	const item = { id: 'job_1', status: 'processing', ...late };
	const revoked: Answer = { status: 401, body: { error: { code: 'KEY_REVOKED' } } };
	const ran = await run(item, [revoked], { goesOn: true });
	expect(ran.json).toMatchObject([
		{ id: 'job_1', error: expect.stringContaining('KEY_REVOKED') as string },
	]);
	const onTimeout = 'continue';
	const timedOut = await run(item, [{ status: 503 }], { maxWait: 0.01, onTimeout });
	expect(timedOut.json).toEqual([{ id: 'job_1', status: 'processing', waitTimedOut: true }]);
});

describe('a finished job whose links cannot be fetched anew in time', () => {
	it.concurrent('is an error that says why', async () => {
		await expect(
			run(completed([segment(ENDED)]), [{ status: 503 }], { maxWait: 0.01 }),
		).rejects.toMatchObject({
			message: expect.stringMatching(
				/^AudioSpliter is not available at the moment \(HTTP 5\d\d\) \[job job_1\]$/,
			) as string,
		});
	});

	it.concurrent('is handed on as it is, where that is wanted', async () => {
		const ran = await run(completed([segment(ENDED)]), [{ status: 503 }], {
			maxWait: 0.01,
			onTimeout: 'continue',
		});
		expect(ran.json).toMatchObject([{ id: 'job_1', status: 'completed', waitTimedOut: true }]);
	});
});
