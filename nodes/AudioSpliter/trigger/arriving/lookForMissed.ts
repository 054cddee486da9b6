import { createHash } from 'crypto';
import type { IHookFunctions, ITriggerFunctions, ITriggerResponse } from 'n8n-workflow';
import { NodeApiError } from 'n8n-workflow';
import { affectsEveryItem, asNodeError } from '../../n8n/errors';
import { endWith } from '../../n8n/context';
import { logOnceAMinute } from '../../n8n/log';
import type { LookOptions } from '../activation';
import { readLookOptions } from '../activation';
import { findableEvents } from '../events';
import { learnWhatWasBefore, lookForFinished } from './lookForFinished';
import type { Settings } from './publication';
import { notePublication, readPublication } from './publication';

/** Milliseconds for which a finished job is left to its webhook. */
const GRACE_MS = 2 * 60_000;

/** Milliseconds by which a tick may come early. */
const TOLERANCE_MS = 5_000;

/** Milliseconds between two reports of a key that is refused. */
const REPORT_EVERY_MS = 60 * 60_000;

/** The second of the minute at which a node looks: not every n8n in the world should at the same one. */
const secondOf = (nodeId: string): number =>
	(createHash('sha256').update(nodeId).digest()[0] ?? 0) % 60;

/** What decides which jobs the looks emit. Without looks no metadata is asked for. */
const readSettings = (ctx: IHookFunctions | ITriggerFunctions): Settings => ({
	events: findableEvents(ctx.getNodeParameter('events', [])),
	metadata: [...(readLookOptions(ctx)?.metadata ?? [])],
});

/** Notes since when the workflow has been published, so that nothing from before is ever emitted. */
export function notePublicationOf(ctx: IHookFunctions): void {
	if (ctx.getMode() === 'manual') return;
	notePublication(ctx, readSettings(ctx), ctx.getNodeWebhookUrl('default'));
}

/** Whether somebody is there to read why a workflow cannot be published. */
const isPublishedNow = (ctx: ITriggerFunctions): boolean =>
	['activate', 'create', 'update'].includes(ctx.getActivationMode());

async function prepare(ctx: ITriggerFunctions, { events }: LookOptions): Promise<void> {
	try {
		await learnWhatWasBefore(ctx, events);
	} catch (error) {
		if (affectsEveryItem(error) && isPublishedNow(ctx)) throw asNodeError(ctx, error, 0);
		// The first look makes up for it. The webhooks do not depend on it.
		logOnceAMinute(ctx, 'warn', `AudioSpliter: the list of jobs could not be read: ${error}`);
	}
}

/** Makes the looks of one activation. */
function createLooks(ctx: ITriggerFunctions, { events, metadata, every }: LookOptions) {
	const ended = new AbortController();
	let isLooking = false;
	let lookedAt = -Infinity;
	let reportedAt = -Infinity;
	endWith(ctx, ended.signal);

	/** A failure that passes only delays. A refused key is shown where n8n shows a workflow's failures. */
	function report(error: unknown): void {
		if (ended.signal.aborted) return;
		logOnceAMinute(ctx, 'warn', `AudioSpliter: a look for missed events failed: ${error}`);
		const isNew = Date.now() - reportedAt >= REPORT_EVERY_MS;
		if (!isNew || !affectsEveryItem(error) || !(error instanceof NodeApiError)) return;
		reportedAt = Date.now();
		ctx.saveFailedExecution(error);
	}

	async function look(): Promise<void> {
		try {
			const { webhookUrl } = readPublication(ctx);
			await lookForFinished(ctx, { events, filter: { metadata, webhookUrl }, grace: GRACE_MS });
			lookedAt = Date.now();
		} catch (error) {
			report(error);
		}
	}

	return {
		/** n8n's clock ticks every minute, since it knows no "every 45 minutes". After a look that failed, the next tick looks again. */
		async tick(): Promise<void> {
			// A clock that was set back must not stop the looks.
			const age = Math.abs(Date.now() - lookedAt);
			if (isLooking || age < every - TOLERANCE_MS) return;
			isLooking = true;
			await look().finally(() => {
				isLooking = false;
			});
		},
		end: () => ended.abort(),
	};
}

/**
 * Looks for events whose webhooks did not arrive, if the trigger is to. n8n calls this in its main process alone, with several
 * of them in the leader.
 */
export async function lookForMissed(ctx: ITriggerFunctions): Promise<ITriggerResponse> {
	const options = readLookOptions(ctx);
	if (options === undefined || ctx.getMode() === 'manual') return {};
	notePublication(ctx, readSettings(ctx));
	await prepare(ctx, options);
	const looks = createLooks(ctx, options);
	const expression = `${secondOf(ctx.getNode().id)} * * * * *` as const;
	ctx.helpers.registerCron({ expression }, () => void looks.tick());
	return { closeFunction: async () => looks.end() };
}
