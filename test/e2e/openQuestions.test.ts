import type { SwitchName, Switches } from '../../sandbox/world/switches';
import { RECORDING } from '../support/sandbox';
import { activeTrigger } from '../support/triggered';
import { until } from '../support/until';
import { byId, runAction } from '../support/action';
import { useSandbox } from './support/stage';

/** What AudioSpliter's documentation leaves open, read otherwise than the sandbox does by default. */
const stage = useSandbox({ timeScale: 60 });

const create = (more: object = {}) => ({
	...{ resource: 'splitJob', operation: 'create', sourceUrl: stage.sandbox.fileUrl(RECORDING) },
	...{ splitMode: 'fileSize', maxSegmentSize: 0.05, waitOptions: { pollInterval: 1 } },
	...more,
});

describe('a job whose answers have other fields', () => {
	it.each<[SwitchName, Switches[SwitchName]]>([
		['maxFileSizeEcho', false],
		['webhookUrlEcho', false],
		['outputFormatWhenOmitted', 'null'],
		['metadataWhenOmitted', 'empty'],
		['metadataWhenOmitted', 'null'],
	])('gives the same segments: %s %j', async (name, value) => {
		stage.sandbox.setSwitch(name, value);
		// Somewhere where nobody listens: whether the API echoes it is one of the questions.
		const additionalFields = { webhookUrl: 'http://127.0.0.1:9/' };
		const { json } = await runAction(
			stage,
			create({ output: 'segments', download: true, additionalFields }),
		);
		expect(json.length).toBeGreaterThan(1);
		for (const [index, segment] of json.entries()) {
			expect(segment).toMatchObject({ index, segmentCount: json.length, size: expect.any(Number) });
			expect(segment.fileName).toBe(`talk-${segment.jobId}-00${index}.mp3`);
			expect(segment.metadata ?? {}).toEqual({});
		}
		expect(json.at(-1)?.end).toBeCloseTo(15, 0);
	});
});

describe('a refusal that has another status', () => {
	it.each([400, 422])('says the same with %i', async (status) => {
		stage.sandbox.setSwitch('validationStatus', status);
		stage.sandbox.setSwitch('httpWebhooks', false);
		const webhookUrl = 'http://n8n.example.com/webhook/x/webhook';
		const { error } = await runAction(stage, create({ additionalFields: { webhookUrl } }));
		expect(error).toMatchObject({
			message:
				'AudioSpliter did not accept the parameters: webhookUrl must be an https URL (INVALID_PARAMS)',
			httpCode: String(status),
		});
	});

	it('says that a job which is still queued cannot be deleted, where it cannot', async () => {
		stage.sandbox.setSwitch('deleteQueued', false);
		stage.sandbox.nextJobs({ queuedMs: 60_000 }, 1);
		const { json } = await runAction(stage, create({ waitMode: 'none' }));
		const jobId = byId(String(json[0]?.id));
		const { error } = await runAction(stage, { resource: 'splitJob', operation: 'delete', jobId });
		expect(error?.message).toMatch(
			/^The job is being processed and cannot be changed now: The job is queued/,
		);
	});
});

describe('a webhook that has another body', () => {
	const delivered = async (to: string): Promise<void> =>
		await until(() =>
			stage.sandbox.deliveries().some(({ url: at, state }) => at === to && state === 'delivered'),
		);

	it('with bare segments brings the same files', async () => {
		stage.sandbox.setSwitch('completedWebhook', 'short');
		const trigger = await activeTrigger(stage, stage.credential, {
			...{ output: 'segments', download: true },
		});
		const { json } = await runAction(
			stage,
			create({ waitMode: 'none', additionalFields: { webhookUrl: trigger.url } }),
		);
		await delivered(trigger.url);
		const [items = []] = await trigger.outputs();
		expect(items.length).toBeGreaterThan(1);
		expect(items.map(({ json: { jobId } }) => jobId)).toEqual(items.map(() => json[0]?.id));
		for (const { json: segment, binary } of items) {
			expect(await stage.client.binary(binary?.data?.id ?? '')).toHaveLength(Number(segment.size));
		}
	});

	it('of progress brings each value once, and then the end', async () => {
		stage.sandbox.setSwitch('progressEvents', 'on');
		stage.sandbox.nextJobs({ minimumMs: 4_000 }, 1);
		const trigger = await activeTrigger(stage, stage.credential, {
			events: ['job.progress', 'job.completed'],
		});
		await runAction(stage, create({ additionalFields: { webhookUrl: trigger.url } }));
		const told = () => stage.sandbox.deliveries().filter(({ url }) => url === trigger.url);
		await until(() => told().length === 4 && told().every(({ state }) => state === 'delivered'));
		const items = (await trigger.outputs()).flat();
		const emitted = items.map(({ json: { event, progress } }) => [event, progress]);
		expect(emitted).toHaveLength(4);
		expect(emitted).toEqual(
			expect.arrayContaining([
				['job.completed', undefined],
				...[25, 50, 75].map((progress) => ['job.progress', progress]),
			]),
		);
	});

	it('with the metadata of a failed job hands it on', async () => {
		stage.sandbox.setSwitch('failedWebhookCarriesMetadata', true);
		const trigger = await activeTrigger(stage, stage.credential);
		const metadata = { values: [{ key: 'orderId', value: '4711' }] };
		await runAction(
			stage,
			create({
				...{ waitMode: 'none', sourceUrl: `${stage.sandbox.fileUrl(RECORDING)}.missing` },
				additionalFields: { webhookUrl: trigger.url, metadata },
			}),
		);
		await delivered(trigger.url);
		const [[item] = []] = await trigger.outputs();
		expect(item?.json).toMatchObject({ status: 'failed', metadata: { orderId: '4711' } });
	});
});
