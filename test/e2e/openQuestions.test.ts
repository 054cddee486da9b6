import type { SwitchName } from '../../sandbox/switches';
import { RECORDING } from '../support/sandbox';
import { activeTrigger } from '../support/triggered';
import { until } from '../support/until';
import { byId, runAction } from './support/action';
import { connectToN8n } from './support/n8n';
import { useSandbox } from './support/stage';

/** What AudioSpliter's documentation leaves open, read otherwise than the sandbox does by default. */
const stage = useSandbox({ timeScale: 60 });
let url: string;
const place = () => ({ ...stage, url });

beforeAll(async () => {
	({ url } = await connectToN8n());
});

const changed: Array<() => void> = [];
const read = (name: SwitchName, value: unknown, otherwise: unknown): void => {
	stage.sandbox.setSwitch(name, value as never);
	changed.push(() => stage.sandbox.setSwitch(name, otherwise as never));
};
afterEach(() => {
	for (const restore of changed.splice(0)) restore();
});

const create = (more: object = {}) => ({
	...{ resource: 'splitJob', operation: 'create', sourceUrl: stage.sandbox.fileUrl(RECORDING) },
	...{ splitMode: 'fileSize', maxSegmentSize: 0.05, waitOptions: { pollInterval: 1 } },
	...more,
});

describe('a job whose answers have other fields', () => {
	it.each<[SwitchName, unknown, unknown]>([
		['maxFileSizeEcho', false, true],
		['webhookUrlEcho', false, true],
		['outputFormatWhenOmitted', 'null', 'omit'],
		['metadataWhenOmitted', 'empty', 'omit'],
		['metadataWhenOmitted', 'null', 'omit'],
	])('gives the same segments: %s %j', async (name, value, otherwise) => {
		read(name, value, otherwise);
		const { json } = await runAction(stage, create({ output: 'segments', download: true }));
		expect(json.length).toBeGreaterThan(1);
		for (const [index, segment] of json.entries()) {
			expect(segment).toMatchObject({ index, segmentCount: json.length, size: expect.any(Number) });
			expect(segment.fileName).toBe(`${segment.jobId}-00${index}.mp3`);
			expect(segment.metadata ?? {}).toEqual({});
		}
		expect(json.at(-1)?.end).toBeCloseTo(15, 0);
	});
});

describe('a refusal that has another status', () => {
	it.each([400, 422])('says the same with %i', async (status) => {
		read('validationStatus', status, 400);
		read('httpWebhooks', false, true);
		const webhookUrl = 'http://n8n.example.com/webhook/x/webhook';
		const { error } = await runAction(stage, create({ additionalFields: { webhookUrl } }));
		expect(error).toMatchObject({
			message:
				'AudioSpliter did not accept the parameters: webhookUrl must be an https URL (INVALID_PARAMS)',
			httpCode: String(status),
		});
	});

	it('says that a job which is still queued cannot be deleted, where it cannot', async () => {
		read('deleteQueued', false, true);
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
		read('completedWebhook', 'short', 'full');
		const trigger = await activeTrigger(place(), stage.credential, {
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

	it('with the metadata of a failed job hands it on', async () => {
		read('failedWebhookCarriesMetadata', true, false);
		const trigger = await activeTrigger(place(), stage.credential);
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
