import type { IDataObject, IWebhookFunctions, IWebhookResponseData } from 'n8n-workflow';
import { asText } from '../job/values';
import { logOnceAMinute } from '../n8n/log';
import type { JobEvent } from './event';
import { readEvent } from './event';
import { Refused } from './refused';
import { readSignature } from './signature';
import type { SignatureCheck } from './verify';
import { checkSignature } from './verify';

/** n8n's request: an Express request with n8n's own reading of the body. */
interface Request {
	headers: Record<string, unknown>;
	rawBody?: Buffer;
	readRawBody(): Promise<void>;
}

/** The answer 200. It starts no execution, unless `workflowData` stands beside it. */
export const accept = (body: IDataObject): IWebhookResponseData => ({
	webhookResponse: { received: true, ...body },
});

/** Answers with a status of its own and starts no execution. A throw would be a 500 and a stored, failed execution. */
export function refuse(
	ctx: IWebhookFunctions,
	status: number,
	error: string,
): IWebhookResponseData {
	ctx.getResponseObject().status(status).json({ error });
	return { noWebhookResponse: true };
}

/** The exact bytes that were sent; decompressed, where they were compressed. */
async function readBody(request: Request): Promise<Buffer> {
	try {
		if (request.rawBody === undefined) await request.readRawBody();
		return request.rawBody ?? Buffer.alloc(0);
	} catch (error) {
		throw (error as { status?: unknown }).status === 413
			? new Refused(413, 'The body is too large')
			: new Refused(400, 'The body cannot be read');
	}
}

/** For n8n's log. The sender is not told which of them it is. */
function reasonFor(check: SignatureCheck, header: unknown): string {
	if (check === 'unverifiable') return 'the credential has no webhook signing secret';
	if (header === undefined || header === '') return 'it has no X-AudioSpliter-Signature';
	if (readSignature(header) === undefined) return 'its X-AudioSpliter-Signature is malformed';
	return "it was not signed with the credential's webhook signing secret";
}

async function assertSigned(
	ctx: IWebhookFunctions,
	header: unknown,
	body: Buffer,
	needsSecret: boolean,
): Promise<void> {
	const check = await checkSignature(ctx, header, body);
	if (check === 'valid' || (check === 'unverifiable' && !needsSecret)) return;
	const reason = reasonFor(check, header);
	logOnceAMinute(ctx, 'warn', `AudioSpliter: a webhook was refused with 401, since ${reason}`);
	throw new Refused(401, 'The signature is missing or wrong');
}

export interface SignedEvent {
	event: JobEvent;
	/** Value of `X-AudioSpliter-Delivery`. */
	deliveryId?: string;
}

/**
 * Reads a request of AudioSpliter's. The signature comes first: nothing else is read of a body that somebody else made.
 *
 * @param needsSecret whether a credential without a signing secret, which cannot tell, refuses every request
 * @throws Refused where the sender is to be answered with an error; whatever keeps the credential from being read
 */
export async function readSignedEvent(
	ctx: IWebhookFunctions,
	{ needsSecret }: { needsSecret: boolean },
): Promise<SignedEvent> {
	const request = ctx.getRequestObject() as unknown as Request;
	const body = await readBody(request);
	await assertSigned(ctx, request.headers['x-audiospliter-signature'], body, needsSecret);
	const deliveryId = asText(request.headers['x-audiospliter-delivery']);
	return { event: readEvent(body), ...(deliveryId !== undefined && { deliveryId }) };
}
