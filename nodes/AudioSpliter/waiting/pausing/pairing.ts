import type { IExecuteFunctions, INodeExecutionData, INodeProperties } from 'n8n-workflow';

/*
 * When an execution is resumed, n8n pairs each item that the node puts out with the input item at the same position, whatever the
 * node says (n8n-core: `workflow-execute.js`, `addPairedItemLineage`). With one item per segment most of these pairs are wrong.
 */

/** Shown where a pause meets one item per segment. */
export const segmentsNotice: INodeProperties = {
	displayName:
		"After a pause n8n cannot tell which input item a segment comes from: <code>$('…').item</code> fails. What each segment should carry belongs into <i>Additional Fields › Metadata</i>. Or choose <i>One Item per Job</i>, followed by <i>Segment › Get Many</i>.",
	name: 'segmentsAfterPause',
	type: 'notice',
	default: '',
	displayOptions: { show: { waitMode: ['webhook'], output: ['segments'] } },
};

/** A source that no execution has. n8n fails where an expression follows an item to it, and quotes its name. */
const NO_SOURCE = {
	previousNode: '(none: n8n cannot pair segments after a pause)',
	previousNodeOutput: 0,
	previousNodeRun: 0,
};

/**
 * Has n8n keep to the source that an item names when it pairs the items that the paused node puts out. It does so for nodes that an
 * AI agent runs, whose input comes from somewhere else as well (n8n-core: `resolve-source-overwrite.js`).
 */
export function keepOwnPairs(ctx: IExecuteFunctions): void {
	const data = ctx.getExecuteData();
	data.metadata = { ...data.metadata, preserveSourceOverwrite: true };
}

/** Items of one input item, before they are put in order. */
export type OutputOfItem = INodeExecutionData[];

/**
 * Puts the items in the order in which n8n takes them right, and keeps it from pairing any with another job's input item: an
 * expression that asks for such a pair fails.
 *
 * With an error output n8n looks an item with an error up at its position while it takes the items off one by one, and loses items where
 * that position is beyond the input (`handleNodeErrorOutput`). At the position of its own input item it comes out right.
 *
 * @param outputs by input item; each has one item at least
 */
export function placeItems(outputs: OutputOfItem[]): INodeExecutionData[] {
	const all = outputs.flatMap((items, itemIndex) => items.map((item) => ({ item, itemIndex })));
	const others = all.filter(({ item }) => item.error === undefined);
	const errors = new Map(
		all.filter(({ item }) => item.error !== undefined).map((one) => [one.itemIndex, one]),
	);
	return all.flatMap((_one, position) => {
		const placed = errors.get(position) ?? others.shift();
		if (placed === undefined) return [];
		const { item, itemIndex } = placed;
		if (itemIndex === position) return [item];
		return [{ ...item, pairedItem: { item: itemIndex, sourceOverwrite: NO_SOURCE } }];
	});
}
