import type { IDataObject, IWebhookFunctions, IWebhookResponseData } from 'n8n-workflow';
import { CREDENTIAL_TYPE } from '../api/client';
import { asText } from '../items/values';
import { toDeliveryItem } from './delivery';
import { dedupKeys, readEvent } from './event';
import { isSignedWith, readSignature } from './signature';
import { memory, PROCESS_ID, scopeOf, secrets } from './state';

/** n8n's request: an Express request with n8n's own reading of the body. */
interface Request {
	headers: Record<string, unknown>;
	rawBody?: Buffer;
	readRawBody(): Promise<void>;
}

/** Answers 200 without starting an execution. */
const accept = (body: IDataObject): IWebhookResponseData => ({
	webhookResponse: { received: true, ...body },
});

/** Answers with a status of its own and starts no execution. A throw would be a 500 and a stored, failed execution. */
function refuse(ctx: IWebhookFunctions, status: number, error: string): IWebhookResponseData {
	ctx.getResponseObject().status(status).json({ error });
	return { noWebhookResponse: true };
}

/** The exact bytes that were sent (decompressed, where they were compressed), or the status that tells why not. */
async function readBody(request: Request): Promise<Buffer | 400 | 413> {
	try {
		if (request.rawBody === undefined) await request.readRawBody();
		return request.rawBody ?? Buffer.alloc(0);
	} catch (error) {
		return (error as { status?: unknown }).status === 413 ? 413 : 400;
	}
}

/** Reads the signing secret of the node's credential. */
export async function readSecret(ctx: Pick<IWebhookFunctions, 'getCredentials'>): Promise<string> {
	const { signingSecret } = await ctx.getCredentials<{ signingSecret?: unknown }>(CREDENTIAL_TYPE);
	return asText(signingSecret)?.trim() ?? '';
}

/** Whether the body is signed with the secret, also if the secret was replaced a moment ago. */
async function isAuthentic(ctx: IWebhookFunctions, header: unknown, body: Buffer) {
	const signature = readSignature(header);
	if (signature === undefined) return false;
	const node = ctx.getNode();
	const credentialId = node.credentials?.[CREDENTIAL_TYPE]?.id;
	const key = JSON.stringify([ctx.getWorkflow().id, node.id, credentialId]);
	const read = async () => await readSecret(ctx);
	return (
		isSignedWith(signature, body, await secrets.get(key, read)) ||
		isSignedWith(signature, body, await secrets.getNewer(key, read))
	);
}

async function answer(ctx: IWebhookFunctions): Promise<IWebhookResponseData> {
	const request = ctx.getRequestObject() as unknown as Request;
	const body = await readBody(request);
	if (body === 413) return refuse(ctx, 413, 'The body is too large');
	if (body === 400) return refuse(ctx, 400, 'The body cannot be read');
	if (!(await isAuthentic(ctx, request.headers['x-audiospliter-signature'], body))) {
		return refuse(ctx, 401, 'The signature is missing or wrong');
	}

	const reading = readEvent(body);
	if ('refusal' in reading) return refuse(ctx, reading.status, reading.refusal);
	const { event } = reading;
	const wanted = ctx.getNodeParameter('events', []);
	if (!Array.isArray(wanted) || !wanted.some((name) => name === event.event)) {
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
	return { workflowData: [[toDeliveryItem(delivery)]] };
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
