import { Readable } from 'node:stream';
import { PROCESS_ID } from '../../../../nodes/AudioSpliter/trigger/delivery';
import { toItems } from '../../../../nodes/AudioSpliter/trigger/items';
import type { Answer } from '../api/support';
import type { TestClock } from '../n8n/testClock';
import { testClock, useTestClock } from '../n8n/testClock';
import { actionContext } from '../resources/support';

jest.mock('n8n-workflow', () =>
	jest.requireActual<TestClock>('../n8n/testClock').workflowOnTestClock(),
);

useTestClock(Date.UTC(2026, 4, 2, 8, 1));

const LINK = 'https://cdn.example.com/0.mp3?signature=x';

const segments = [{ index: 0, downloadUrl: LINK, expiresAt: '2026-05-09T08:00:41Z' }];

const job = (status: string, more: object = {}): Answer => ({
	body: { id: 'job_1', status, ...more },
});

/** The items of a completion that tells of no segments, where Get Job gives one answer after the other. */
const itemsOf = async (
	answers: Answer[],
	goesOn = false,
	data: object = {},
	output = 'segments',
) => {
	const left = [...answers];
	const { ctx, sent } = actionContext({ output }, () => left.shift() ?? answers.at(-1) ?? {}, {
		goesOn,
	});
	const began = testClock.now;
	const delivery = {
		...{ event: 'job.completed', jobId: 'job_1', deliveryId: 'd1', receivedBy: PROCESS_ID },
		...{ timestamp: '2026-05-02T08:00:41Z', data: { status: 'completed', ...data } },
	};
	const items = await toItems(ctx, delivery).catch((error: unknown) => error);
	return { items, calls: sent.length, waited: testClock.now - began };
};

describe('a completion that tells of no segments', () => {
	it('has them asked for', async () => {
		const { items, calls } = await itemsOf([job('completed', { segments })]);
		expect(items).toMatchObject([
			{ json: { jobId: 'job_1', downloadUrl: LINK, event: 'job.completed', deliveryId: 'd1' } },
		]);
		expect(calls).toBe(1);
	});

	it('waits for a Get Job that lags behind', async () => {
		const { items, calls, waited } = await itemsOf([
			...[job('processing'), job('processing')],
			job('completed', { segments }),
		]);
		expect(items).toMatchObject([{ json: { downloadUrl: LINK } }]);
		expect(calls).toBe(3);
		expect(waited).toBe(7_000);
	});

	it('is an error to be retried where it goes on lagging, and not one about deleted files', async () => {
		const { items, calls } = await itemsOf([job('processing')]);
		expect(items).toMatchObject({
			message: 'AudioSpliter reported the end of job job_1, and still gives it as processing',
			description: expect.stringContaining('Retry this execution') as string,
		});
		expect(calls).toBe(4);
	});

	it('names the reason of a job that has failed since', async () => {
		const { items } = await itemsOf([
			job('failed', { error: { code: 'CORRUPT_FILE', message: 'No audio' } }),
		]);
		expect(items).toMatchObject({ message: expect.stringContaining('(CORRUPT_FILE)') as string });
	});

	it.each([job('completed', { segments: [] }), job('deleted')])(
		'tells of deleted files where the job has none any more: %j',
		async (answer) => {
			const { items } = await itemsOf([answer]);
			expect(items).toMatchObject({ message: 'AudioSpliter has deleted the files of job job_1' });
		},
	);

	it('is an item that says what to do, under Continue On Fail', async () => {
		const { items } = await itemsOf([job('completed')], true);
		expect(items).toMatchObject([
			{
				json: {
					...{ id: 'job_1', event: 'job.completed', deliveryId: 'd1' },
					error: 'AudioSpliter has deleted the files of job job_1',
					description: expect.stringContaining('Split the source again') as string,
				},
				pairedItem: { item: 0 },
			},
		]);
	});
});

describe('a completion that comes when its files are gone, where one item per job is wanted', () => {
	const ended = [{ index: 0, downloadUrl: LINK, expiresAt: '2026-05-01T08:00:00Z' }];
	const told = { segments: ended, segmentCount: 1, metadata: { orderId: '7' } };

	it.each<[string, Answer]>([
		['has no segments any more', job('completed', { segments: [] })],
		['is given as deleted', job('deleted')],
		['is given as expired', job('expired', { segments: [] })],
		['is not known any more', { status: 404, body: { error: { code: 'JOB_NOT_FOUND' } } }],
	])('is that item, without the links, if the job %s', async (_what, answer) => {
		const { items } = await itemsOf([answer], false, told, 'job');
		expect(items).toMatchObject([
			{ json: { id: 'job_1', status: 'completed', segmentCount: 1, metadata: { orderId: '7' } } },
		]);
		expect(JSON.stringify(items)).not.toContain(LINK);
	});
});

it('does not take a link that is refused for a deleted file', async () => {
	const { ctx } = actionContext({ output: 'segments', download: true }, () =>
		job('completed', { segments }),
	);
	Object.assign(ctx.helpers, {
		httpRequest: async () => ({ statusCode: 403, headers: {}, body: Readable.from(['no']) }),
	});
	const delivery = {
		...{ event: 'job.completed', jobId: 'job_1', receivedBy: PROCESS_ID },
		data: { status: 'completed', segments },
	};
	await expect(toItems(ctx, delivery)).rejects.toThrow('its link was refused (HTTP 403)');
});
