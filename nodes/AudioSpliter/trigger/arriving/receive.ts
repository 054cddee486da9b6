import type { IWebhookFunctions, IWebhookResponseData } from 'n8n-workflow';
import { asText } from '../../job/values';
import { readEvent } from '../../webhook/event';
import type { Request } from '../../webhook/request';
import { accept, checkSignature, readBody, refuse } from '../../webhook/request';
import { dedupKeys, scopeOf } from '../dedup/keys';
import { memory } from '../dedup/memory';
import { PROCESS_ID, toDeliveryItem } from '../delivery';

async function answer(ctx: IWebhookFunctions): Promise<IWebhookResponseData> {
	const request = ctx.getRequestObject() as unknown as Request;
	const body = await readBody(request);
	if (body === 413) return refuse(ctx, 413, 'The body is too large');
	if (body === 400) return refuse(ctx, 400, 'The body cannot be read');
	const signature = request.headers['x-audiospliter-signature'];
	if ((await checkSignature(ctx, signature, body)) !== true) {
		return refuse(ctx, 401, 'The signature is missing or wrong');
	}

	const reading = readEvent(body);
	if ('refusal' in reading) return refuse(ctx, reading.status, reading.refusal);
	const { event } = reading;
	// An expression may give a single one.
	const wanted = [ctx.getNodeParameter('events', [])].flat();
	if (!wanted.includes(event.event)) {
		return accept({ ignored: true });
	}

	const deliveryId = asText(request.headers['x-audiospliter-delivery']);
	if (ctx.getMode() === 'webhook') {
		const scope = scopeOf(ctx.getWorkflow().id, ctx.getNode().id);
		const keys = dedupKeys(event, deliveryId).map((key) => `${scope} ${key}`);
		if (memory.isHandled(keys)) return accept({ duplicate: true });
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
		// Nothing that a sender can send comes here: this n8n cannot read its credential, for example.
		ctx.logger.error('AudioSpliter Trigger: a delivery could not be checked', { error });
		return refuse(ctx, 503, 'Deliveries cannot be checked at the moment');
	}
}
