import type {
	IExecuteFunctions,
	INodeExecutionData,
	INodeProperties,
	INodePropertyOptions,
} from 'n8n-workflow';
import { eachItem, toErrorItem } from '../n8n/items';

/** An operation of the action node: its entry in the dropdown, its fields, and what it does with all input items. */
export interface Operation {
	option: INodePropertyOptions & { action: string };
	/** Shown for this operation only; the resource adds that condition. */
	fields: INodeProperties[];
	execute(ctx: IExecuteFunctions): Promise<INodeExecutionData[]>;
}

/** Makes an operation's `execute` of what it does with one item. */
export const forEachItem =
	(run: (ctx: IExecuteFunctions, itemIndex: number) => Promise<INodeExecutionData[]>) =>
	async (ctx: IExecuteFunctions): Promise<INodeExecutionData[]> => {
		const results = await eachItem(ctx, async (itemIndex) => await run(ctx, itemIndex));
		return results.flatMap((result) =>
			result.kind === 'done' ? result.value : toErrorItem(ctx, result.error, result.itemIndex),
		);
	};
