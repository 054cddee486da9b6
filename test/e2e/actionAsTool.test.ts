import type { INode, INodeParameters } from 'n8n-workflow';
import { errorOf } from '../../harness/client';
import type { CredentialReference } from '../../harness/workflows';
import { otherNode } from '../../harness/workflows';
import { RECORDING } from '../support/sandbox';
import { byId } from '../support/action';
import { AGENTS, agentWorkflow } from './support/agent';
import type { ChatModel } from './support/chatModel';
import { startChatModel } from './support/chatModel';
import { useSandbox } from './support/stage';

const stage = useSandbox();
let model: ChatModel;
let modelCredential: CredentialReference;

beforeAll(async () => {
	model = await startChatModel();
	modelCredential = await stage.client.createCredential('openAiApi', {
		apiKey: 'none',
		url: model.url,
	});
});

afterAll(async () => await model.close());

const fromAi = (name: string, description: string, type = 'string') =>
	`={{ $fromAI('${name}', '${description}', '${type}') }}`;

const audioSpliterTool = (parameters: INodeParameters): INode =>
	otherNode('n8n-nodes-audiospliter.audioSpliterTool', 1, 'AudioSpliter', parameters, {
		credentials: { audioSpliterApi: { id: stage.credential.id, name: stage.credential.name } },
	});

/** Lets an agent call the tool once. @returns what the tool said to the model */
const callTool = async (version: number, parameters: INodeParameters, args: object) => {
	model.callWith(args);
	const { id } = await stage.client.createWorkflow(
		agentWorkflow(version, modelCredential, audioSpliterTool(parameters)),
	);
	const execution = await stage.client.runManually(id);
	const error = errorOf(execution, 'AudioSpliter')?.message;
	return { execution, error, said: model.toolSaid(), offered: model.tools() };
};

const submissions = () => stage.sandbox.requests().filter(({ method }) => method === 'POST');

const createTool = (more: INodeParameters = {}): INodeParameters => ({
	resource: 'splitJob',
	operation: 'create',
	sourceUrl: fromAi('source_url', 'Direct link to the audio file'),
	segmentDuration: fromAi('segment_duration', 'Seconds', 'number'),
	waitOptions: { pollInterval: 1 },
	...more,
});

describe.each(AGENTS)('a tool of an AI agent (version %d)', (version) => {
	it('tells the model what it is for and what it takes, and splits as the model says', async () => {
		const { said, offered, execution } = await callTool(version, createTool(), {
			source_url: stage.sandbox.fileUrl(RECORDING),
			segment_duration: 5,
		});
		expect(execution.status).toBe('success');
		expect(offered).toHaveLength(1);
		expect(offered[0]?.description).toMatch(/split job/i);
		expect(offered[0]?.parameters.properties).toMatchObject({
			source_url: { type: 'string', description: 'Direct link to the audio file' },
			segment_duration: { type: 'number', description: 'Seconds' },
		});
		const { id, request } = stage.sandbox.jobs().at(-1) ?? {};
		expect(request).toMatchObject({ segmentDuration: 5, splitMode: 'duration' });
		expect(said).toContain(`"id":"${id}"`);
		expect(said).toContain('"status":"completed"');
		expect(said).toContain('"segmentCount":3');
		expect(said).not.toContain(stage.sandbox.apiKey);
		console.log(`agent ${version}: a job with 3 segments is ${said.length} characters`);
	});

	it('looks up the job that the model names', async () => {
		const { id } = stage.sandbox.addSyntheticJob({ status: 'processing', progress: 40 });
		const { said } = await callTool(
			version,
			{
				resource: 'splitJob',
				operation: 'get',
				jobId: byId(fromAi('job_id', 'ID of the split job')),
			},
			{ job_id: id },
		);
		expect(JSON.parse(said)).toMatchObject([{ id, status: 'processing', progress: 40 }]);
	});

	it('says little about many jobs', async () => {
		for (let count = 0; count < 10; count++) stage.sandbox.addSyntheticJob({ segments: 60 });
		const { said } = await callTool(
			version,
			{ resource: 'splitJob', operation: 'getAll', limit: 10 },
			{},
		);
		const jobs = JSON.parse(said) as object[];
		expect(jobs).toHaveLength(10);
		for (const job of jobs) {
			expect(job).toMatchObject({ status: 'completed', segmentCount: 60 });
			expect(job).not.toHaveProperty('segments');
		}
		expect(said.length).toBeLessThan(10 * 500);
		console.log(`agent ${version}: ten jobs with 60 segments each are ${said.length} characters`);
	});

	it('says what is wrong when the job does not exist', async () => {
		const { error } = await callTool(
			version,
			{ resource: 'splitJob', operation: 'get', jobId: byId(fromAi('job_id', 'ID')) },
			{ job_id: 'job_unknown' },
		);
		expect(error).toContain('The job was not found');
	});

	it.each<[string, INodeParameters, string, string]>([
		[
			'a split mode',
			{ splitMode: fromAi('value', 'How to split') },
			'file_size',
			"'Split Mode' must be 'duration' or 'fileSize', not ",
		],
		[
			'a way to wait',
			{ waitMode: fromAi('value', 'How to wait') },
			'Webhook',
			"'Wait for Completion' must be 'poll', 'webhook' or 'none', not ",
		],
		[
			'an output',
			{ output: fromAi('value', 'What comes out') },
			'Segments',
			"'Output' must be 'job' or 'segments', not 'Segments'",
		],
		[
			'a format',
			{ additionalFields: { outputFormat: fromAi('value', 'The format') } },
			'opus',
			"'Output Format' must be 'mp3', 'wav', 'flac', 'ogg' or 'aac', not 'opus'",
		],
	])(
		'says which values %s has where the model gives another',
		async (_what, more, value, message) => {
			const { error } = await callTool(version, createTool(more), {
				source_url: stage.sandbox.fileUrl(RECORDING),
				segment_duration: 5,
				value,
			});
			expect(error).toContain(message);
			expect(submissions()).toEqual([]);
		},
	);

	it('refuses to pause, and submits nothing', async () => {
		const { error, execution } = await callTool(version, createTool({ waitMode: 'webhook' }), {
			source_url: stage.sandbox.fileUrl(RECORDING),
			segment_duration: 5,
		});
		expect(error).toContain("'Pause Until Webhook' cannot be used in an AI tool");
		expect(execution.status).not.toBe('waiting');
		expect(submissions()).toEqual([]);
	});
});
