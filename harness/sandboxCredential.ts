import type { Sandbox } from '../sandbox';
import type { CredentialReference } from './workflows';

/** Saves the credential for a sandbox, with some of its values changed. @throws N8nRequestError */
export const sandboxCredential = async (
	client: {
		createCredential(type: string, data: Record<string, string>): Promise<CredentialReference>;
	},
	{ apiKey, signingSecret, baseUrl }: Sandbox,
	changes: Record<string, string> = {},
): Promise<CredentialReference> =>
	await client.createCredential('audioSpliterApi', {
		...{ apiKey, signingSecret, baseUrl, ...changes },
	});
