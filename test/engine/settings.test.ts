import { setTimeout as sleep } from 'node:timers/promises';
import { itemsOf } from '../../harness/client';
import { audioSpliter, manualTrigger, otherNode, workflow } from '../../harness/workflows';
import { actionWorkflow, byId, pairs, readRun, runAction } from '../support/action';
import { completedJobs, fromItem } from '../support/rows/operations';
import { callsTo, RECORDING } from '../support/sandbox';
import { useEngine } from './support/stage';

const stage = useEngine();

const get = { resource: 'splitJob', operation: 'get', jobId: fromItem };
const unavailable = { match: { method: 'GET' }, status: 409, code: 'JOB_ALREADY_PROCESSING' };

describe('Retry On Fail', () => {
	const retry = { retryOnFail: true, maxTries: 3, waitBetweenTries: 10 };

	it('runs the node again, with all its items', async () => {
		const items = completedJobs(stage, 2);
		stage.sandbox.fault('error', { ...unavailable, after: 1 });
		const { json } = await runAction(stage, get, { items, more: retry });
		expect(json.map(({ id }) => id)).toEqual(items.map(({ id }) => id));
		expect(callsTo(stage.sandbox).map(({ status }) => status)).toEqual([200, 409, 200, 200]);
	});

	it('ends with the last error', async () => {
		stage.sandbox.fault('error', { ...unavailable, count: 'always' });
		const { error } = await runAction(stage, get, { items: completedJobs(stage, 1), more: retry });
		expect(error?.message).toMatch(/^The job is being processed/);
		expect(callsTo(stage.sandbox)).toHaveLength(3);
	});
});

it('runs for the first item alone with Execute Once', async () => {
	const items = completedJobs(stage, 3);
	const ran = await runAction(stage, get, { items, more: { executeOnce: true } });
	expect(ran.json.map(({ id }) => id)).toEqual([items[0]?.id]);
	expect(callsTo(stage.sandbox)).toHaveLength(1);
});

it('puts out an empty item with Always Output Data', async () => {
	const parameters = {
		...{ resource: 'splitJob', operation: 'getAll', filters: { status: 'queued' } },
	};
	const { json } = await runAction(stage, parameters, { more: { alwaysOutputData: true } });
	expect(json).toEqual([{}]);
});

it('calls nobody where its output is pinned', async () => {
	const draft = actionWorkflow(stage, get, { items: [{ id: 'job_1' }] });
	const pinned = { json: { id: 'job_1', status: 'completed' } };
	const execution = await stage.runner.runWith(draft, { pinData: { AudioSpliter: [pinned] } });
	expect(readRun(execution).json).toEqual([pinned.json]);
	expect(callsTo(stage.sandbox)).toEqual([]);
});

it('takes the items that a parent workflow hands over', async () => {
	const items = completedJobs(stage, 2);
	const start = otherNode(
		'n8n-nodes-base.executeWorkflowTrigger',
		1.1,
		'When Executed by Another Workflow',
		{},
	);
	const execution = await stage.runner.runWith(
		workflow('Sub', [start, audioSpliter(get, stage.credential)]),
		// As a parent's items are: paired with what they came from there.
		{
			mode: 'integrated',
			startItems: items.map((json, item) => ({ json, pairedItem: { item: 7 - item } })),
		},
	);
	const { json, items: out } = readRun(execution);
	expect(json.map(({ id }) => id)).toEqual(items.map(({ id }) => id));
	expect(out.map(({ pairedItem }) => pairedItem)).toEqual(pairs(2));
});

it('can be followed back to its item by the nodes after it', async () => {
	const [job] = completedJobs(stage, 1);
	const later = audioSpliter(
		{ ...get, jobId: byId('={{ $("First").item.json.id }}') },
		stage.credential,
		{ name: 'Later' },
	);
	const segments = audioSpliter(
		{ resource: 'segment', operation: 'getAll', jobId: byId(job?.id ?? '') },
		stage.credential,
		{ name: 'Segments' },
	);
	const first = audioSpliter({ ...get, jobId: byId(job?.id ?? '') }, stage.credential, {
		name: 'First',
	});
	const execution = await stage.runner.run(
		workflow('Chain', [manualTrigger(), first, segments, later]),
	);
	expect(itemsOf(execution, 'Later').map(({ json }) => json.id)).toEqual(
		[0, 1, 2].map(() => job?.id),
	);
});

it("ends at the workflow's time-out, and goes on no more", async () => {
	stage.sandbox.nextJobs({ stuckAt: 40 });
	const draft = actionWorkflow(
		stage,
		{
			...{ resource: 'splitJob', operation: 'create', segmentDuration: 5 },
			sourceUrl: stage.sandbox.fileUrl(RECORDING),
			waitOptions: { pollInterval: 1 },
		},
		{ settings: { executionTimeout: 2 } },
	);
	const running = stage.runner.start(stage.runner.save(draft));
	expect((await running.ended).status).toBe('canceled');
	await running.idle;
	const seen = stage.sandbox.requests().length;
	await sleep(2_500);
	expect(stage.sandbox.jobs().at(-1)?.status).toBe('processing');
	expect(callsTo(stage.sandbox)).toHaveLength(seen);
});
