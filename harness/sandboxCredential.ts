import type { CredentialReference } from './workflows';

/** What the credential holds of an AudioSpliter, here of a local one. */
export interface SandboxAccess {
	apiKey: string;
	signingSecret: string;
	/** `http://127.0.0.1:<port>/api/v1`. */
	baseUrl: string;
}

/** Saves the credential for a sandbox, with some of its values changed. @throws N8nRequestError */
export const sandboxCredential = async (
	client: {
		createCredential(type: string, data: Record<string, string>): Promise<CredentialReference>;
	},
	{ apiKey, signingSecret, baseUrl }: SandboxAccess,
	changes: Record<string, string> = {},
): Promise<CredentialReference> =>
	await client.createCredential('audioSpliterApi', {
		...{ apiKey, signingSecret, baseUrl, ...changes },
	});
