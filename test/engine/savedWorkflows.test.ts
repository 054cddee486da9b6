import { createHmac } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { INodeExecutionData } from 'n8n-workflow';
import { repository } from '../../harness/folders';
import type { Execution } from '../../harness/client';
import type { WorkflowDraft } from '../../harness/workflows';
import { normalise } from '../support/normalise';
import { useEngine } from './support/stage';

const stage = useEngine();

const root = join(repository, 'test', 'workflows');
const JOBS = ['job_00000000000a', 'job_00000000000b'];

/** What every job is. */
const JOB = { segments: 3, segmentBytes: 1000, request: { metadata: { orderId: 'A-17' } } };

/** Every workflow of every release. */
const SAVED = readdirSync(root, { withFileTypes: true })
	.filter((entry) => entry.isDirectory())
	.flatMap(({ name: release }) =>
		readdirSync(join(root, release))
			.filter((file) => file.endsWith('.json'))
			.map((file) => ({ release, name: file.replace('.json', '') })),
	);

const draftOf = ({ release, name }: (typeof SAVED)[number]): WorkflowDraft => {
	const text = readFileSync(join(root, release, `${name}.json`), 'utf8')
		.replaceAll('SANDBOX', new URL(stage.sandbox.baseUrl).origin)
		.replaceAll('CREDENTIAL', stage.credential.id);
	return JSON.parse(text) as WorkflowDraft;
};

const EVENT = {
	event: 'job.completed',
	jobId: JOBS[0],
	timestamp: '2026-05-02T08:00:41Z',
	data: {
		status: 'completed',
		segmentCount: 3,
		totalDuration: 1800,
		metadata: { orderId: 'A-17' },
	},
};

/** Publishes the workflow, hands an event to its trigger, and runs what it makes of it. */
const runTrigger = async (draft: WorkflowDraft): Promise<Execution> => {
	const body = JSON.stringify(EVENT);
	const id = stage.runner.save(draft);
	expect(await stage.runner.publish(id)).toEqual({ started: [] });
	const { items: startItems } = await stage.runner.deliver(id, {
		body,
		headers: {
			'x-audiospliter-signature': createHmac('sha256', stage.sandbox.signingSecret)
				.update(body)
				.digest('hex'),
			'x-audiospliter-delivery': 'dlv_1',
		},
	});
	return await stage.runner.runWith(id, { mode: 'webhook', startItems });
};

/** Publishes the workflow, and runs what a poll starts that finds a job which has finished since. */
const runPollingTrigger = async (draft: WorkflowDraft): Promise<Execution> => {
	const id = stage.runner.save(draft);
	expect(await stage.runner.publish(id)).toEqual({ started: [] });
	stage.sandbox.addSyntheticJob({ ...JOB, id: 'job_00000000000c' });
	const { started } = await stage.runner.publish(id);
	expect(started).toHaveLength(1);
	return await stage.runner.runWith(id, { mode: 'trigger', startItems: started[0] });
};

/** As n8n would run the workflow, which is told from how it begins. */
const runSaved = async (draft: WorkflowDraft): Promise<Execution> => {
	const [first] = draft.nodes;
	if (first?.type.endsWith('PollingTrigger') === true) return await runPollingTrigger(draft);
	if (first?.webhookId !== undefined) return await runTrigger(draft);
	return await stage.runner.run(draft);
};

const told = ({ json, binary, pairedItem }: INodeExecutionData) => ({
	json,
	...(pairedItem !== undefined && { pairedItem }),
	...(binary && {
		files: Object.entries(binary).map(([field, { fileName, mimeType, bytes }]) => ({
			...{ field, fileName, mimeType, bytes },
		})),
	}),
});

/** Another ffmpeg makes other files; those of jobs without audio have 1,000 bytes. */
const withoutBytes = (key: string, value: unknown): unknown =>
	/^(size|bytes|sourceSize)$/.test(key) && Number(value) > 10_000 ? '<bytes>' : value;

/** What the workflow's last node put out, on each output. */
const outputOf = (execution: Execution, draft: WorkflowDraft) => {
	const last = draft.nodes.at(-1)?.name ?? '';
	const outputs = execution.data.resultData.runData[last]?.at(-1)?.data?.main ?? [];
	const output = { status: execution.status, outputs: outputs.map((items) => items?.map(told)) };
	return JSON.parse(JSON.stringify(normalise(output), withoutBytes)) as unknown;
};

beforeEach(() => {
	for (const job of stage.sandbox.jobs()) job.deleted = true;
	for (const id of JOBS) {
		stage.sandbox.addSyntheticJob({ ...JOB, id, createdAt: Date.UTC(2026, 4, 2, 8) });
	}
});

it.each(SAVED)('$release: $name puts out what it did', async (saved) => {
	const draft = draftOf(saved);
	const output = outputOf(await runSaved(draft), draft);

	const folder = join(root, saved.release, 'output');
	const file = join(folder, `${saved.name}.json`);
	if (process.env.AUDIOSPLITER_RECORD && !existsSync(file)) {
		mkdirSync(folder, { recursive: true });
		writeFileSync(file, `${JSON.stringify(output, null, '\t')}\n`);
	}
	expect(output).toEqual(JSON.parse(readFileSync(file, 'utf8')));
});

it('has workflows of every operation and trigger', () => {
	const nodes = SAVED.flatMap((saved) => draftOf(saved).nodes);
	const operations = new Set(
		nodes
			.filter(({ type }) => type.endsWith('.audioSpliter'))
			.map(({ parameters: { resource = 'splitJob', operation } }) =>
				[resource, operation ?? (resource === 'segment' ? 'getAll' : 'create')].join(' '),
			),
	);
	expect([...operations].sort()).toEqual([
		'segment download',
		'segment getAll',
		'splitJob create',
		'splitJob delete',
		'splitJob get',
		'splitJob getAll',
		'splitJob wait',
	]);
	for (const trigger of ['.audioSpliterTrigger', '.audioSpliterPollingTrigger']) {
		expect(nodes.some(({ type }) => type.endsWith(trigger))).toBe(true);
	}
});
