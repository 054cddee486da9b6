import { randomUUID } from 'node:crypto';
import type { INode, INodeParameters } from 'n8n-workflow';
import { errorOf, itemsOf } from '../../harness/client';
import {
	audioSpliter,
	itemsNode,
	manualTrigger,
	otherNode,
	workflow,
} from '../../harness/workflows';
import { RECORDING } from '../support/sandbox';
import { startPaused } from './support/paused';
import { useSandbox } from './support/stage';

const stage = useSandbox({ timeScale: 60 });

const CREATE = {
	...{ resource: 'splitJob', operation: 'create', segmentDuration: 5 },
	...{ sourceUrl: '={{ $json.url }}', waitMode: 'webhook' },
};

/** What becomes of an input item. */
type Fate = 'ok' | 'fails' | 'no address' | 'no download';

const isSubmitted = (fate: Fate) => fate !== 'no address';

/** How long a job takes at least, so that the pause begins before it ends. Milliseconds. */
const MINIMUM_MS = 1_500;

const itemsOfFates = (fates: Fate[]) =>
	fates.map((fate, number) => ({
		number,
		url: fate === 'no address' ? 'no address' : stage.sandbox.fileUrl(RECORDING),
	}));

/** Pauses for one item per fate, with segments as output, and runs `after` behind each output. */
const runFates = async (
	fates: Fate[],
	{
		more = {},
		parameters = {},
		after = [],
		name = 'AudioSpliter',
	}: {
		more?: Partial<INode>;
		parameters?: INodeParameters;
		after?: INode[];
		name?: string;
	} = {},
) => {
	for (const fate of fates.filter(isSubmitted)) {
		const failWith = fate === 'fails' ? { code: 'CORRUPT_FILE' } : undefined;
		stage.sandbox.nextJobs({ minimumMs: MINIMUM_MS, ...(failWith && { failWith }) }, 1);
	}
	const node = audioSpliter({ ...CREATE, output: 'segments', ...parameters }, stage.credential, {
		name,
		more,
	});
	const nodes = [manualTrigger(), itemsNode(itemsOfFates(fates)), node, ...after];
	const { executionId, jobIds } = await startPaused(stage, workflow('Pairing', nodes));
	const left = [...jobIds];
	const byItem = fates.map((fate) => (isSubmitted(fate) ? left.shift() : undefined));
	for (const [itemIndex, fate] of fates.entries()) {
		if (fate !== 'no download') continue;
		stage.sandbox.fault('download-expired', {
			...{ count: 'always', match: { path: byItem[itemIndex]?.replace(/^job_/, '/segments/') } },
		});
	}
	const execution = await stage.client.waitForExecution(executionId);
	return { execution, jobIds: byItem };
};

describe('segments after a pause, with an error output', () => {
	it.each<[string, Fate[], INodeParameters]>([
		['one job fails among others', ['ok', 'fails', 'ok'], {}],
		['the last job fails', ['ok', 'fails'], {}],
		['the first job fails', ['fails', 'ok'], {}],
		['all jobs fail', ['fails', 'fails'], {}],
		['a file cannot be downloaded', ['ok', 'no download', 'ok'], { download: true }],
		['an item had failed before', ['ok', 'no address', 'fails', 'ok'], {}],
		['an item had failed before, as the last', ['ok', 'no address'], {}],
	])('come out whole, and every error beside them: %s', async (_what, fates, parameters) => {
		const more = { onError: 'continueErrorOutput' as const };
		const { execution, jobIds } = await runFates(fates, { more, parameters });
		expect(execution.status).toBe('success');
		const segments = itemsOf(execution, 'AudioSpliter', 0);
		expect(segments.map(({ json }) => [json.jobId, json.index])).toEqual(
			jobIds
				.filter((_id, index) => fates[index] === 'ok')
				.flatMap((id) => [0, 1, 2].map((index) => [id, index])),
		);
		const failed = itemsOf(execution, 'AudioSpliter', 1);
		const ids = jobIds.filter((_id, index) => fates[index] !== 'ok');
		expect(failed).toHaveLength(ids.length);
		for (const [position, { json }] of failed.entries()) {
			expect(json.error).toContain(ids[position] ?? "'Source URL' is not a web address");
		}
	});

	it('come out once where the first job fails and the node is to be tried again', async () => {
		const retry = { retryOnFail: true, maxTries: 2, waitBetweenTries: 1 };
		const more = { onError: 'continueErrorOutput' as const, ...retry };
		const { execution, jobIds } = await runFates(['fails', 'ok'], { more });
		expect(execution.status).toBe('success');
		expect(itemsOf(execution, 'AudioSpliter', 0).map(({ json }) => json.jobId)).toEqual(
			Array(3).fill(jobIds[1]),
		);
		expect(itemsOf(execution, 'AudioSpliter', 1)).toHaveLength(1);
		expect(stage.sandbox.requests().filter(({ method }) => method === 'POST')).toHaveLength(2);
	});

	it('keep the order of the input where errors come out among them', async () => {
		const more = { onError: 'continueRegularOutput' as const };
		const { execution, jobIds } = await runFates(['ok', 'fails', 'ok'], { more });
		expect(execution.status).toBe('success');
		expect(itemsOf(execution, 'AudioSpliter').map(({ json }) => json.jobId ?? json.id)).toEqual(
			jobIds.flatMap((id, index) => (index === 1 ? [id] : [id, id, id])),
		);
	});
});

/** n8n's Edit Fields node, which asks for the input item that n8n takes for each item's own. */
const askForPair = () =>
	otherNode('n8n-nodes-base.set', 3.4, 'Ask', {
		...{ mode: 'raw', options: {} },
		jsonOutput: '={{ JSON.stringify({ number: $("Items").item.json.number }) }}',
	});

describe("an expression that asks for a segment's input item after a pause", () => {
	it('is right with one item per job', async () => {
		const { execution } = await runFates(['ok', 'ok', 'ok'], {
			parameters: { output: 'job' },
			after: [askForPair()],
		});
		expect(itemsOf(execution, 'Ask').map(({ json }) => json.number)).toEqual([0, 1, 2]);
	});

	// n8n pairs by position, and would give the first job's segments the items of all three jobs.
	it('fails with one item per segment, since n8n pairs by position, instead of giving another one', async () => {
		const { execution } = await runFates(['ok', 'ok', 'ok'], { after: [askForPair()] });
		expect(execution.status).toBe('error');
		const error = errorOf(execution) as { message?: string; description?: string };
		console.log(`n8n says: ${error.message} ${error.description}`);
		expect(`${error.message} ${error.description}`).toContain(
			'n8n cannot pair segments after a pause',
		);
		expect(itemsOf(execution, 'AudioSpliter')).toHaveLength(9);
	});
});

describe('a node that pauses', () => {
	it.each([
		'Cut {{ it }} here',
		'}}',
		`it's "quoted" \\ a\`b\` $x`,
		'a.constructor',
		'Ünï 🎧\u2028',
	])('is resumed whatever it is called: %s', async (name) => {
		const { execution } = await runFates(['ok'], { name });
		expect(execution.status).toBe('success');
		expect(itemsOf(execution, name)).toHaveLength(3);
	});

	it('refuses a name that no expression may have, before anything is submitted', async () => {
		const { execution, jobIds } = await runFates(['ok'], { name: 'prototype' });
		expect(jobIds).toEqual([undefined]);
		expect(errorOf(execution)).toMatchObject({
			message: "'Pause Until Webhook' cannot be used in a node named 'prototype'",
		});
	});

	it('tells a caller who waits for the last node of a job that goes on, not of one that is late', async () => {
		stage.sandbox.nextJobs({ stuckAt: 50 }, 1);
		const path = randomUUID();
		const hook = {
			...otherNode('n8n-nodes-base.webhook', 2, 'Webhook', {
				...{ path, httpMethod: 'GET', responseMode: 'lastNode', responseData: 'allEntries' },
			}),
			webhookId: path,
		};
		const parameters = { ...CREATE, sourceUrl: stage.sandbox.fileUrl(RECORDING) };
		const draft = workflow('Hook', [hook, audioSpliter(parameters, stage.credential)]);
		const { id } = await stage.client.createWorkflow(draft);
		await stage.client.activate(id);
		const answer = await (await fetch(`${stage.url}/webhook/${path}`)).text();
		console.log(`answered: ${answer}`);
		const [paused] = await stage.client.waitForExecutions(id, 1, { status: ['waiting'] });
		await stage.client.stopExecution(paused?.id ?? '');
		expect(answer).not.toContain('waitTimedOut');
		expect(answer).toContain('"status":"');
	});
});
