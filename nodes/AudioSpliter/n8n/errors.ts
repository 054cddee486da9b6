import type { IExecuteFunctions } from 'n8n-workflow';
import { NodeApiError, NodeOperationError } from 'n8n-workflow';

/** The two kinds of error that n8n shows with a message and a description. */
export type NodeError = NodeApiError | NodeOperationError;

type NodeContext = Pick<IExecuteFunctions, 'getNode'>;

/** Errors that every other item would end in as well. Kept beside them, since their fields belong to n8n. */
const runEnding = new WeakSet<object>();

/** Notes that every other item would end in the same error: a refused key is refused for all of them. */
export function markForEveryItem<E extends NodeError>(error: E): E {
	runEnding.add(error);
	return error;
}

/** Whether to go on with other items would only repeat this error. */
export const affectsEveryItem = (error: unknown): boolean =>
	error instanceof Error && runEnding.has(error);

/**
 * The error for a value that cannot be used, or for something that cannot be done.
 *
 * @param message what is wrong
 * @param description what to do about it
 */
export const refusal = (
	ctx: NodeContext,
	message: string,
	description: string,
	itemIndex?: number,
): NodeOperationError => new NodeOperationError(ctx.getNode(), message, { description, itemIndex });

/**
 * Gives an error of n8n's the message that it was made with. Where a message has a word like ENOTFOUND in it, as the
 * service may quote one, n8n puts its own about n8n's connection there (n8n-workflow: `NodeError.setDescriptiveErrorMessage`).
 */
export function keepMessage<E extends NodeError>(error: E, message: string): E {
	error.message = message;
	error.messages = [];
	return error;
}

/** The error as n8n's own, with the index of the item that was worked on. */
export function asNodeError(ctx: NodeContext, error: unknown, itemIndex: number): NodeError {
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

/** A copy of the error for another item: one error may end several items, and each names its own. */
export function copyFor<E extends NodeError>(error: E, itemIndex: number): E {
	const copy = Object.create(
		Object.getPrototypeOf(error) as object,
		Object.getOwnPropertyDescriptors(error),
	) as E;
	// In newer versions of Node.js `stack` is an accessor, which answers for the original only.
	Object.defineProperty(copy, 'stack', { value: error.stack, writable: true, configurable: true });
	copy.context = { ...error.context, itemIndex };
	return copy;
}
