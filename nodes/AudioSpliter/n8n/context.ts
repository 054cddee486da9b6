import type {
	IExecuteFunctions,
	ILoadOptionsFunctions,
	INode,
	IPollFunctions,
	ITriggerFunctions,
	IWebhookFunctions,
} from 'n8n-workflow';
import { sleep } from 'n8n-workflow';
import type { Clock } from './clock';

/** The contexts of n8n in which this package calls the API. */
export type ApiContext =
	| IExecuteFunctions
	| IWebhookFunctions
	| ILoadOptionsFunctions
	| ITriggerFunctions
	| IPollFunctions;

/** Those of them that can take in files as well. */
export type FileContext = IExecuteFunctions | IWebhookFunctions;

/** Real time, for everything in this package that waits. */
export const systemClock: Clock = { now: () => Date.now(), sleep };

/** Signals of runs that have to end earlier than n8n would end them. */
const earlierEnds = new WeakMap<object, AbortSignal>();

/** Aborted when n8n stops the execution, for its user or at a time-out; undefined where nothing can be stopped. */
const cancelSignal = (ctx: ApiContext): AbortSignal | undefined =>
	'getExecutionCancelSignal' in ctx ? ctx.getExecutionCancelSignal() : undefined;

/** Aborted when the run has to end; undefined where it need not. All that waits in this package heeds it. */
export const executionSignal = (ctx: ApiContext): AbortSignal | undefined =>
	earlierEnds.get(ctx) ?? cancelSignal(ctx);

/** Lets the run end when this signal is aborted as well. */
export function endWith(ctx: ApiContext, signal: AbortSignal): void {
	const cancelled = cancelSignal(ctx);
	earlierEnds.set(ctx, cancelled === undefined ? signal : AbortSignal.any([cancelled, signal]));
}

/** The source that the node creates jobs from; undefined where it creates none. Expressions are not allowed there. */
export const sourceOf = ({ parameters }: INode): 'url' | 'binary' | undefined => {
	if (parameters?.operation !== 'create') return undefined;
	return parameters.source === 'binary' ? 'binary' : 'url';
};

/** Whether an AI agent runs the node: its type has this ending then; older versions have a context of their own. */
export const isTool = (ctx: IExecuteFunctions): boolean =>
	ctx.getNode().type.endsWith('Tool') || ctx.isToolExecution?.() === true;
