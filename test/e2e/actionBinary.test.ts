import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import axios from 'axios';
import type { INode, INodeParameters, IWorkflowSettings } from 'n8n-workflow';
import type { Execution, N8nClient } from '../../harness/client';
import { sandboxCredential } from '../../harness/sandboxCredential';
import { audioSpliter, downloadNode, otherNode, workflow } from '../../harness/workflows';
import type { Job } from '../../sandbox';
import { RECORDING } from '../support/sandbox';
import { until } from '../support/until';
import { readRun, runAction } from '../support/action';
import { startOwnN8n } from './support/n8n';
import { runnerOn, useSandbox } from './support/stage';
import { writeWave } from './support/wave';

const LONG = 'long-talk.wav';
const LONG_BYTES = 50 * 1024 ** 2;
const WAIT_MODES = ['none', 'poll', 'webhook'];

const stage = useSandbox();

beforeAll(async () => {
	const file = join(stage.sandbox.folder, LONG);
	await writeWave(file, LONG_BYTES);
	stage.sandbox.addFile(LONG, file);
});

const create = (waitMode: string, more: INodeParameters = {}): INodeParameters => ({
	resource: 'splitJob',
	operation: 'create',
	source: 'binary',
	segmentDuration: 5,
	waitMode,
	...(waitMode === 'poll' && { waitOptions: { pollInterval: 1 } }),
	...more,
});

/** Jobs that stay in the queue until an execution that does not wait for them has long ended. */
const queueJobs = (count = 1) => stage.sandbox.nextJobs({ queuedMs: 2_000 }, count);

/** The newest job, once there are more than so many and the sandbox is done with it. */
const finishedJob = async (known: number): Promise<Job> => {
	const newest = () => stage.sandbox.jobs().slice(known).at(-1);
	await until(() => ['completed', 'failed'].includes(newest()?.status ?? ''));
	return newest() as Job;
};

/** The file is served by itself, without login, under its own name and type, for more than the hour that the API asks for. */
const expectPublished = async (sourceUrl: string): Promise<void> => {
	const { headers, status } = await axios.head(sourceUrl, { proxy: false });
	expect(status).toBe(200);
	expect(headers['content-length']).toBe(String(LONG_BYTES));
	expect(headers['content-type']).toBe('audio/wav');
	expect(headers['content-disposition']).toContain(LONG);

	const [, payload = ''] = (new URL(sourceUrl).searchParams.get('token') ?? '').split('.');
	const { exp } = JSON.parse(Buffer.from(payload, 'base64url').toString()) as { exp: number };
	expect(exp * 1000 - Date.now()).toBeGreaterThan(3_600_000);
};

const submissions = () => stage.sandbox.requests().filter(({ method }) => method === 'POST');

describe('a file of 50 MB from an earlier node', () => {
	it.each(WAIT_MODES)('is fetched by the service, wait mode %s', async (waitMode) => {
		queueJobs();
		const known = stage.sandbox.jobs().length;
		const startedAt = Date.now();
		const { execution, json } = await runAction(stage, create(waitMode, { segmentDuration: 200 }), {
			before: [downloadNode(stage.sandbox.fileUrl(LONG))],
			timeout: 100_000,
		});
		const job = await finishedJob(known);
		expect(execution.status).toBe('success');
		expect(job.error).toBeUndefined();
		expect(job).toMatchObject({ status: 'completed', sourceSize: LONG_BYTES });
		expect(job.segments).toHaveLength(3);
		await expectPublished(job.request.sourceUrl);
		expect(json).toEqual([
			expect.objectContaining(
				waitMode === 'none'
					? { id: job.id, status: 'queued' }
					: { id: job.id, status: 'completed', sourceSize: LONG_BYTES, segmentCount: 3 },
			),
		]);
		console.log(`50 MB, ${waitMode}: submitted, fetched and split in ${Date.now() - startedAt} ms`);
	});
});

/** A workflow that a request to n8n starts, and what such a request is. */
interface Upload {
	name: string;
	node: () => INode;
	waitModes: string[];
	/** The binary field that the file comes in. */
	field: string;
	send: (webhookId: string, file: Blob) => Promise<unknown>;
}

const UPLOADS: Upload[] = [
	{
		name: 'a webhook',
		waitModes: WAIT_MODES,
		node: () =>
			otherNode(
				'n8n-nodes-base.webhook',
				2,
				'Webhook',
				{ httpMethod: 'POST', path: '', options: {} },
				{ webhookId: randomUUID() },
			),
		field: 'recording',
		send: async (webhookId, file) => {
			const form = new FormData();
			form.set('recording', file, RECORDING);
			return await axios.post(`${stage.client.http.defaults.baseURL}/webhook/${webhookId}`, form, {
				proxy: false,
			});
		},
	},
	{
		name: 'a form',
		waitModes: ['none', 'webhook'],
		node: () =>
			otherNode(
				'n8n-nodes-base.formTrigger',
				2.2,
				'Form',
				{
					formTitle: 'Upload',
					formFields: {
						values: [{ fieldLabel: 'Recording', fieldType: 'file', multipleFiles: false }],
					},
					options: {},
				},
				{ webhookId: randomUUID() },
			),
		field: 'Recording',
		send: async (webhookId, file) => {
			const form = new FormData();
			form.set('field-0', file, RECORDING);
			return await axios.post(`${stage.client.http.defaults.baseURL}/form/${webhookId}`, form, {
				proxy: false,
			});
		},
	},
];

/** Activates a workflow that takes in a file, and sends it one. */
const upload = async (
	{ node, field, send }: Upload,
	waitMode: string,
	settings: IWorkflowSettings = {},
) => {
	const trigger = node();
	if (trigger.type.endsWith('webhook')) trigger.parameters.path = trigger.webhookId ?? '';
	const own = audioSpliter(create(waitMode, { binaryPropertyName: field }), stage.credential);
	const { id } = await stage.client.createWorkflow(
		workflow('Upload', [trigger, own], { executionOrder: 'v1', ...settings }),
	);
	await stage.client.activate(id);
	const bytes = await readFile(join(stage.sandbox.folder, RECORDING));
	await send(trigger.webhookId ?? '', new Blob([new Uint8Array(bytes)], { type: 'audio/mpeg' }));
	return { id, size: bytes.length };
};

const endOf = async (client: N8nClient, workflowId: string): Promise<Execution> => {
	const [ended] = await client.waitForExecutions(workflowId, 1);
	return await client.execution(ended?.id ?? '');
};

describe.each(UPLOADS)('a file that came in with $name', (way) => {
	it.each(way.waitModes)('is fetched by the service, wait mode %s', async (waitMode) => {
		queueJobs();
		const known = stage.sandbox.jobs().length;
		const { id, size } = await upload(way, waitMode);
		const execution = await endOf(stage.client, id);
		const job = await finishedJob(known);
		expect(execution.status).toBe('success');
		expect(job.error).toBeUndefined();
		expect(job).toMatchObject({ sourceSize: size, sourceFileName: RECORDING });
		expect(readRun(execution).json[0]).toMatchObject({ id: job.id });
		await stage.client.deactivate(id);
	});
});

describe('where successful executions are not saved', () => {
	const settings: IWorkflowSettings = { saveDataSuccessExecution: 'none' };
	const [way] = UPLOADS as [Upload];

	it.each(['poll', 'webhook'])('the file is there while it is needed, %s', async (waitMode) => {
		queueJobs();
		const known = stage.sandbox.jobs().length;
		const { id, size } = await upload(way, waitMode, settings);
		const job = await finishedJob(known);
		expect(job.error).toBeUndefined();
		expect(job.sourceSize).toBe(size);
		// n8n has nothing left of it once it has ended.
		await until(async () => (await stage.client.executions(id)).length === 0);
		await stage.client.deactivate(id);
	});

	it('says so before anything is submitted when nothing waits', async () => {
		const { id } = await upload(way, 'none', settings);
		const { error } = readRun(await endOf(stage.client, id));
		expect(error?.message).toMatch(/^The file would be gone before AudioSpliter could fetch it/);
		expect(error?.description).toMatch(/Save successful production executions/);
		expect(error?.context?.itemIndex).toBe(0);
		expect(submissions()).toEqual([]);
		await stage.client.deactivate(id);
	});
});

describe('a file that the service could not get', () => {
	it('is refused when n8n cannot be reached from outside', async () => {
		const credential = await sandboxCredential(stage.client, stage.sandbox, {
			baseUrl: 'https://api.audiospliter.com/api/v1',
		});
		const ran = await runAction({ ...stage, credential }, create('poll'), {
			before: [downloadNode(stage.sandbox.fileUrl(RECORDING))],
		});
		expect(ran.error?.message).toMatch(
			/^AudioSpliter cannot fetch files from this n8n: .* is only known inside your own network$/,
		);
		expect(ran.error?.description).toMatch(/WEBHOOK_URL/);
		expect(ran.error?.context?.itemIndex).toBe(0);
	});

	it('is refused when n8n keeps files in memory', async () => {
		const n8n = await startOwnN8n({ env: { N8N_DEFAULT_BINARY_DATA_MODE: 'default' } });
		try {
			const credential = await sandboxCredential(n8n.client, stage.sandbox);
			const { error } = await runAction(
				{ runner: runnerOn(n8n.client), credential },
				create('poll'),
				{
					before: [downloadNode(stage.sandbox.fileUrl(RECORDING))],
				},
			);
			expect(error?.message).toBe('This n8n keeps files in memory and cannot hand them out');
			expect(error?.description).toMatch(/N8N_DEFAULT_BINARY_DATA_MODE/);
			expect(error?.context?.itemIndex).toBe(0);
			expect(submissions()).toEqual([]);
		} finally {
			await n8n.stop();
		}
	}, 300_000);

	it('is missed in the item that does not have it, before anything is submitted', async () => {
		const { error } = await runAction(stage, create('poll', { binaryPropertyName: 'audio' }), {
			before: [downloadNode(stage.sandbox.fileUrl(RECORDING))],
		});
		expect(error?.message).toMatch(/'audio'/);
		expect(error?.description).toBeTruthy();
		expect(error?.context?.itemIndex).toBe(0);
		expect(submissions()).toEqual([]);
	});

	it('is an item of its own where the node goes on with errors', async () => {
		const { json } = await runAction(stage, create('poll', { binaryPropertyName: 'audio' }), {
			before: [downloadNode(stage.sandbox.fileUrl(RECORDING))],
			more: { onError: 'continueRegularOutput' },
		});
		expect(json).toEqual([
			{
				error: expect.stringMatching(/'audio'/) as string,
				description: expect.any(String) as string,
			},
		]);
		expect(submissions()).toEqual([]);
	});
});
