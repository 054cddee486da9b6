import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import { throwIfCancelled, WaitCancelledError } from '../n8n/clock';
import { executionSignal } from '../n8n/context';
import { dedupKeys, scopeOf } from './dedup/keys';
import { memoryOf } from './dedup/memory';
import type { Claim } from './dedup/recorder';
import type { Delivery } from './delivery';
import { assertEvents } from './events';
import { toFoundItems } from './foundItems';
import { claimOf, recorderFor, recordingError } from './record';

/** A found job on its way out. */
interface Found {
	delivery: Delivery;
	/** Its position among those that started the execution, and in the input. */
	position: number;
	claim: Claim;
	/** Whether another execution has recorded it, and may have been lost since. */
	isLost: boolean;
	items: INodeExecutionData[];
}

/** Events that are looked up in the record at once: if n8n is killed in that moment, no more than these come twice. */
const LOOKED_UP_TOGETHER = 25;

/** Jobs that are asked for side by side. */
const MADE_TOGETHER = 4;

const chunksOf = <T>(all: T[], size: number): T[][] =>
	Array.from({ length: Math.ceil(all.length / size) }, (_unused, index) =>
		all.slice(index * size, (index + 1) * size),
	);

/** Those that nobody has emitted, as far as the record goes. */
async function leaveOutEmitted(ctx: IExecuteFunctions, found: Found[]): Promise<Found[]> {
	const memory = memoryOf(scopeOf(ctx.getWorkflow().id, ctx.getNode().id));
	const left: Found[] = [];
	for (const chunk of chunksOf(found, LOOKED_UP_TOGETHER)) {
		const known = await recorderFor(ctx).findSettled(chunk.map(({ claim }) => claim));
		if (known.kind === 'failed') throw recordingError(ctx, known, true);
		// Whatever becomes of the others.
		for (const { keys } of known.settled) memory.remember(keys);
		const missing = chunk.filter(({ claim }) => !known.settled.includes(claim));
		for (const one of missing) one.isLost = known.unsettled.includes(one.claim);
		left.push(...missing);
	}
	return left;
}

async function makeItems(ctx: IExecuteFunctions, found: Found[]): Promise<void> {
	for (const chunk of chunksOf(found, MADE_TOGETHER)) {
		throwIfCancelled(executionSignal(ctx));
		const made = chunk.map(async (one) => {
			one.items = await toFoundItems(ctx, one.delivery, one.position);
		});
		// One failure ends the execution, but leaves nothing running.
		const ended = await Promise.allSettled(made);
		for (const one of ended) if (one.status === 'rejected') throw one.reason as Error;
	}
}

/**
 * Records the jobs, and says which of them this execution is to emit. What another execution has lost goes first: to take that
 * over takes a while, in which what was recorded just now would seem to be lost as well.
 */
async function record(ctx: IExecuteFunctions, found: Found[]): Promise<Found[]> {
	const recorder = recorderFor(ctx);
	const emitted: Found[] = [];
	for (const isLost of [true, false]) {
		const some = found.filter((one) => one.isLost === isLost);
		const verdicts = await Promise.all(some.map(async ({ claim }) => await recorder.record(claim)));
		for (const verdict of verdicts) {
			if (verdict.kind === 'withdrawn') throw new WaitCancelledError();
			if (verdict.kind === 'failed' || verdict.kind === 'unclear') {
				throw recordingError(ctx, verdict, true);
			}
		}
		emitted.push(...some.filter((_one, position) => verdicts[position]?.kind !== 'known'));
	}
	if (emitted.length === 0) return [];
	const mayLeave = await recorder.release(emitted.map(({ claim }) => claim));
	if (!mayLeave) throw new WaitCancelledError();
	return emitted.sort((one, other) => one.position - other.position);
}

/**
 * Emits the jobs that a look found, but for those that were emitted before: all of them or, where one fails, none, so that the
 * next look finds them all again.
 *
 * @throws NodeApiError or NodeOperationError for the first failure
 */
export async function emitFound(
	ctx: IExecuteFunctions,
	deliveries: Delivery[],
): Promise<INodeExecutionData[]> {
	assertEvents(ctx, ctx.getNodeParameter('events', 0, []));
	const signal = executionSignal(ctx);
	const memory = memoryOf(scopeOf(ctx.getWorkflow().id, ctx.getNode().id));
	const execution = ctx.getExecutionId();
	const all = deliveries.map((delivery, position): Found => {
		return { delivery, position, claim: claimOf(ctx, delivery, signal), isLost: false, items: [] };
	});
	// With Retry On Fail n8n runs the node again within the execution, and keeps only what comes last.
	const again = all.filter(({ claim }) => memory.isEmittedBy(claim.keys, execution));
	await makeItems(ctx, again);
	const others = all.filter((one) => !again.includes(one));
	const emitted = await memory.together(
		others.map(({ delivery }) => dedupKeys(delivery, undefined)),
		execution,
		async (left) => {
			const open = left.map((position) => others[position]).filter((one) => one !== undefined);
			const missing = await leaveOutEmitted(ctx, open);
			await makeItems(ctx, missing);
			const result = await record(ctx, missing);
			return { result, emitted: result.map((one) => others.indexOf(one)) };
		},
	);
	return [...again, ...emitted].flatMap(({ items }) => items);
}
