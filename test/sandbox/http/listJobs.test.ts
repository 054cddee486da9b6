import { startSandbox, type Sandbox } from '../../../sandbox';
import { clientOf } from '../support';

const SECOND_MS = 1000;
const MINUTE_MS = 60_000;

let sandbox: Sandbox;
beforeEach(async () => {
	sandbox = await startSandbox();
});
afterEach(async () => await sandbox.close());

type Row = Record<string, unknown>;

const answerTo = async (query = '') => await clientOf(sandbox).get(`/splits${query}`);
const rows = async (query = ''): Promise<Row[]> => (await answerTo(query)).data.data;
const idsOf = (list: Row[]): unknown[] => list.map((row) => row?.id);
const getJob = async (id: string): Promise<Row> =>
	(await clientOf(sandbox).get(`/splits/${id}`)).data;

/** Three jobs, the first of which ended last. */
const addThree = (): void => {
	const now = Date.now();
	[1, 3, 2].forEach((minutes, index) =>
		sandbox.addSyntheticJob({
			id: `job_${index}`,
			createdAt: now - (10 - index) * MINUTE_MS,
			completedAt: now - minutes * MINUTE_MS,
		}),
	);
};

describe('listOrder', () => {
	it('is by creation or by completion, whatever order the jobs were put there in', async () => {
		addThree();
		const now = Date.now();
		sandbox.addSyntheticJob({ id: 'job_busy', status: 'processing', createdAt: now - MINUTE_MS });
		sandbox.addSyntheticJob({ id: 'job_first', createdAt: now - 60 * MINUTE_MS });
		expect(idsOf(await rows())).toEqual(['job_busy', 'job_2', 'job_1', 'job_0', 'job_first']);
		sandbox.setSwitch('listOrder', 'oldest');
		expect(idsOf(await rows())).toEqual(['job_first', 'job_0', 'job_1', 'job_2', 'job_busy']);
		sandbox.setSwitch('listOrder', 'completed');
		expect(idsOf(await rows())).toEqual(['job_busy', 'job_0', 'job_2', 'job_1', 'job_first']);
	});

	it('random is none of them, and the same each time, over all pages', async () => {
		const ids = sandbox.seedJobs({ count: 150, apartMs: SECOND_MS }).map(({ id }) => id);
		sandbox.setSwitch('listOrder', 'random');
		const all = async () =>
			idsOf([...(await rows('?limit=100')), ...(await rows('?limit=100&page=2'))]);
		const listed = await all();
		expect(await all()).toEqual(listed);
		expect([...listed].sort()).toEqual([...ids].sort());
		expect(listed).not.toEqual(ids);
		expect(listed).not.toEqual([...ids].reverse());
	});
});

describe('parameters that are not looked at', () => {
	it('listHonoursStatus: the list has jobs of every status', async () => {
		sandbox.addSyntheticJob({ id: 'job_a', status: 'failed' });
		sandbox.addSyntheticJob({ id: 'job_b' });
		expect(idsOf(await rows('?status=failed'))).toEqual(['job_a']);
		sandbox.setSwitch('listHonoursStatus', false);
		expect(idsOf(await rows('?status=failed'))).toEqual(['job_b', 'job_a']);
		expect((await answerTo('?status=odd')).status).toBe(200);
	});

	it('listHonoursLimit: a page has 20 jobs', async () => {
		sandbox.seedJobs({ count: 30 });
		expect(await rows('?limit=25')).toHaveLength(25);
		sandbox.setSwitch('listHonoursLimit', false);
		const { data } = await answerTo('?limit=100&page=2');
		expect(data.data).toHaveLength(10);
		expect(data.pagination).toEqual({ page: 2, limit: 20, total: 30, totalPages: 2 });
	});
});

it('listCountsJobs: pages are not counted', async () => {
	sandbox.seedJobs({ count: 3 });
	sandbox.setSwitch('listCountsJobs', false);
	const { data } = await answerTo('?limit=2&page=2');
	expect(data.data).toHaveLength(1);
	expect(data.pagination).toEqual({ page: 2, limit: 2 });
});

describe('fields', () => {
	it('listItemsCarryCompletedAt is about the list alone', async () => {
		sandbox.addSyntheticJob({ id: 'job_a', completedAt: Date.UTC(2026, 4, 2, 8) });
		expect((await rows())[0]?.completedAt).toBe('2026-05-02T08:00:00Z');
		sandbox.setSwitch('listItemsCarryCompletedAt', false);
		expect((await rows())[0]).not.toHaveProperty('completedAt');
		expect((await getJob('job_a')).completedAt).toBe('2026-05-02T08:00:00Z');
	});

	it.each([
		['completedAt', { completedAt: '2026-05-02T08:00:00Z' }],
		['failedAt', { failedAt: '2026-05-02T08:00:00Z' }],
		['none', {}],
	])('failedCompletedAt is %s', async (name, expected) => {
		const completedAt = Date.UTC(2026, 4, 2, 8);
		sandbox.addSyntheticJob({ id: 'job_done', completedAt });
		sandbox.addSyntheticJob({ id: 'job_a', status: 'failed', completedAt });
		sandbox.setSwitch('failedCompletedAt', name);
		const times = ({ completedAt: ended, failedAt }: Row) =>
			JSON.parse(JSON.stringify({ completedAt: ended, failedAt })) as Row;
		expect(times(await getJob('job_a'))).toEqual(expected);
		expect((await rows('?status=failed')).map(times)).toEqual([expected]);
		expect(times(await getJob('job_done'))).toEqual({ completedAt: '2026-05-02T08:00:00Z' });
		sandbox.setSwitch('listItemsCarryCompletedAt', false);
		expect((await rows('?status=failed')).map(times)).toEqual([{}]);
	});

	it('listItemsCarryWebhookUrl is for jobs that have left the queue, webhookUrlEcho for the others', async () => {
		const webhookUrl = 'https://n8n.example/webhook/1';
		for (const status of ['queued', 'processing', 'completed', 'failed'] as const) {
			sandbox.addSyntheticJob({ id: `job_${status}`, status, request: { webhookUrl } });
		}
		const withUrl = async () =>
			idsOf((await rows()).filter((row) => row.webhookUrl === webhookUrl));
		expect(await withUrl()).toEqual(['job_queued']);
		sandbox.setSwitch('listItemsCarryWebhookUrl', true);
		sandbox.setSwitch('webhookUrlEcho', false);
		expect(await withUrl()).toEqual(['job_failed', 'job_completed', 'job_processing']);
		expect((await getJob('job_completed')).webhookUrl).toBe(webhookUrl);
	});
});

describe('listLag', () => {
	it('lists jobs as they were: not there, not ended, not deleted', async () => {
		const ago = (seconds: number): number => Date.now() - seconds * SECOND_MS;
		sandbox.addSyntheticJob({ id: 'job_old', createdAt: ago(900), completedAt: ago(800) });
		sandbox.addSyntheticJob({ id: 'job_ended', createdAt: ago(600), completedAt: ago(100) });
		sandbox.addSyntheticJob({
			...{ id: 'job_failed', status: 'failed', createdAt: ago(500), completedAt: ago(90) },
		});
		sandbox.addSyntheticJob({ id: 'job_new', createdAt: ago(80), completedAt: ago(70) });
		await clientOf(sandbox).delete('/splits/job_old');
		const statuses = async () => (await rows()).map(({ id, status }) => [id, status]);
		expect(await statuses()).toEqual([
			['job_new', 'completed'],
			['job_failed', 'failed'],
			['job_ended', 'completed'],
		]);
		sandbox.setSwitch('listLag', 300);
		expect(await statuses()).toEqual([
			['job_failed', 'processing'],
			['job_ended', 'processing'],
			['job_old', 'completed'],
		]);
		for (const row of (await rows()).slice(0, 2)) {
			for (const field of ['completedAt', 'error', 'segments'])
				expect(row).not.toHaveProperty(field);
		}
		expect(idsOf(await rows('?status=completed'))).toEqual(['job_old']);
		expect((await getJob('job_ended')).status).toBe('completed');
		expect(() => sandbox.setSwitch('listLag', 3601)).toThrow('from 0 to 3600');
	});

	it('is in scaled seconds', async () => {
		const scaled = await startSandbox({ timeScale: 60, switches: { listLag: 3600 } });
		try {
			const [early, late] = [70 * SECOND_MS, 50 * SECOND_MS].map((ago) => Date.now() - ago);
			scaled.addSyntheticJob({ id: 'job_early', createdAt: early });
			scaled.addSyntheticJob({ id: 'job_late', createdAt: late });
			const { data } = await clientOf(scaled).get('/splits');
			expect(idsOf(data.data)).toEqual(['job_early']);
		} finally {
			await scaled.close();
		}
	});

	it('has a job that was still in the queue then without what came later', async () => {
		const job = sandbox.addSyntheticJob({ createdAt: Date.now() - 30 * SECOND_MS });
		job.startedAt = Date.now() - 10 * SECOND_MS;
		sandbox.setSwitch('listLag', 20);
		const [row] = await rows();
		expect(row).toMatchObject({ id: job.id, status: 'queued' });
		for (const field of ['completedAt', 'outputFormat', 'segments', 'sourceDuration']) {
			expect(row).not.toHaveProperty(field);
		}
	});
});

it('listOddRows puts among the jobs what is none, and loses none of them', async () => {
	addThree();
	sandbox.setSwitch('listOddRows', true);
	const listed = await rows();
	expect(listed.filter((row) => /^job_\d$/.test(String(row?.id)))).toHaveLength(3);
	expect(listed[0]?.id).toBe('job_2');
	const [{ createdAt, completedAt } = {}] = listed;
	const times = { createdAt, completedAt };
	expect(listed.slice(1, 5)).toEqual([
		...[null, 'no job'],
		expect.objectContaining({ status: 'completed', ...times }),
		expect.objectContaining({ id: 'job_archived', status: 'archived', ...times }),
	]);
	expect(listed[3]).not.toHaveProperty('id');
	sandbox.setSwitch('listShape', 'array');
	expect((await answerTo()).data).toHaveLength(7);
});

it('listOddRows has nothing else where there are no jobs', async () => {
	sandbox.setSwitch('listOddRows', true);
	expect(await rows()).toMatchObject([
		...[null, 'no job', { status: 'completed' }],
		{ id: 'job_archived', status: 'archived' },
	]);
});
