import { errorOf } from '../../harness/client';
import { activeTrigger, completedData, emittedJobs, TRIGGER } from '../support/triggered';
import { useSandbox } from './support/stage';

const stage = useSandbox();
const SEGMENTS = { output: 'segments', download: true };

/** A completed job of three segments, and the data of its event. */
const completedJob = async () => {
	const { id: jobId } = stage.sandbox.addSyntheticJob({ segments: 3, segmentBytes: 20_000 });
	return { jobId, data: await completedData(stage.sandbox, jobId) };
};

/** The same data as a redelivery brings it, days later. */
const expired = (data: Awaited<ReturnType<typeof completedData>>): typeof data => ({
	...data,
	segments: data.segments.map((segment) => ({
		...segment,
		downloadUrl: `${stage.sandbox.cdnUrl}/segments/long-ago.mp3`,
		expiresAt: '2026-01-01T00:00:00Z',
	})),
});

const getsOf = (jobId: string) =>
	stage.sandbox
		.requests()
		.filter(({ method, path }) => method === 'GET' && path.endsWith(`/splits/${jobId}`)).length;

describe('the items of an event', () => {
	it('are one job, in the shape of every job, without a call of the API', async () => {
		const trigger = await activeTrigger(stage, stage.credential);
		const { jobId, data } = await completedJob();
		await trigger.post({ jobId, data, deliveryId: 'd1' });
		const [items] = await trigger.outputs();
		expect(items).toEqual([
			{
				json: {
					id: jobId,
					status: 'completed',
					splitMode: 'duration',
					sourceDuration: 1800,
					segmentCount: 3,
					segments: data.segments,
					metadata: { orderId: 'Ä-17' },
					event: 'job.completed',
					deliveryId: 'd1',
					timestamp: expect.stringMatching(/^20\d\d-.+Z$/),
				},
				pairedItem: { item: 0 },
			},
		]);
		expect(getsOf(jobId)).toBe(0);
	});

	it('come out with Retry On Fail, although n8n takes an item with an error for a failure of the node', async () => {
		const retrying = { retryOnFail: true, maxTries: 3, waitBetweenTries: 100 };
		const trigger = await activeTrigger(stage, stage.credential, {}, retrying);
		const error = { code: 'CORRUPT_FILE', message: 'No frames found' };
		const failure = {
			event: 'job.failed',
			jobId: 'job_retried',
			data: { status: 'failed', error },
		};
		await trigger.post(failure);
		expect(emittedJobs(await trigger.outputs())).toEqual(['job_retried']);
		await trigger.post({ ...failure, deliveryId: 'again' });
		expect(emittedJobs(await trigger.outputs())).toEqual(['job_retried']);
	});

	it('are segments with their files, whole', async () => {
		const trigger = await activeTrigger(stage, stage.credential, SEGMENTS);
		const { jobId, data } = await completedJob();
		await trigger.post({ jobId, data, deliveryId: 'd2' });
		const [items = []] = await trigger.outputs();
		expect(items.map(({ json }) => [json.jobId, json.index, json.start, json.end])).toEqual([
			[jobId, 0, 0, 600],
			[jobId, 1, 600, 1200],
			[jobId, 2, 1200, 1800],
		]);
		for (const { json, binary } of items) {
			expect(json).toMatchObject({ event: 'job.completed', deliveryId: 'd2', segmentCount: 3 });
			expect(binary?.data).toMatchObject({ mimeType: 'audio/mpeg', fileName: json.fileName });
			expect(await stage.client.binary(binary?.data?.id ?? '')).toHaveLength(20_000);
		}
	});

	it.each([
		['job', { output: 'job' }],
		['segments', { output: 'segments' }],
		['files', { ...SEGMENTS, outputBinaryPropertyName: 'audio' }],
	])('carry fresh links where those of the event have expired: %s', async (what, parameters) => {
		const trigger = await activeTrigger(stage, stage.credential, parameters);
		const { jobId, data } = await completedJob();
		await trigger.post({ jobId, data: expired(data) });
		const [items = []] = await trigger.outputs();
		expect(getsOf(jobId)).toBe(1);
		expect(JSON.stringify(items)).not.toContain('long-ago');
		expect(items).toHaveLength(what === 'job' ? 1 : 3);
		if (what === 'files') {
			for (const { binary } of items) {
				expect(await stage.client.binary(binary?.audio?.id ?? '')).toHaveLength(20_000);
			}
		}
	});

	it('are complete also where the event carries links without an end, or no segments', async () => {
		const trigger = await activeTrigger(stage, stage.credential, { output: 'segments' });
		const old = await completedJob();
		const bare = expired(old.data).segments.map(({ index, downloadUrl }) => ({
			index,
			downloadUrl,
		}));
		const payload = {
			event: 'job.completed',
			jobId: old.jobId,
			timestamp: '2026-01-01T00:00:00Z',
			data: { status: 'completed', segments: bare },
		};
		await trigger.post({ jobId: old.jobId, payload });
		const short = await completedJob();
		await trigger.post({ jobId: short.jobId, data: { status: 'completed' } });
		const outputs = await trigger.outputs();
		expect(outputs.map((items) => items.length)).toEqual([3, 3]);
		expect(JSON.stringify(outputs)).not.toContain('long-ago');
	});

	it('are one job for an event that failed or goes on, whatever the output', async () => {
		const trigger = await activeTrigger(stage, stage.credential, {
			...SEGMENTS,
			events: ['job.failed', 'job.progress'],
		});
		await trigger.post({ event: 'job.failed', jobId: 'broken' });
		await trigger.post({ event: 'job.progress', jobId: 'running' });
		const items = (await trigger.outputs()).flat();
		expect(items.map(({ json }) => json)).toEqual([
			expect.objectContaining({
				id: 'broken',
				status: 'failed',
				error: { code: 'CORRUPT_FILE', message: expect.any(String) },
				event: 'job.failed',
			}),
			expect.objectContaining({
				id: 'running',
				status: 'processing',
				progress: 50,
				event: 'job.progress',
			}),
		]);
		expect(stage.sandbox.requests()).toEqual([]);
	});
});

describe('files that AudioSpliter has deleted', () => {
	it.each([
		['empty', 'the job has no segments any more'],
		['missing', 'the job has no list of segments any more'],
		['dead', 'the links lead nowhere'],
	] as const)('are reported as such (%s: %s)', async (state, _why) => {
		stage.sandbox.setSwitch('segmentsAfterRetention', state);
		const trigger = await activeTrigger(stage, stage.credential, SEGMENTS);
		const { jobId, data } = await completedJob();
		stage.sandbox.expireFiles(jobId);
		await trigger.post({ jobId, data: expired(data) });
		expect(await trigger.outputs()).toEqual([[]]);
		const [execution] = await stage.client.executions(trigger.workflowId);
		const error = errorOf(await stage.client.execution(execution?.id ?? ''), TRIGGER);
		expect(error?.message).toBe(`AudioSpliter has deleted the files of job ${jobId}`);
		expect((error as { description?: string }).description).toContain('retention time');
	});

	it('give an item under Continue On Fail', async () => {
		const trigger = await activeTrigger(stage, stage.credential, SEGMENTS, {
			onError: 'continueRegularOutput',
		});
		await trigger.post({ jobId: 'job_gone', data: { status: 'completed' } });
		const items = (await trigger.outputs()).flat();
		expect(items.map(({ json }) => json)).toEqual([
			expect.objectContaining({
				id: 'job_gone',
				event: 'job.completed',
				error: 'AudioSpliter has deleted the files of job job_gone',
			}),
		]);
	});
});
