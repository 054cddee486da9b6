import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import { NodeOperationError, sleep } from 'n8n-workflow';
import { asNodeError } from '../n8n/errors';
import { toErrorItem } from '../n8n/items';
import { dedupKeys, scopeOf } from './dedup/keys';
import { memory } from './dedup/memory';
import type { Claim, Verdict } from './dedup/recorder';
import { recorderOf } from './dedup/recorder';
import type { Delivery } from './delivery';
import { PROCESS_ID, readDelivery } from './delivery';
import { aboutDelivery, toItems } from './items';

const assertNotCancelled = (ctx: IExecuteFunctions): void => {
	if (ctx.getExecutionCancelSignal()?.aborted === true) {
		throw new NodeOperationError(ctx.getNode(), 'The execution was cancelled');
	}
};

const recordingError = (ctx: IExecuteFunctions, verdict: Verdict): NodeOperationError =>
	verdict.outcome === 'failed'
		? new NodeOperationError(ctx.getNode(), "The event could not be recorded in n8n's database", {
				description: `It was not emitted. Retry this execution once the database answers again. (${String(verdict.error)})`,
			})
		: new NodeOperationError(
				ctx.getNode(),
				"n8n's database failed while the event was recorded, so whether it was emitted before is unknown",
				{
					description:
						'It was not emitted now. If no other execution has it, retry this execution: a retry is always emitted.',
				},
			);

async function record(
	ctx: IExecuteFunctions,
	scope: string,
	delivery: Delivery,
	keys: string[],
): Promise<Verdict> {
	const recorder = recorderOf(scope, {
		sleep,
		now: Date.now,
		onRepairFailure: (error) =>
			ctx.logger.debug('AudioSpliter Trigger: recent events could not be recorded again', {
				error,
			}),
	});
	const claim: Claim = {
		keys,
		store: async (storeKeys, maxEntries) => {
			const answer = await ctx.helpers.checkProcessedAndRecord(storeKeys, 'node', {
				mode: 'entries',
				maxEntries,
			});
			return new Set(answer.processed.map(String));
		},
	};
	if (delivery.receivedBy !== PROCESS_ID) claim.owner = `owner:${ctx.getExecutionId()}:${keys[0]}`;
	return await recorder.record(claim);
}

/** The items of a delivery, with what the record that was made after them says. */
async function attempt(ctx: IExecuteFunctions, scope: string, delivery: Delivery, keys: string[]) {
	assertNotCancelled(ctx);
	const result = await toItems(ctx, delivery);
	assertNotCancelled(ctx);
	const verdict = await record(ctx, scope, delivery, keys);
	return { verdict, result };
}

async function emitOnce(ctx: IExecuteFunctions, delivery: Delivery): Promise<INodeExecutionData[]> {
	const keys = dedupKeys(delivery, delivery.deliveryId);
	const scope = scopeOf(ctx.getWorkflow().id, ctx.getNode().id);
	const remembered = keys.map((key) => `${scope} ${key}`);
	if (ctx.getMode() === 'retry') {
		// A retry is asked for by its user, who has seen that the execution needs one.
		const { result } = await attempt(ctx, scope, delivery, keys);
		memory.remember(remembered);
		return result;
	}
	const execution = ctx.getExecutionId();
	// With Retry On Fail n8n runs the node again within the execution, also where its item is a failed job's, and keeps only
	// what comes last.
	if (memory.isEmittedBy(remembered, execution)) return await toItems(ctx, delivery);
	const emitted = await memory.once(remembered, execution, async () => {
		const { verdict: told, result } = await attempt(ctx, scope, delivery, keys);
		// A record that was there may be what a failed attempt has left, this execution's or another's.
		const isFound = told.outcome === 'known' || told.outcome === 'own';
		const isDoubtful = isFound && memory.isDoubtful([...remembered, execution]);
		const verdict: Verdict = isDoubtful ? { outcome: 'unclear' } : told;
		if (verdict.outcome === 'failed') memory.doubt([...remembered, execution]);
		if (verdict.outcome === 'unclear') {
			// One execution tells of the event; run again by Retry On Fail, it tells the same.
			memory.settle(remembered);
			memory.doubt([execution]);
		}
		if (verdict.outcome === 'failed' || verdict.outcome === 'unclear') {
			throw recordingError(ctx, verdict);
		}
		return { first: verdict.outcome === 'first' || verdict.outcome === 'own', result };
	});
	return emitted ?? [];
}

/**
 * Turns the delivery that started this execution into items, unless its event was emitted before. The record is made
 * last, so that an attempt which is lost on the way leaves none, and a redelivery or a retry is emitted. Test executions
 * emit every delivery.
 */
export async function emit(ctx: IExecuteFunctions): Promise<INodeExecutionData[]> {
	const input = ctx.getInputData();
	const delivery = readDelivery(input[0]?.json);
	if (delivery === undefined) return input;
	const deduplicates = ['webhook', 'retry'].includes(ctx.getMode());
	try {
		return deduplicates ? await emitOnce(ctx, delivery) : await toItems(ctx, delivery);
	} catch (error) {
		const nodeError = asNodeError(ctx, error, 0);
		// Left to n8n, Continue On Fail would hand on the delivery as `webhook()` stored it.
		if (!ctx.continueOnFail()) throw nodeError;
		const known = { id: delivery.jobId, ...aboutDelivery(delivery) };
		return [toErrorItem(ctx, nodeError, 0, known)];
	}
}
