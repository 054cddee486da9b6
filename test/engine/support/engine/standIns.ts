import type {
	EngineRequest,
	EngineResponse,
	IDataObject,
	IExecuteFunctions,
	INodeExecutionData,
	INodeType,
	INodeTypeDescription,
} from 'n8n-workflow';

/**
 * The nodes around this package's own. n8n's are in a package of 200 MB that the engine does not need, so the few that the tests
 * put into their workflows are played here, in what the tests use of them.
 */
type Play = (
	this: IExecuteFunctions,
	response?: EngineResponse,
) => Promise<INodeExecutionData[][] | EngineRequest>;

const description = (name: string, more: Partial<INodeTypeDescription> = {}) => ({
	displayName: name,
	name,
	group: ['transform'] as INodeTypeDescription['group'],
	version: [1, 1.1, 2, 3.4, 4.2],
	description: 'A node around the ones under test',
	defaults: { name },
	inputs: ['main'] as INodeTypeDescription['inputs'],
	outputs: ['main'] as INodeTypeDescription['outputs'],
	properties: [],
	...more,
});

const node = (name: string, execute: Play, more?: Partial<INodeTypeDescription>): INodeType => ({
	description: description(name, more),
	execute,
});

/** Hands on what it got: a trigger gets what starts the workflow. */
const passOn: Play = async function () {
	return [this.getInputData()];
};

/** Code, "Run Once for All Items", of the kind that `itemsNode` writes. */
const runCode: Play = async function () {
	const code = String(this.getNodeParameter('jsCode', 0));
	return [new Function(code)() as INodeExecutionData[]];
};

/** HTTP Request with a file as its answer. */
const downloadFile: Play = async function () {
	const items = this.getInputData().map(async (_item, index): Promise<INodeExecutionData> => {
		const url = String(this.getNodeParameter('url', index));
		const body = (await this.helpers.httpRequest({ url, encoding: 'arraybuffer' })) as Buffer;
		const name = decodeURIComponent(new URL(url).pathname.split('/').at(-1) ?? '');
		const data = await this.helpers.prepareBinaryData(Buffer.from(body), name);
		return { json: {}, binary: { data }, pairedItem: index };
	});
	return [await Promise.all(items)];
};

/** Edit Fields, mode JSON, that keeps the other fields. */
const addFields: Play = async function () {
	const fields = JSON.parse(String(this.getNodeParameter('jsonOutput', 0))) as IDataObject;
	return [
		this.getInputData().map(({ json, binary }, item) => ({
			json: { ...json, ...fields },
			...(binary && { binary }),
			pairedItem: { item },
		})),
	];
};

/** The agent of n8n's AI nodes, with a model that calls one tool once: the engine runs the tool. */
const callTool: Play = async function (response) {
	if (response?.actionResponses.length) return [[{ json: { output: 'Done.' } }]];
	const action: EngineRequest['actions'][number] = {
		actionType: 'ExecutionNodeAction',
		nodeName: String(this.getNodeParameter('tool', 0)),
		input: JSON.parse(String(this.getNodeParameter('input', 0))) as IDataObject,
		type: 'ai_tool',
		id: 'call_1',
		metadata: { itemIndex: 0 },
	};
	return { actions: [action], metadata: {} };
};

/** A parameter is only kept if the node's description knows it. */
const takes = (...names: string[]): Partial<INodeTypeDescription> => ({
	properties: names.map((name) => ({ displayName: name, name, type: 'string', default: '' })),
});

const start: Partial<INodeTypeDescription> = { group: ['trigger'], inputs: [] };

/** By the names that workflows know them by. */
export const STAND_INS: Record<string, INodeType> = {
	'n8n-nodes-base.manualTrigger': node('manualTrigger', passOn, start),
	'n8n-nodes-base.executeWorkflowTrigger': node('executeWorkflowTrigger', passOn, start),
	'n8n-nodes-base.code': node('code', runCode, takes('jsCode')),
	'n8n-nodes-base.set': node('set', addFields, takes('jsonOutput')),
	'n8n-nodes-base.httpRequest': node('httpRequest', downloadFile, takes('url')),
	'n8n-nodes-base.noOp': node('noOp', passOn),
	'stand-in.agent': node('agent', callTool, {
		inputs: ['main', 'ai_tool'],
		...takes('tool', 'input'),
	}),
};
