import type { IExecuteFunctions, IRun } from 'n8n-workflow';

/** The part of n8n's data proxy that is used here; it has no type of its own. */
interface CustomData {
	customData?: { set(key: string, value: string): void };
}

/** Name of the note in n8n's custom execution data, which n8n shows with the execution. */
const NOTE = 'audioSpliter';

const NOT_RECORDED = 'These events were not recorded. The next look finds them again.';

/**
 * Says that an execution which ends well, since the node continues on errors, has recorded none of its events. In queue mode
 * the process that looks hears nothing of an execution's items, but of its custom data (n8n: `workflow-runner.js`,
 * `enqueueExecution`).
 */
export function noteUnrecorded(ctx: IExecuteFunctions): void {
	const { $execution } = ctx.getWorkflowDataProxy(0) as { $execution?: CustomData };
	$execution?.customData?.set(NOTE, NOT_RECORDED);
}

/** Whether an execution has said so. */
export const isUnrecorded = ({ data }: Partial<IRun>): boolean =>
	data?.resultData?.metadata?.[NOTE] === NOT_RECORDED;
