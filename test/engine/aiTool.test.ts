import type { INodeParameters } from 'n8n-workflow';
import { itemsOf } from '../../harness/client';
import { manualTrigger, otherNode, workflow } from '../../harness/workflows';
import { byId } from '../support/action';
import { RECORDING } from '../support/sandbox';
import { useEngine } from './support/stage';

const stage = useEngine();

const fromAi = (name: string, type = 'string') => `={{ $fromAI('${name}', '', '${type}') }}`;

/** Has an agent call the node with what its model says. @returns the error, or the items that the tool gave it */
const callTool = async (parameters: INodeParameters, input: object) => {
	const agent = otherNode('stand-in.agent', 1, 'Agent', {
		tool: 'AudioSpliter',
		input: JSON.stringify(input),
	});
	const tool = otherNode('n8n-nodes-audiospliter.audioSpliterTool', 1, 'AudioSpliter', parameters, {
		credentials: { audioSpliterApi: stage.credential },
	});
	const draft = workflow('Agent', [manualTrigger(), agent], { executionOrder: 'v1' });
	const execution = await stage.runner.run({
		...draft,
		nodes: [...draft.nodes, tool],
		connections: {
			...draft.connections,
			AudioSpliter: { ai_tool: [[{ node: 'Agent', type: 'ai_tool', index: 0 }]] },
		},
	});
	const ran = execution.data.resultData.runData.AudioSpliter?.at(-1);
	return {
		error: ran?.error?.message,
		json: (ran?.data?.ai_tool?.[0] ?? []).map((item) => item.json),
		answer: itemsOf(execution, 'Agent').map((item) => item.json),
	};
};

const createTool = (more: INodeParameters = {}): INodeParameters => ({
	resource: 'splitJob',
	operation: 'create',
	sourceUrl: fromAi('source_url'),
	segmentDuration: fromAi('segment_duration', 'number'),
	waitMode: 'none',
	...more,
});

const submissions = () => stage.sandbox.requests().filter(({ method }) => method === 'POST');

it.each([
	[{ source_url: 'RECORDING', segment_duration: 5 }, 5],
	[{ source_url: 'RECORDING', segment_duration: '7' }, 7],
])('takes what the model says: %j', async (input, segmentDuration) => {
	const sourceUrl = stage.sandbox.fileUrl(RECORDING);
	const { json, answer } = await callTool(createTool(), { ...input, source_url: sourceUrl });
	expect(json).toEqual([expect.objectContaining({ status: 'queued', segmentDuration })]);
	expect(answer).toEqual([{ output: 'Done.' }]);
	expect(stage.sandbox.jobs().at(-1)?.request).toMatchObject({ sourceUrl, segmentDuration });
});

it.each([
	[{ source_url: 'talk.mp3', segment_duration: 5 }, /^'Source URL' is not a web address/],
	[{ source_url: '', segment_duration: 5 }, /^'Source URL' is not a web address/],
	[{ source_url: 'https://a.example/b.mp3', segment_duration: 0 }, /^'Segment Duration' must be/],
	[{ source_url: 'https://a.example/b.mp3', segment_duration: 2.5 }, /^'Segment Duration' must be/],
])('refuses what the model says and submits nothing: %j', async (input, message) => {
	const { error } = await callTool(createTool(), input);
	expect(error).toMatch(message);
	expect(submissions()).toEqual([]);
});

it('refuses to pause, and submits nothing', async () => {
	const { error } = await callTool(createTool({ waitMode: 'webhook' }), {
		source_url: stage.sandbox.fileUrl(RECORDING),
		segment_duration: 5,
	});
	expect(error).toContain("'Pause Until Webhook' cannot be used in an AI tool");
	expect(submissions()).toEqual([]);
});

it('looks up the job that the model names, and says what is wrong where there is none', async () => {
	const { id } = stage.sandbox.addSyntheticJob({ status: 'processing', progress: 40 });
	const get = { resource: 'splitJob', operation: 'get', jobId: byId(fromAi('job_id')) };
	expect((await callTool(get, { job_id: id })).json).toMatchObject([{ id, progress: 40 }]);
	expect((await callTool(get, { job_id: 'job_unknown' })).error).toMatch(/^The job was not found/);
});

it('leaves the segments out of lists, which would cost tokens', async () => {
	for (let count = 0; count < 3; count++) stage.sandbox.addSyntheticJob({ segments: 60 });
	const list = { resource: 'splitJob', operation: 'getAll', limit: fromAi('limit', 'number') };
	const { json } = await callTool(list, { limit: 2 });
	expect(json).toHaveLength(2);
	for (const job of json) expect(job).not.toHaveProperty('segments');
});
