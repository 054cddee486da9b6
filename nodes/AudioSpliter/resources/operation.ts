import type {
	IDataObject,
	IExecuteFunctions,
	INodeExecutionData,
	INodeProperties,
	INodePropertyOptions,
} from 'n8n-workflow';
import { NodeApiError, NodeOperationError } from 'n8n-workflow';
import { failureOf } from '../api/client';

/** An operation of the action node: its entry in the dropdown, its fields, and what it does with all input items. */
export interface Operation {
	option: INodePropertyOptions & { action: string };
	/** Shown for this operation only; the resource adds that condition. */
	fields: INodeProperties[];
	execute(ctx: IExecuteFunctions): Promise<INodeExecutionData[]>;
}

/** n8n's own error for whatever was thrown while an item was worked on, with the item's index set. */
export function asNodeError(
	ctx: Pick<IExecuteFunctions, 'getNode'>,
	error: unknown,
	itemIndex: number,
): NodeApiError | NodeOperationError {
	if (error instanceof NodeApiError || error instanceof NodeOperationError) {
		error.context.itemIndex ??= itemIndex;
		return error;
	}
	return new NodeOperationError(
		ctx.getNode(),
		error instanceof Error ? error : new Error(String(error)),
		{ itemIndex },
	);
}

/** The error as another item's: a copy, since what ends several items is one error for all of them. */
export function copyFor<Of extends NodeApiError | NodeOperationError>(
	error: Of,
	itemIndex: number,
): Of {
	const copy = Object.create(
		Object.getPrototypeOf(error) as object,
		Object.getOwnPropertyDescriptors(error),
	) as Of;
	// In newer versions of Node an accessor, which answers for the original only.
	Object.defineProperty(copy, 'stack', { value: error.stack, writable: true, configurable: true });
	copy.context = { ...error.context, itemIndex };
	return copy;
}

/** A refused key (401) is refused for every item: going on would only hammer the service. */
export const isForAllItems = (error: unknown): boolean => failureOf(error)?.failure.status === 401;

/**
 * The item that stands for a failure under Continue On Fail.
 *
 * @param known what is known beside the error: the job's ID, or a failed job with an `error` of its own
 */
export function toErrorItem(
	ctx: Pick<IExecuteFunctions, 'getNode'>,
	error: NodeApiError | NodeOperationError,
	itemIndex: number,
	known: IDataObject = {},
): INodeExecutionData {
	const { message, description } = error;
	const told = { error: message, ...(typeof description === 'string' && { description }) };
	return {
		json: known.error === undefined ? { ...known, ...told } : known,
		pairedItem: { item: itemIndex },
		// n8n moves an item to the error output by this field, and reduces its json to the message.
		...(ctx.getNode().onError === 'continueErrorOutput' && { error }),
	};
}

/**
 * A failure of the node as a whole, before any item was worked on, as every item's failure: under Continue On Fail n8n
 * itself would hand on the input as if nothing had happened.
 *
 * @throws the error, where the node does not go on with errors
 */
export function failAllItems(ctx: IExecuteFunctions, error: unknown): INodeExecutionData[] {
	const nodeError = asNodeError(ctx, error, 0);
	if (!ctx.continueOnFail()) throw nodeError;
	return ctx.getInputData().map((_item, itemIndex) => toErrorItem(ctx, nodeError, itemIndex));
}

/** Whether an AI agent runs the node: its type has this ending then; older versions have a context of their own. */
export const isTool = (ctx: IExecuteFunctions): boolean =>
	ctx.getNode().type.endsWith('Tool') || ctx.isToolExecution?.() === true;

/** Runs an operation that treats each item on its own: one item's failure is that item's under Continue On Fail. */
export const forEachItem =
	(run: (ctx: IExecuteFunctions, itemIndex: number) => Promise<INodeExecutionData[]>) =>
	async (ctx: IExecuteFunctions): Promise<INodeExecutionData[]> => {
		const output: INodeExecutionData[] = [];
		let last: NodeApiError | NodeOperationError | undefined;
		for (let itemIndex = 0; itemIndex < ctx.getInputData().length; itemIndex++) {
			try {
				if (last !== undefined) throw copyFor(last, itemIndex);
				output.push(...(await run(ctx, itemIndex)));
			} catch (error) {
				const nodeError = asNodeError(ctx, error, itemIndex);
				if (!ctx.continueOnFail()) throw nodeError;
				if (isForAllItems(error)) last = nodeError;
				output.push(toErrorItem(ctx, nodeError, itemIndex));
			}
		}
		return output;
	};
