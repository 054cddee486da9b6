import type { Session } from './session';

export interface Credential {
	id: string;
	name: string;
	type: string;
}

export interface CredentialTest {
	status: 'OK' | 'Error';
	message: string;
}

type CredentialData = Record<string, string>;

/** n8n's REST calls about credentials, as the editor makes them. @throws N8nRequestError */
export const credentialCalls = ({ call }: Session) => ({
	createCredential: async (type: string, data: CredentialData, name = type): Promise<Credential> =>
		await call<Credential>('POST', '/rest/credentials', { name, type, data }),

	/** Replaces the whole data: n8n does not merge. */
	updateCredential: async (credential: Credential, data: CredentialData): Promise<Credential> =>
		await call<Credential>('PATCH', `/rest/credentials/${credential.id}`, {
			name: credential.name,
			type: credential.type,
			data,
		}),

	/** What the editor shows after "Test": n8n runs the credential type's own test request. */
	testCredential: async (credential: Credential, data: CredentialData): Promise<CredentialTest> =>
		await call<CredentialTest>('POST', '/rest/credentials/test', {
			credentials: { ...credential, data },
		}),
});
