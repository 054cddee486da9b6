import type { IWebhookFunctions, IWebhookResponseData } from 'n8n-workflow';
import { logOnceAMinute } from '../../n8n/log';
import { Refused } from '../../webhook/refused';
import { accept, readSignedEvent, refuse } from '../../webhook/request';
import { dedupKeys, scopeOf } from '../dedup/keys';
import { memoryOf } from '../dedup/memory';
import { PROCESS_ID, toDeliveryItem } from '../delivery';
import { isSubscribed } from '../events';

async function answer(ctx: IWebhookFunctions): Promise<IWebhookResponseData> {
	const { event, deliveryId } = await readSignedEvent(ctx, { needsSecret: true });
	if (!isSubscribed(ctx.getNodeParameter('events', []), event.event)) {
		return accept({ ignored: true });
	}

	if (ctx.getMode() === 'webhook') {
		const memory = memoryOf(scopeOf(ctx.getWorkflow().id, ctx.getNode().id));
		if (memory.isHandled(dedupKeys(event, deliveryId))) return accept({ duplicate: true });
	}
	const delivery = {
		...event,
		...(deliveryId !== undefined && { deliveryId }),
		receivedBy: PROCESS_ID,
	};
	return { workflowData: [[toDeliveryItem(delivery)]], ...accept({}) };
}

/**
 * Answers a delivery. What must not be repeated is left to `execute()`: n8n acknowledges a delivery once its execution
 * is stored, and nothing is remembered before that.
 */
export async function receive(ctx: IWebhookFunctions): Promise<IWebhookResponseData> {
	try {
		return await answer(ctx);
	} catch (error) {
		if (error instanceof Refused) return refuse(ctx, error.status, error.message);
		// Nothing that a sender can send comes here: this n8n cannot read its credential, for example.
		const cause = error instanceof Error ? error.message : String(error);
		logOnceAMinute(ctx, 'error', `AudioSpliter: a delivery could not be checked: ${cause}`);
		return refuse(ctx, 503, 'Deliveries cannot be checked at the moment');
	}
}
