import type { INodeExecutionData, IWebhookFunctions } from 'n8n-workflow';
import { asNumber, asText, isRecord } from '../../job/values';
import type { OutputOptions } from '../../output/options';

/** What `webhook()` needs and cannot read from the parameters, whose expressions meant the original input. */
export interface PauseNotes {
	/** By item. */
	output: Record<string, OutputOptions>;
	/** When n8n goes on by itself, in milliseconds since 1970. */
	until: number;
}

/** Key in n8n's node context, which is stored with the waiting execution. */
export const NOTES_KEY = 'audioSpliterPause';

/** Milliseconds for which an execution is taken to wait of which no end is noted. */
const UNKNOWN_WAIT = 3_600_000;

/** What was noted when the execution was paused. */
export function readNotes(ctx: IWebhookFunctions): PauseNotes {
	const name = JSON.stringify(ctx.getNode().name);
	const notes: unknown = ctx.evaluateExpression(`{{ $node[${name}].context["${NOTES_KEY}"] }}`);
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

export const jobIdOf = ({ json }: INodeExecutionData): string | undefined =>
	json.waitTimedOut === true ? asText(json.id) : undefined;
