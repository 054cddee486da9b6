import type {
	IAuthenticateGeneric,
	ICredentialTestRequest,
	ICredentialType,
	Icon,
	INodeProperties,
} from 'n8n-workflow';

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
				'From the AudioSpliter dashboard. Needs the scopes splits:read and splits:write. It is sent to the base URL only.',
		},
		{
			displayName: 'Webhook Signing Secret',
			name: 'signingSecret',
			type: 'string',
			typeOptions: { password: true },
			default: '',
			placeholder: 'e.g. whsec_…',
			description:
				'From Settings > Webhooks in the AudioSpliter dashboard. The AudioSpliter Trigger needs it, and Pause Until Webhook checks signatures with it.',
		},
		{
			displayName: 'Base URL',
			name: 'baseUrl',
			type: 'string',
			default: 'https://api.audiospliter.com/api/v1',
			placeholder: 'e.g. https://api.audiospliter.com/api/v1',
			description: 'Only change it for a test server, or an address that AudioSpliter gave you',
		},
	];

	authenticate: IAuthenticateGeneric = {
		type: 'generic',
		properties: { headers: { 'X-API-Key': '={{$credentials.apiKey}}' } },
	};

	// The API has no "who am I": the list with one row is the cheapest call that accepts a key.
	test: ICredentialTestRequest = {
		request: {
			baseURL: '={{$credentials.baseUrl.replace(/\\/+$/, "")}}',
			url: '/splits',
			qs: { limit: 1 },
			disableFollowRedirect: true,
		},
		rules: [
			{
				type: 'responseCode',
				properties: {
					value: 401,
					message: 'The API key was refused. Copy it again from the AudioSpliter dashboard.',
				},
			},
			{
				type: 'responseCode',
				properties: {
					value: 403,
					message:
						'The API key is valid but may not read jobs. Give it the scopes splits:read and splits:write in the AudioSpliter dashboard.',
				},
			},
			{
				type: 'responseCode',
				properties: {
					value: 429,
					message:
						'The API key is valid, but its requests for this minute are used up. Test again in a minute.',
				},
			},
		],
	};
}
