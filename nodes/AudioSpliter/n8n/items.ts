import type { IDataObject, IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import type { SegmentItem } from '../job/segment';
import type { Job } from '../job/types';
import type { NodeError } from './errors';
import { affectsEveryItem, asNodeError, copyFor } from './errors';

/** What became of one input item. */
export type ItemResult<T> = { itemIndex: number } & (
	{ kind: 'done'; value: T } | { kind: 'failed'; error: NodeError }
);

/**
 * Runs for one input item after the other. Under Continue On Fail a failure is that item's own; one that every item would
 * end in is not tried again.
 *
 * @throws NodeApiError or NodeOperationError for the first failure, unless the node continues on errors
 */
export async function eachItem<T>(
	ctx: IExecuteFunctions,
	run: (itemIndex: number) => T | Promise<T>,
): Promise<Array<ItemResult<T>>> {
	const results: Array<ItemResult<T>> = [];
	let ending: NodeError | undefined;
	for (let itemIndex = 0; itemIndex < ctx.getInputData().length; itemIndex++) {
		try {
			if (ending !== undefined) throw copyFor(ending, itemIndex);
			results.push({ itemIndex, kind: 'done', value: await run(itemIndex) });
		} catch (thrown) {
			const error = asNodeError(ctx, thrown, itemIndex);
			if (!ctx.continueOnFail()) throw error;
			if (affectsEveryItem(error)) ending = error;
			results.push({ itemIndex, kind: 'failed', error });
		}
	}
	return results;
}

/** One item for a job or a segment, paired with the input item that it comes from. */
export const toItem = (
	json: Job | SegmentItem | IDataObject,
	itemIndex: number,
): INodeExecutionData => ({
	json: json as IDataObject,
	pairedItem: { item: itemIndex },
});

/**
 * The item that stands for a failure under Continue On Fail.
 *
 * @param known what is known beside the error: the job's ID, or a failed job with an `error` of its own
 */
export function toErrorItem(
	ctx: Pick<IExecuteFunctions, 'getNode'>,
	error: NodeError,
	itemIndex: number,
	known: IDataObject = {},
): INodeExecutionData {
	const { message, description } = error;
	const reported = { error: message, ...(typeof description === 'string' && { description }) };
	return {
		json: known.error === undefined ? { ...known, ...reported } : known,
		pairedItem: { item: itemIndex },
		// n8n moves an item to the error output by this field, and reduces its json to the message.
		...(ctx.getNode().onError === 'continueErrorOutput' && { error }),
	};
}

/**
 * Takes a failure of the node as a whole, before any item was worked on, for every item's failure: left to n8n, Continue On
 * Fail would hand on the input as if nothing had happened.
 *
 * @throws the error, unless the node continues on errors
 */
export function failAllItems(ctx: IExecuteFunctions, error: unknown): INodeExecutionData[] {
	const nodeError = asNodeError(ctx, error, 0);
	if (!ctx.continueOnFail()) throw nodeError;
	return ctx.getInputData().map((_item, itemIndex) => toErrorItem(ctx, nodeError, itemIndex));
}

/** Whether n8n takes the item for a failure (n8n-core: `workflow-execute.js`, `checkFailure`). */
const countsAsFailure = ({ json: { error } }: INodeExecutionData): boolean =>
	error !== undefined && error !== null && error !== false;

/**
 * Puts an item without an error first, if there is one. With Retry On Fail, n8n runs a node again for all of its items when
 * the first item that it puts out has an error, and what was submitted for the others would be submitted and billed again.
 */
export function withoutRetry(items: INodeExecutionData[]): INodeExecutionData[] {
	const first = items.findIndex((item) => !countsAsFailure(item));
	const good = items[first];
	return good === undefined ? items : [good, ...items.filter((item) => item !== good)];
}
