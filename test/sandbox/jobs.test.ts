import { startSandbox, type Sandbox } from '../../sandbox';
import { until } from '../support/until';
import { clientOf, startReceiver } from './support';

const DAY_MS = 24 * 3_600_000;

let sandbox: Sandbox;
let receiver: Awaited<ReturnType<typeof startReceiver>>;
beforeEach(async () => {
	sandbox = await startSandbox({ retryDelaysMs: [1, 1] });
	receiver = await startReceiver();
});
afterEach(async () => {
	await receiver.close();
	await sandbox.close();
});

interface EventBody {
	event: string;
	jobId: string;
	timestamp: string;
	data: { status: string; segments: unknown[] };
}

const bodies = (): EventBody[] =>
	receiver.received.map(({ body }) => JSON.parse(body) as EventBody);

describe('jobs that ended before', () => {
	it('are there by the thousand, with the time, metadata and webhook given, and no webhook sent', async () => {
		const completedAt = Date.now() - DAY_MS;
		const jobs = sandbox.seedJobs({
			...{ count: 1000, completedAt, apartMs: 2_000, segments: 2 },
			...{ metadata: { show: 'A' }, webhookUrl: receiver.url },
		});
		expect(new Set(jobs.map(({ id }) => id)).size).toBe(1000);
		const client = clientOf(sandbox);
		const { data } = await client.get('/splits?status=completed&limit=1');
		expect(data.pagination.total).toBe(1000);
		expect(data.data[0].id).toBe(jobs.at(-1)?.id);
		const [first, last] = await Promise.all(
			[jobs[0], jobs[999]].map(async (job) => (await client.get(`/splits/${job?.id}`)).data),
		);
		expect(Date.parse(last.completedAt)).toBe(Math.floor(completedAt / 1000) * 1000);
		expect(Date.parse(last.completedAt) - Date.parse(first.completedAt)).toBe(999 * 2_000);
		expect(Date.parse(last.createdAt)).toBeLessThan(Date.parse(last.completedAt));
		expect(last).toMatchObject({ status: 'completed', metadata: { show: 'A' } });
		expect(last.segments).toHaveLength(2);
		await sandbox.settle();
		expect(sandbox.deliveries()).toEqual([]);
	});

	it('may have failed, without metadata and webhook', async () => {
		const [job] = sandbox.seedJobs({ count: 1, status: 'failed' });
		const { data } = await clientOf(sandbox).get(`/splits/${job?.id}`);
		expect(data).toMatchObject({ status: 'failed', error: { code: 'JOB_FAILED' } });
		expect(Object.keys(data)).not.toEqual(expect.arrayContaining(['segments', 'metadata']));
		expect(() => sandbox.sendEndOf(job?.id ?? '')).toThrow('There is no event to send');
	});
});

describe('a synthetic job', () => {
	const add = (status: 'queued' | 'processing' = 'processing') =>
		sandbox.addSyntheticJob({ status, request: { webhookUrl: receiver.url } });

	it('ends when it is told to, and its webhook hears of it', async () => {
		const [done, failed] = [add('queued'), add()];
		sandbox.finishJob(done.id, { segments: 3 });
		await sandbox.settle();
		sandbox.finishJob(failed.id, {
			status: 'failed',
			error: { code: 'CORRUPT_FILE', message: 'x' },
		});
		await sandbox.settle();
		expect(bodies()).toMatchObject([
			{ event: 'job.completed', jobId: done.id, data: { status: 'completed', segmentCount: 3 } },
			{ event: 'job.failed', jobId: failed.id, data: { error: { code: 'CORRUPT_FILE' } } },
		]);
		const { data } = await clientOf(sandbox).get(`/splits/${done.id}`);
		expect(data).toMatchObject({ status: 'completed', completedAt: expect.stringMatching(/Z$/) });
		expect(() => sandbox.finishJob(done.id)).toThrow('no synthetic job');
		expect(() => sandbox.finishJob(add().id, { status: 'queued' })).toThrow('not end as queued');
	});

	it('keeps its webhook back until it is wanted, whose body is of the time of the event', async () => {
		sandbox.withholdWebhooks();
		const ids = Array.from({ length: 200 }, () => add().id);
		for (const id of ids) sandbox.finishJob(id);
		expect(sandbox.deliveries()).toEqual([]);
		const finishedAt = sandbox.job(ids[0] ?? '')?.finishedAt ?? 0;
		await until(() => Date.now() > finishedAt + 2_000);
		sandbox.withholdWebhooks(false);
		sandbox.finishJob(add().id);
		await sandbox.settle();
		expect(receiver.received).toHaveLength(1);
		const sent = await Promise.all(sandbox.sendWithheld().map(async ({ done }) => await done));
		expect(sent.map(({ jobId }) => jobId)).toEqual(ids);
		expect(sent.every(({ state }) => state === 'delivered')).toBe(true);
		const late = bodies().find(({ jobId }) => jobId === ids[0]);
		expect(Date.parse(late?.timestamp ?? '')).toBeLessThan(finishedAt + 1_000);
		expect(sandbox.sendWithheld()).toEqual([]);
	});

	it('sends what was kept back with fresh times where a retry would', async () => {
		sandbox.setSwitch('bodyOnRetry', 'regenerated');
		sandbox.withholdWebhooks();
		const { id } = sandbox.finishJob(add().id);
		sandbox.expireFiles(id);
		sandbox.sendWithheld();
		await sandbox.settle();
		expect(bodies()[0]?.data.segments).toEqual([]);
	});

	it('sends the webhook of its end on demand, as often as it is asked', async () => {
		const [done, failed] = [
			...sandbox.seedJobs({ count: 1, webhookUrl: receiver.url }),
			...sandbox.seedJobs({ count: 1, webhookUrl: receiver.url, status: 'failed' }),
		];
		for (const job of [done, done, failed]) await sandbox.sendEndOf(job?.id ?? '').done;
		expect(bodies().map(({ event, jobId }) => [event, jobId])).toEqual([
			['job.completed', done?.id],
			['job.completed', done?.id],
			['job.failed', failed?.id],
		]);
		const ids = receiver.received.map(({ headers }) => headers['x-audiospliter-delivery']);
		expect(new Set(ids).size).toBe(3);
		expect(() => sandbox.sendEndOf(add().id)).toThrow('There is no event to send');
	});
});
