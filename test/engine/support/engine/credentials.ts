import { randomUUID } from 'node:crypto';
import type {
	ICredentialDataDecryptedObject,
	ICredentialType,
	IHttpRequestOptions,
	INode,
	INodeCredentialsDetails,
	INodeParameters,
	INodeProperties,
	IRequestOptionsSimplified,
	IWorkflowExecuteAdditionalData,
	Workflow,
} from 'n8n-workflow';
import { ICredentialsHelper, NodeHelpers } from 'n8n-workflow';

/** What a node refers to a credential by. */
export interface SavedCredential {
	id: string;
	name: string;
}

/** Credentials in memory, with the package's own credential types. */
export class CredentialStore extends ICredentialsHelper {
	private readonly stored = new Map<
		string,
		{ type: string; data: ICredentialDataDecryptedObject }
	>();

	constructor(private readonly typeOf: (name: string) => ICredentialType) {
		super();
	}

	save(type: string, data: ICredentialDataDecryptedObject): SavedCredential {
		const saved = { id: randomUUID(), name: type };
		this.stored.set(saved.id, { type, data });
		return saved;
	}

	getParentTypes(name: string): string[] {
		return this.typeOf(name).extends ?? [];
	}

	isCredentialUsableByNode(): boolean {
		return true;
	}

	getCredentialsProperties(type: string): INodeProperties[] {
		return this.typeOf(type).properties;
	}

	async getDecrypted(
		_additionalData: IWorkflowExecuteAdditionalData,
		{ id, name }: INodeCredentialsDetails,
		type: string,
	): Promise<ICredentialDataDecryptedObject> {
		const found = this.stored.get(id ?? '');
		if (found?.type !== type) throw new Error(`There is no credential ${name} of type ${type}.`);
		const properties = this.getCredentialsProperties(type);
		return NodeHelpers.getNodeParameters(
			properties,
			found.data as INodeParameters,
			true,
			false,
			null,
			null,
		) as ICredentialDataDecryptedObject;
	}

	/** Adds what the credential type's declared authentication says. */
	async authenticate(
		credentials: ICredentialDataDecryptedObject,
		type: string,
		options: IHttpRequestOptions | IRequestOptionsSimplified,
		workflow?: Workflow,
		node?: INode,
	): Promise<IHttpRequestOptions> {
		const { authenticate } = this.typeOf(type);
		const request = options as IHttpRequestOptions;
		if (typeof authenticate === 'function') return await authenticate(credentials, request);
		if (authenticate === undefined || workflow === undefined || node === undefined) return request;
		const resolve = (value: string) =>
			workflow.expression.getSimpleParameterValue(node, value, 'internal', {
				$credentials: credentials,
			});
		for (const [part, values] of Object.entries(authenticate.properties)) {
			const added = Object.entries(values as Record<string, string>).map(([name, value]) => [
				name,
				resolve(value),
			]);
			const holder = request as unknown as Record<string, object | undefined>;
			holder[part] = { ...holder[part], ...Object.fromEntries(added) };
		}
		return request;
	}

	async preAuthentication(): Promise<undefined> {
		return undefined;
	}

	async runPreAuthentication(): Promise<undefined> {
		return undefined;
	}

	async getCredentials(): Promise<never> {
		throw new Error('Nodes get credentials decrypted.');
	}

	async updateCredentials(): Promise<void> {
		throw new Error('No node of this package changes its credential.');
	}

	async updateCredentialsOauthTokenData(): Promise<void> {
		throw new Error('No node of this package changes its credential.');
	}
}
