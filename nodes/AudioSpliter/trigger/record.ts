import type { IExecuteFunctions } from 'n8n-workflow';
import { systemClock } from '../n8n/context';
import type { NodeError } from '../n8n/errors';
import { refusal } from '../n8n/errors';
import { dedupKeys, scopeOf } from './dedup/keys';
import type { Claim, Recorder, Verdict } from './dedup/recorder';
import { recorderOf } from './dedup/recorder';
import type { Store } from './dedup/store';
import type { Delivery } from './delivery';
import { PROCESS_ID } from './delivery';

/**
 * n8n's record of this node. It is kept for longer than the execution whose context it comes from, so it holds nothing of
 * that context but these functions, which know the workflow and the node alone.
 */
function storeOf({ helpers, logger }: IExecuteFunctions): Store {
	const { checkProcessedAndRecord, removeProcessed } = helpers;
	return createStore(checkProcessedAndRecord, removeProcessed, logger);
}

/** By itself, since a closure holds whatever any other of its scope uses. */
const createStore = (
	record: IExecuteFunctions['helpers']['checkProcessedAndRecord'],
	remove: IExecuteFunctions['helpers']['removeProcessed'],
	logger: IExecuteFunctions['logger'],
): Store => ({
	async keep(keys, maxEntries) {
		const { processed } = await record(keys, 'node', { mode: 'entries', maxEntries });
		return new Set(processed.map(String));
	},
	async remove(keys) {
		await remove(keys, 'node', { mode: 'entries' });
	},
	reportRepairFailure(error) {
		logger.debug('AudioSpliter Trigger: recent events could not be recorded again', { error });
	},
});

/** Whether what is lost between its record and its items is found again, so that its record has to say so. */
const isProvisional = (ctx: IExecuteFunctions, delivery: Delivery): boolean =>
	delivery.found !== undefined ||
	String(ctx.getNodeParameter('lookForMissed', 0, false)) === 'true';

/** The execution's wish to be the one that emits the delivery's event. */
export const claimOf = (
	ctx: IExecuteFunctions,
	delivery: Delivery,
	signal?: AbortSignal,
): Claim => ({
	keys: dedupKeys(delivery, delivery.deliveryId),
	execution: ctx.getExecutionId(),
	isShared: delivery.receivedBy !== PROCESS_ID,
	isProvisional: isProvisional(ctx, delivery),
	store: storeOf(ctx),
	signal,
});

export const recorderFor = (ctx: IExecuteFunctions): Recorder =>
	recorderOf(scopeOf(ctx.getWorkflow().id, ctx.getNode().id), systemClock);

/** What to do about an event that was not emitted. What a look or a poll found needs nobody: the next one finds it again. */
const REMEDIES = {
	failed: 'It was not emitted. Retry this execution once the database answers again.',
	unclear:
		'It was not emitted now. If no other execution has it, retry this execution: a retry is always emitted.',
	found: 'It was not emitted. A later look or poll tries it again.',
};

/** The error for an event of which nobody can tell whether it was emitted, or that could not be recorded. */
export function recordingError(
	ctx: IExecuteFunctions,
	verdict: Extract<Verdict, { kind: 'failed' | 'unclear' }>,
	isFound = false,
): NodeError {
	const remedy = REMEDIES[isFound ? 'found' : verdict.kind];
	return verdict.kind === 'failed'
		? refusal(
				ctx,
				"The event could not be recorded in n8n's database",
				`${remedy} (${String(verdict.error)})`,
			)
		: refusal(
				ctx,
				"n8n's database failed while the event was recorded, so whether it was emitted before is unknown",
				remedy,
			);
}
