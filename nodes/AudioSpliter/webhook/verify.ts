import type { IWebhookFunctions } from 'n8n-workflow';
import { CREDENTIAL_TYPE } from '../api/account';
import { asText } from '../job/values';
import { secretOf } from './secret';
import { isSignedWith, readSignature } from './signature';

/** `unverifiable`: the credential has no signing secret, so nothing can be said. */
export type SignatureCheck = 'valid' | 'invalid' | 'unverifiable';

/** Reads the signing secret of the node's credential; empty where it has none. */
export async function readSecret(ctx: Pick<IWebhookFunctions, 'getCredentials'>): Promise<string> {
	const { signingSecret } = await ctx.getCredentials<{ signingSecret?: unknown }>(CREDENTIAL_TYPE);
	return asText(signingSecret)?.trim() ?? '';
}

/** Whether the body is signed with the credential's secret, also if that was replaced a moment ago. */
export async function checkSignature(
	ctx: IWebhookFunctions,
	header: unknown,
	body: Buffer,
): Promise<SignatureCheck> {
	const node = ctx.getNode();
	const credentialId = node.credentials?.[CREDENTIAL_TYPE]?.id;
	const key = JSON.stringify([ctx.getWorkflow().id, node.id, credentialId]);
	const secret = secretOf(key, async () => await readSecret(ctx));
	const known = await secret.get();
	const signature = readSignature(header);
	if (signature === undefined) return known === '' ? 'unverifiable' : 'invalid';
	if (isSignedWith(signature, body, known)) return 'valid';
	const newer = await secret.getNewer();
	if (newer === '') return 'unverifiable';
	return isSignedWith(signature, body, newer) ? 'valid' : 'invalid';
}
