import type { INodeParameters } from 'n8n-workflow';
import { errorOf, itemsOf } from '../../harness/client';
import { audioSpliterPollingTrigger, workflow } from '../../harness/workflows';
import { useEngine } from './support/stage';

const stage = useEngine({ plan: 'pro' });

const NAME = 'AudioSpliter Polling Trigger';

const save = (parameters: INodeParameters = {}) =>
	stage.runner.save(
		workflow('Polling', [audioSpliterPollingTrigger(parameters, stage.credential)]),
	);

/** What a click on Fetch Test Event does. */
const fetchTestEvent = async (parameters: INodeParameters = {}) => {
	const execution = await stage.runner.runWith(save(parameters), { mode: 'manual' });
	return { items: itemsOf(execution, NAME), error: errorOf(execution) };
};

/** A job that finished as long ago as that; its audio is not there, only its segments. */
const finished = (minutesAgo: number, job: Parameters<typeof stage.sandbox.addSyntheticJob>[0]) =>
	stage.sandbox.addSyntheticJob({
		...{ segmentBytes: 1_000, createdAt: Date.now() - minutesAgo * 60_000 },
		...job,
	});

beforeEach(() => {
	for (const job of stage.sandbox.jobs()) job.deleted = true;
});

describe('a test in the editor', () => {
	it('brings the latest finished job, whenever that was', async () => {
		finished(60 * 24 * 30, { id: 'job_old' });
		finished(60 * 24 * 20, { id: 'job_latest' });
		finished(60 * 24 * 25, { id: 'job_failed', status: 'failed' });
		finished(0, { id: 'job_at_work', status: 'processing' });
		const { items } = await fetchTestEvent();
		expect(items.map(({ json }) => [json.id, json.event])).toEqual([
			...[['job_latest', 'job.completed']],
		]);
		expect(items[0]?.json).not.toHaveProperty('deliveryId');
	});

	it('brings one that failed, where that is the latest', async () => {
		finished(2, { id: 'job_1' });
		finished(1, { id: 'job_2', status: 'failed' });
		const { items } = await fetchTestEvent();
		expect(items).toHaveLength(1);
		expect(items[0]?.json).toMatchObject({ id: 'job_2', event: 'job.failed', status: 'failed' });
		expect(
			(await fetchTestEvent({ events: ['job.completed'] })).items.map(({ json }) => json.id),
		).toEqual(['job_1']);
	});

	it('brings one that the filter lets through', async () => {
		finished(2, { id: 'job_1', request: { metadata: { project: 'town-hall' } } });
		finished(1, { id: 'job_2', request: { metadata: { project: 'other' } } });
		const values = [{ key: 'project', value: 'town-hall' }];
		const { items } = await fetchTestEvent({ filters: { metadata: { values } } });
		expect(items.map(({ json }) => json.id)).toEqual(['job_1']);
	});

	it('brings segments, with their files', async () => {
		finished(1, { id: 'job_1', segments: 3 });
		const { items } = await fetchTestEvent({ output: 'segments', download: true });
		expect(items.map(({ json }) => [json.jobId, json.index])).toEqual([
			...[0, 1, 2].map((index) => ['job_1', index]),
		]);
		for (const { binary } of items) {
			expect(await stage.runner.binary(binary?.data?.id ?? '')).toHaveLength(1_000);
		}
	});

	it('says so where the account has no finished job', async () => {
		finished(1, { status: 'queued' });
		const { error } = await fetchTestEvent();
		expect(error?.message).toBe('No finished job was found');
		expect(error?.description).toContain('publish the workflow');
	});

	it('changes nothing of what polls bring', async () => {
		const id = save();
		await stage.runner.publish(id);
		finished(0, { id: 'job_new' });
		await stage.runner.runWith(id, { mode: 'manual' });
		const { started } = await stage.runner.publish(id);
		expect(started.map((items) => items.map(({ json }) => json.jobId))).toEqual([['job_new']]);
	});
});

describe('polls', () => {
	it('bring all that has finished since the publication in one execution, and nothing from before', async () => {
		finished(5, { id: 'job_before' });
		const id = save({ output: 'segments' });
		expect((await stage.runner.publish(id)).started).toEqual([]);
		finished(0, { id: 'job_1', segments: 2 });
		finished(0, { id: 'job_2', status: 'failed' });
		const { started } = await stage.runner.publish(id);
		expect(started).toHaveLength(1);
		const [startItems = []] = started;
		const execution = await stage.runner.runWith(id, { mode: 'trigger', startItems });
		const items = itemsOf(execution, NAME).map(({ json }) => json.jobId ?? json.id);
		expect(items.sort()).toEqual(['job_1', 'job_1', 'job_2']);
		const again = await stage.runner.runWith(id, { mode: 'trigger', startItems });
		expect(itemsOf(again, NAME)).toEqual([]);
	});
});
