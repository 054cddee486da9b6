import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import { throwIfCancelled, unlessCancelled, WaitCancelledError } from '../n8n/clock';
import { executionSignal } from '../n8n/context';
import { asNodeError, refusal } from '../n8n/errors';
import { toErrorItem } from '../n8n/items';
import { endBeforeTimeout } from '../n8n/timeout';
import { dedupKeys, scopeOf } from './dedup/keys';
import type { Attempt } from './dedup/memory';
import { memoryOf } from './dedup/memory';
import type { Delivery } from './delivery';
import { readDelivery } from './delivery';
import { emitFound } from './emitFound';
import { assertEvents } from './events';
import { aboutDelivery, toItems } from './items';
import { claimOf, recorderFor, recordingError } from './record';
import { noteUnrecorded } from './unrecorded';

/** Makes the items of a delivery and then records it, so that an attempt which is lost on the way leaves no record. */
async function makeAndRecord(ctx: IExecuteFunctions, delivery: Delivery) {
	const signal = executionSignal(ctx);
	throwIfCancelled(signal);
	const result = await toItems(ctx, delivery);
	throwIfCancelled(signal);
	const claim = claimOf(ctx, delivery, signal);
	const recorder = recorderFor(ctx);
	const verdict = await recorder.record(claim);
	if (verdict.kind === 'withdrawn') throw new WaitCancelledError();
	const isEmitted = ['first', 'own'].includes(verdict.kind) || ctx.getMode() === 'retry';
	const mayLeave = !isEmitted || claim.isProvisional !== true || (await recorder.release([claim]));
	if (!mayLeave) throw new WaitCancelledError();
	return { verdict, result };
}

async function attempt(
	ctx: IExecuteFunctions,
	delivery: Delivery,
): Promise<Attempt<INodeExecutionData[]>> {
	const { verdict, result } = await makeAndRecord(ctx, delivery);
	if (verdict.kind === 'failed' || verdict.kind === 'unclear') throw recordingError(ctx, verdict);
	return verdict.kind === 'known' ? { kind: 'known' } : { kind: 'first', result };
}

async function emitOnce(ctx: IExecuteFunctions, delivery: Delivery): Promise<INodeExecutionData[]> {
	const keys = dedupKeys(delivery, delivery.deliveryId);
	const memory = memoryOf(scopeOf(ctx.getWorkflow().id, ctx.getNode().id));
	if (ctx.getMode() === 'retry') {
		// A retry is asked for by its user, who has seen that the execution needs one.
		const { result } = await makeAndRecord(ctx, delivery);
		memory.remember(keys);
		return result;
	}
	const execution = ctx.getExecutionId();
	// With Retry On Fail n8n runs the node again within the execution, also where its item is a failed job's, and keeps only
	// what comes last.
	if (memory.isEmittedBy(keys, execution)) return await toItems(ctx, delivery);
	const outcome = await memory.once(keys, execution, async () => await attempt(ctx, delivery));
	return outcome.kind === 'first' ? outcome.result : [];
}

async function toOutput(ctx: IExecuteFunctions, delivery: Delivery): Promise<INodeExecutionData[]> {
	assertEvents(ctx, ctx.getNodeParameter('events', 0, []));
	const deduplicates = ['webhook', 'retry'].includes(ctx.getMode());
	return deduplicates ? await emitOnce(ctx, delivery) : await toItems(ctx, delivery);
}

const timeoutError = (ctx: IExecuteFunctions, seconds: number) =>
	refusal(
		ctx,
		`The event could not be emitted within the workflow's time-out of ${seconds} seconds`,
		"AudioSpliter was slow to answer, its rate limit was used up, or the files are large. Retry this execution in a minute, or give 'Timeout Workflow' in the workflow's settings more time.",
	);

/**
 * Turns the delivery that started this execution into items, unless its event was emitted before. The record is made
 * last, so that an attempt which is lost on the way leaves none, and a redelivery or a retry is emitted. Test executions
 * emit every delivery.
 */
export async function emit(ctx: IExecuteFunctions): Promise<INodeExecutionData[]> {
	const input = ctx.getInputData();
	const deliveries = input.map(({ json }) => readDelivery(json)).filter((one) => one !== undefined);
	const [delivery] = deliveries;
	if (delivery === undefined) return input;
	const timeout = endBeforeTimeout(ctx);
	try {
		// At once, whatever it waits for: n8n stores an execution right after it has stopped it, and a node that has not ended
		// by then is stored without its input, so that a retry does nothing. What goes on meanwhile leaves no record.
		return await unlessCancelled(executionSignal(ctx), async () =>
			delivery.found === undefined
				? await toOutput(ctx, delivery)
				: await emitFound(ctx, deliveries),
		);
	} catch (error) {
		const isTimeout = error instanceof WaitCancelledError && timeout?.isOver() === true;
		const nodeError = isTimeout ? timeoutError(ctx, timeout.seconds) : asNodeError(ctx, error, 0);
		// Left to n8n, Continue On Fail would hand on the delivery as `webhook()` stored it.
		if (!ctx.continueOnFail()) throw nodeError;
		if (delivery.found !== undefined) noteUnrecorded(ctx);
		return deliveries.map((one, position) =>
			toErrorItem(ctx, nodeError, position, { id: one.jobId, ...aboutDelivery(one) }),
		);
	}
}
