import { randomUUID } from 'crypto';
import { createMemory } from './memory';
import type { Recorder, RecorderOptions } from './recorder';
import { createRecorder } from './recorder';
import { createSecretCache } from '../../webhook/secret';

/**
 * What this process keeps between deliveries: module-level, since n8n makes a new context for every call. None of it is
 * needed after a restart.
 */

/**
 * Goes with a delivery from `webhook()` to `execute()`. Where both run in one process, no other process writes to the
 * store either: n8n hands executions to other processes in queue mode only, and then it hands over all of them.
 */
export const PROCESS_ID = randomUUID();

/** Two keys for each of the last 10,000 events. */
export const memory = createMemory(20_000);

export const secrets = createSecretCache();

const recorders = new Map<string, Recorder>();

/**
 * The recorder of a node. Only one may write to a node's row at a time.
 *
 * @param scope names the workflow and the node
 */
export function recorderOf(scope: string, options: RecorderOptions): Recorder {
	const known = recorders.get(scope);
	if (known !== undefined) return known;
	for (const [other, recorder] of recorders) if (recorder.isIdle()) recorders.delete(other);
	const recorder = createRecorder(options);
	recorders.set(scope, recorder);
	return recorder;
}

/** Names the node in this process's memory. Its ID stays when it is renamed. */
export const scopeOf = (workflowId: string | undefined, nodeId: string): string =>
	JSON.stringify([workflowId, nodeId]);
