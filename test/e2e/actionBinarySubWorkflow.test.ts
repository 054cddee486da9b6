import { randomUUID } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import axios from 'axios';
import type { INode, INodeParameters } from 'n8n-workflow';
import { errorOf } from '../../harness/client';
import { sandboxCredential } from '../../harness/sandboxCredential';
import { audioSpliter, downloadNode, otherNode, workflow } from '../../harness/workflows';
import { callsTo, RECORDING } from '../support/sandbox';
import { until } from '../support/until';
import { runAction } from '../support/action';
import { isOlder, startOwnN8n } from './support/n8n';
import type { Stage } from './support/stage';
import { useSandbox } from './support/stage';

const stage = useSandbox();

/** The n8n of a test, with the sandbox's credential. */
type At = Pick<Stage, 'client' | 'credential'>;

const create = (waitMode: string): INodeParameters => ({
	resource: 'splitJob',
	operation: 'create',
	source: 'binary',
	segmentDuration: 5,
	waitMode,
});

/** A sub-workflow with n8n's default settings that submits the file which it is given. */
const createSub = async ({ client, credential }: At, waitMode: string): Promise<string> => {
	const start = otherNode('n8n-nodes-base.executeWorkflowTrigger', 1.1, 'Start', {
		inputSource: 'passthrough',
	});
	const draft = workflow('Sub', [start, audioSpliter(create(waitMode), credential)]);
	const { id } = await client.createWorkflow(draft);
	await client.activate(id);
	return id;
};

/** n8n's id of the file that the last job was given a link to. */
const signedId = (): string => {
	const url = new URL(stage.sandbox.jobs().at(-1)?.request.sourceUrl ?? '');
	const [, payload = ''] = (url.searchParams.get('token') ?? '').split('.');
	return (JSON.parse(Buffer.from(payload, 'base64url').toString()) as { id: string }).id;
};

const webhook = (): INode => {
	const path = randomUUID();
	return otherNode(
		'n8n-nodes-base.webhook',
		2,
		'Webhook',
		{ httpMethod: 'POST', path, options: {} },
		{ webhookId: path },
	);
};

/** Starts a parent that gets a file, hands it to the sub-workflow, and is not saved. @returns its id */
const runParent = async (
	{ client }: At,
	sub: string,
	waitForSubWorkflow: boolean,
): Promise<string> => {
	const start = webhook();
	const call = otherNode('n8n-nodes-base.executeWorkflow', 1.2, 'Call', {
		source: 'database',
		workflowId: { __rl: true, mode: 'id', value: sub },
		options: { waitForSubWorkflow },
	});
	const file = downloadNode(stage.sandbox.fileUrl(RECORDING));
	const { id } = await client.createWorkflow(
		workflow('Parent', [start, file, call], { saveDataSuccessExecution: 'none' }),
	);
	await client.activate(id);
	const url = `${client.http.defaults.baseURL}/webhook/${start.webhookId}`;
	await axios.post(url, {}, { proxy: false });
	return id;
};

/** Hands a file to a sub-workflow, and has the service fetch it when n8n has long deleted the caller's execution. */
const expectFetched = async (at: At, waitMode: string, callerWaits: boolean): Promise<void> => {
	const { sandbox } = stage;
	const known = sandbox.jobs().length;
	sandbox.nextJobs({ queuedMs: 5_000 });
	const sub = await createSub(at, waitMode);
	const parent = await runParent(at, sub, callerWaits);
	await until(() => sandbox.jobs().length > known);
	await until(async () => (await at.client.executions(parent)).length === 0);
	const job = () => sandbox.jobs().at(-1);
	expect(job()?.status).toBe('queued');
	await until(() => ['completed', 'failed'].includes(job()?.status ?? ''));
	const { size } = await stat(join(sandbox.folder, RECORDING));
	expect(job()?.error).toBeUndefined();
	expect(job()).toMatchObject({ status: 'completed', sourceSize: size });
	await at.client.waitForExecutions(sub, 1, { status: ['success'] });
	await at.client.deactivate(parent);
	await at.client.deactivate(sub);
};

describe('a file that a caller hands over', () => {
	it('outlives it, wait mode none, where it waits and is not saved', async () => {
		await expectFetched(stage, 'none', true);
	});

	const row = 'wait mode %s, where it does not wait and is not saved';
	const outlives = async (waitMode: string) => await expectFetched(stage, waitMode, false);

	const isMissed = async (waitMode: string) => {
		const sub = await createSub(stage, waitMode);
		await runParent(stage, sub, false);
		const [execution] = await stage.client.waitForExecutions(sub, 1, { status: ['error'] });
		const error = errorOf(await stage.client.execution(execution?.id ?? ''), 'AudioSpliter');
		expect(error?.message).toBe("n8n cannot read the file 'talk.mp3' in its own storage");
		expect(error?.description).toMatch(/^It may have been deleted with the execution/);
		expect(callsTo(stage.sandbox)).toEqual([]);
	};

	// n8n 2.8 deletes it with the caller, before the sub-workflow has begun.
	if (isOlder()) it.each(['none', 'webhook'])(`is missed in plain words, ${row}`, isMissed);
	else it.each(['none', 'webhook'])(`outlives it, ${row}`, outlives);

	it('outlives it also in the database, where its id names no execution', async () => {
		const n8n = await startOwnN8n({ env: { N8N_DEFAULT_BINARY_DATA_MODE: 'database' } });
		try {
			const credential = await sandboxCredential(n8n.client, stage.sandbox);
			await expectFetched({ client: n8n.client, credential }, 'none', true);
			expect(signedId()).toMatch(/^database:/);
		} finally {
			await n8n.stop();
		}
	}, 300_000);
});

it.each(['none', 'poll', 'webhook'])('refuses an empty file, wait mode %s', async (waitMode) => {
	const empty = otherNode('n8n-nodes-base.code', 2, 'Code', {
		mode: 'runOnceForAllItems',
		jsCode:
			"return [{ json: {}, binary: { data: await this.helpers.prepareBinaryData(Buffer.alloc(0), 'talk.mp3', 'audio/mpeg') } }];",
	});
	const { error } = await runAction(stage, create(waitMode), { before: [empty] });
	expect(error?.message).toBe("The file 'talk.mp3' is empty: it has 0 bytes");
	expect(error?.context?.itemIndex).toBe(0);
	expect(stage.sandbox.requests()).toEqual([]);
});
