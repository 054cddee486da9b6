import type { IAuthenticate, ICredentialType, Icon, INodeProperties } from 'n8n-workflow';

/** Its test is `api/checkCredential`, which the nodes name as `testedBy`. */
export class AudioSpliterApi implements ICredentialType {
	name = 'audioSpliterApi';

	displayName = 'AudioSpliter API';

	icon: Icon = {
		light: 'file:../nodes/AudioSpliter/audiospliter.svg',
		dark: 'file:../nodes/AudioSpliter/audiospliter.dark.svg',
	};

	documentationUrl =
		'https://github.com/n8n-nodes-audiospliter/n8n-nodes-audiospliter#the-credential';

	properties: INodeProperties[] = [
		{
			displayName: 'API Key',
			name: 'apiKey',
			type: 'string',
			typeOptions: { password: true },
			required: true,
			default: '',
			placeholder: 'e.g. as_live_…',
			description:
				'From the AudioSpliter dashboard (API Keys). It needs the scopes splits:read and splits:write, and is sent to the base URL only.',
		},
		{
			displayName: 'Webhook Signing Secret',
			name: 'signingSecret',
			type: 'string',
			typeOptions: { password: true },
			default: '',
			placeholder: 'e.g. whsec_…',
			description:
				'From the AudioSpliter dashboard (Settings > Webhooks). The AudioSpliter Trigger requires it, and Pause Until Webhook checks signatures with it.',
		},
		{
			displayName: 'Base URL',
			name: 'baseUrl',
			type: 'string',
			default: 'https://api.audiospliter.com/api/v1',
			placeholder: 'e.g. https://api.audiospliter.com/api/v1',
			description: 'Change it only for a test server, or for an address that AudioSpliter gave you',
		},
	];

	/** No expression, as is usual: n8n has nothing to evaluate one with when a trigger's clock ticks (2.41). */
	authenticate: IAuthenticate = async ({ apiKey }, request) => ({
		...request,
		headers: { ...request.headers, 'X-API-Key': String(apiKey).trim() },
	});
}
