import type { IExecuteFunctions, INodeExecutionData, IWebhookFunctions } from 'n8n-workflow';
import { asNumber, asText, isRecord } from '../../job/values';
import type { OutputOptions } from '../../output/options';
import type { WaitGroup } from './waitGroup';

/** What `webhook()` needs and cannot read from the parameters, whose expressions meant the original input. */
export interface PauseNotes {
	/** By item. */
	output: Record<string, OutputOptions>;
	/** When n8n goes on by itself, in milliseconds since 1970. */
	until: number;
}

/** The paused execution that a webhook is for. */
export interface PausedExecution {
	group: WaitGroup;
	/** One item per input item: a job, or the error that it had from the start. */
	waiting: INodeExecutionData[];
	output: PauseNotes['output'];
}

/** Key in n8n's node context, which is stored with the waiting execution. */
const NOTES_KEY = 'audioSpliterPause';

/** Milliseconds for which an execution is assumed to wait if no end is noted. */
const UNKNOWN_WAIT = 3_600_000;

/** Keeps what `webhook()` needs. To be called before the execution is stored. */
export function writeNotes(ctx: IExecuteFunctions, notes: PauseNotes): void {
	ctx.getContext('node')[NOTES_KEY] = notes;
}

/** The name as a JavaScript string in which no character can end an n8n expression or be mistaken for code. */
const quoteName = (name: string): string => {
	const escaped = name.replace(
		/[^A-Za-z0-9 ]/g,
		(unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
	);
	return `"${escaped}"`;
};

/** An expression is the only way in which `webhook()` can read the node's context. */
const evaluateNotes = (ctx: Pick<IWebhookFunctions, 'getNode' | 'evaluateExpression'>): unknown =>
	ctx.evaluateExpression(`{{ $node[${quoteName(ctx.getNode().name)}].context["${NOTES_KEY}"] }}`);

/** Whether n8n allows the node's name in an expression: it refuses names such as `prototype` and `binding`. */
export function canReadNotes(ctx: IExecuteFunctions): boolean {
	try {
		evaluateNotes(ctx as unknown as IWebhookFunctions);
		return true;
	} catch {
		return false;
	}
}

/** What was noted when the execution was paused. */
export function readNotes(ctx: IWebhookFunctions): PauseNotes {
	const notes = evaluateNotes(ctx);
	return {
		output: isRecord(notes) && isRecord(notes.output) ? (notes.output as PauseNotes['output']) : {},
		until: (isRecord(notes) ? asNumber(notes.until) : undefined) ?? Date.now() + UNKNOWN_WAIT,
	};
}

/** The items that the execution waits with: one per input item, a job or an error. */
export function waitingItems(ctx: IWebhookFunctions): INodeExecutionData[] {
	const items: unknown = ctx.evaluateExpression('{{ $input.all() }}');
	return Array.isArray(items) ? (items as INodeExecutionData[]) : [];
}

/** The job that a waiting item stands for; undefined for an item that had failed before the pause. */
export const jobIdOf = ({ json }: INodeExecutionData): string | undefined =>
	json.waitTimedOut === true ? asText(json.id) : undefined;
