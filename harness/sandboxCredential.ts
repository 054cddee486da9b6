import type { Sandbox } from '../sandbox';
import type { N8nClient } from './client';
import type { CredentialReference } from './workflows';

/** Saves the credential for a sandbox, with some of its values changed. @throws N8nRequestError */
export const sandboxCredential = async (
	client: Pick<N8nClient, 'createCredential'>,
	{ apiKey, signingSecret, baseUrl }: Sandbox,
	changes: Record<string, string> = {},
): Promise<CredentialReference> =>
	await client.createCredential('audioSpliterApi', {
		...{ apiKey, signingSecret, baseUrl, ...changes },
	});
