import type { IDataObject, IWebhookFunctions, IWebhookResponseData } from 'n8n-workflow';
import { CREDENTIAL_TYPE } from '../api/client';
import { asText } from '../job/values';
import { secrets } from './secret';
import { isSignedWith, readSignature } from './signature';

/** n8n's request: an Express request with n8n's own reading of the body. */
export interface Request {
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

/** The exact bytes that were sent (decompressed, where they were compressed), or the status that tells why not. */
export async function readBody(request: Request): Promise<Buffer | 400 | 413> {
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

/**
 * Whether the body is signed with the credential's secret, also if that was replaced a moment ago.
 *
 * @returns `no secret` where the credential has none, so that nothing can be said
 */
export async function checkSignature(
	ctx: IWebhookFunctions,
	header: unknown,
	body: Buffer,
): Promise<boolean | 'no secret'> {
	const node = ctx.getNode();
	const credentialId = node.credentials?.[CREDENTIAL_TYPE]?.id;
	const key = JSON.stringify([ctx.getWorkflow().id, node.id, credentialId]);
	const read = async () => await readSecret(ctx);
	const secret = await secrets.get(key, read);
	const signature = readSignature(header);
	if (signature === undefined) return secret === '' ? 'no secret' : false;
	if (isSignedWith(signature, body, secret)) return true;
	const newer = await secrets.getNewer(key, read);
	return newer === '' ? 'no secret' : isSignedWith(signature, body, newer);
}
