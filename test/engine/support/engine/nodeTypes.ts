import type { PackageDirectoryLoader } from 'n8n-core';
import type { INodeType, INodeTypes, IVersionedNodeType } from 'n8n-workflow';
import { NodeConnectionTypes, NodeHelpers } from 'n8n-workflow';
import { STAND_INS } from './standIns';

/** A node as n8n offers it to an AI agent: without inputs, with a tool as its output. */
const asTool = (type: INodeType): INodeType =>
	Object.create(type, {
		description: {
			value: {
				...type.description,
				name: `${type.description.name}Tool`,
				inputs: [],
				outputs: [NodeConnectionTypes.AiTool],
			},
		},
	}) as INodeType;

/** The package's nodes, and those that the tests put around them. */
export class NodeTypes implements INodeTypes {
	private readonly tools = new Map<string, INodeType>();

	constructor(private readonly loader: PackageDirectoryLoader) {}

	getByName(name: string): INodeType | IVersionedNodeType {
		const standIn = STAND_INS[name];
		if (standIn) return standIn;
		return this.loader.getNode(name.replace(`${this.loader.packageName}.`, '')).type;
	}

	getByNameAndVersion(name: string, version?: number): INodeType {
		if (!name.endsWith('Tool')) {
			return NodeHelpers.getVersionedNodeType(this.getByName(name), version);
		}
		const known = this.tools.get(`${name} ${version}`);
		if (known) return known;
		const tool = asTool(this.getByNameAndVersion(name.replace(/Tool$/, ''), version));
		this.tools.set(`${name} ${version}`, tool);
		return tool;
	}

	getKnownTypes() {
		return this.loader.known.nodes;
	}
}
