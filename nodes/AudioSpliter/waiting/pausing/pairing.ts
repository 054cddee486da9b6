import type { IExecuteFunctions, INodeExecutionData, INodeProperties } from 'n8n-workflow';

// When n8n resumes an execution, it pairs each item that the node puts out with the input item at the same position,
// whatever the node says (n8n-core: `workflow-execute.js`, `addPairedItemLineage`). With one item per segment most of
// these pairs are wrong.

/** Shown where a pause meets one item per segment. */
export const segmentsNotice: INodeProperties = {
	displayName:
		"After a pause, n8n cannot tell which input item a segment comes from, so <code>$('…').item</code> fails. Put what each segment should carry into <i>Additional Fields › Metadata</i>, or choose <i>One Item per Job</i> followed by <i>Segment › Get Many</i>.",
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
 * Makes n8n keep the source that an item names when it pairs the items of the paused node. n8n does so for nodes that an AI
 * agent runs, since their input comes from elsewhere as well (n8n-core: `resolve-source-overwrite.js`).
 */
export function keepOwnPairs(ctx: IExecuteFunctions): void {
	const data = ctx.getExecuteData();
	data.metadata = { ...data.metadata, preserveSourceOverwrite: true };
}

/**
 * Puts the items in an order that n8n handles correctly, and keeps it from pairing an item with another job's input: an
 * expression that asks for such a pair fails.
 *
 * With an error output, n8n takes the items off one by one and looks each error up at its position in the input. It loses
 * items where that position is beyond the input (`handleNodeErrorOutput`), so each error stands at the position of its own
 * input item.
 *
 * @param outputs by input item; each has at least one item
 */
export function placeItems(outputs: INodeExecutionData[][]): INodeExecutionData[] {
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
