import type { NodeApiError, NodeOperationError } from 'n8n-workflow';

/**
 * Gives an error of n8n's its message as it is. Of a message that has a word like ENOTFOUND in it, which the service may
 * quote, n8n makes one of its own about n8n's connection (n8n-workflow: `NodeError.setDescriptiveErrorMessage`).
 */
export function withWords<E extends NodeApiError | NodeOperationError>(
	error: E,
	message: string,
): E {
	error.message = message;
	error.messages = [];
	return error;
}
