import type { INode } from 'n8n-workflow';
import type { WorkflowDraft } from '../../../harness/workflows';
import { manualTrigger } from '../../../harness/workflows';

const COLUMNS = 6;

/** In rows, so that all of them show at once and can be clicked. */
export const inRows = (nodes: INode[]): INode[] =>
	nodes.map((node, index) => ({
		...node,
		position: [(index % COLUMNS) * 240, Math.floor(index / COLUMNS) * 180],
	}));

/** A manual trigger with each of the nodes behind it: one page of the editor, in which each runs by itself. */
export const sideBySide = (name: string, nodes: INode[]): WorkflowDraft => {
	const trigger = manualTrigger();
	const main = [nodes.map((node) => ({ node: node.name, type: 'main' as const, index: 0 }))];
	return { name, nodes: inRows([trigger, ...nodes]), connections: { [trigger.name]: { main } } };
};
