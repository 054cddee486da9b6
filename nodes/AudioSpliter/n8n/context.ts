import type { IExecuteFunctions, ILoadOptionsFunctions, IWebhookFunctions } from 'n8n-workflow';
import { sleep } from 'n8n-workflow';
import type { Clock } from './clock';

/** The contexts of n8n in which this package calls the API. */
export type ApiContext = IExecuteFunctions | IWebhookFunctions | ILoadOptionsFunctions;

/** Those of them that can take in files as well. */
export type FileContext = IExecuteFunctions | IWebhookFunctions;

/** Real time, for everything in this package that waits. */
export const systemClock: Clock = { now: () => Date.now(), sleep };

/** Aborted when the execution is cancelled; undefined where there is none. */
export const executionSignal = (ctx: ApiContext): AbortSignal | undefined =>
	'getExecutionCancelSignal' in ctx ? ctx.getExecutionCancelSignal() : undefined;

/** Whether an AI agent runs the node: its type has this ending then; older versions have a context of their own. */
export const isTool = (ctx: IExecuteFunctions): boolean =>
	ctx.getNode().type.endsWith('Tool') || ctx.isToolExecution?.() === true;
