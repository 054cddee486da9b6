import type { INodeProperties } from 'n8n-workflow';
import { entryFields } from '../../n8n/entryFields';

/** What the parameters Source, Split Mode and Wait for Completion take, in step with the fields below. */
export const SOURCE = { label: 'Source', allowed: ['url', 'binary'], fallback: 'url' } as const;
export const SPLIT_MODE = {
	label: 'Split Mode',
	allowed: ['duration', 'fileSize'],
	fallback: 'duration',
} as const;
export const WAIT_MODE = {
	label: 'Wait for Completion',
	allowed: ['poll', 'webhook', 'none'],
	fallback: 'poll',
} as const;
export const OUTPUT_FORMAT = {
	label: 'Output Format',
	allowed: ['mp3', 'wav', 'flac', 'ogg', 'aac'],
} as const;

const sourceFields: INodeProperties[] = [
	{
		displayName: 'Source',
		name: 'source',
		type: 'options',
		noDataExpression: true,
		options: [
			{
				name: 'Binary File',
				value: 'binary',
				description: 'A file from an earlier node, handed over as a signed link to this n8n',
			},
			{ name: 'URL', value: 'url', description: 'A direct link to an audio file' },
		],
		default: 'url',
		description: 'Where the audio comes from',
	},
	{
		displayName: 'Source URL',
		name: 'sourceUrl',
		type: 'string',
		required: true,
		default: '',
		placeholder: 'e.g. https://example.com/recording.mp3',
		description:
			'Direct link to the audio file. It must work without a login for at least an hour; share pages of cloud drives do not work.',
		displayOptions: { show: { source: ['url'] } },
	},
	{
		displayName: 'Input Data Field Name',
		name: 'binaryPropertyName',
		type: 'string',
		required: true,
		default: 'data',
		placeholder: 'e.g. data',
		hint: "The name of the input field with the file. AudioSpliter fetches it from this n8n's public address.",
		displayOptions: { show: { source: ['binary'] } },
	},
];

const splitFields: INodeProperties[] = [
	{
		displayName: 'Split Mode',
		name: 'splitMode',
		type: 'options',
		noDataExpression: true,
		options: [
			{
				name: 'By Duration',
				value: 'duration',
				description: 'All segments have the same length; the last one may be shorter',
			},
			{
				name: 'By File Size',
				value: 'fileSize',
				description: 'Segments up to a certain size, for services with an upload limit',
			},
		],
		default: 'duration',
		description: 'How the audio is cut',
	},
	{
		displayName: 'Segment Duration',
		name: 'segmentDuration',
		type: 'number',
		typeOptions: { minValue: 1 },
		default: 600,
		required: true,
		hint: 'Seconds',
		description: 'Length of each segment in seconds',
		displayOptions: { show: { splitMode: ['duration'] } },
	},
	{
		displayName: 'Max Segment Size',
		name: 'maxSegmentSize',
		type: 'number',
		typeOptions: { minValue: 0.001 },
		default: 25,
		required: true,
		hint: 'MB, of 1,048,576 bytes',
		description:
			'Size in MB that a segment should not exceed. The service estimates sizes, so leave some room.',
		displayOptions: { show: { splitMode: ['fileSize'] } },
	},
];

const waitModeField: INodeProperties = {
	displayName: 'Wait for Completion',
	name: 'waitMode',
	type: 'options',
	noDataExpression: true,
	options: [
		{
			name: 'By Polling',
			value: 'poll',
			description: "Ask for the job's status until it is finished. Works everywhere.",
		},
		{
			name: 'No',
			value: 'none',
			description: 'Continue at once. React with an AudioSpliter Trigger, or wait later.',
		},
		{
			name: 'Pause Until Webhook',
			value: 'webhook',
			description:
				'Store the execution until the webhook arrives. Holds no worker; needs an n8n that can be reached from the internet.',
		},
	],
	default: 'poll',
	description: 'Whether and how to wait until the job is finished',
};

export const additionalFields: INodeProperties = {
	displayName: 'Additional Fields',
	name: 'additionalFields',
	type: 'collection',
	placeholder: 'Add Field',
	default: {},
	options: [
		{
			displayName: 'Metadata',
			name: 'metadata',
			type: 'fixedCollection',
			typeOptions: { multipleValues: true },
			placeholder: 'Add Entry',
			default: {},
			description: 'Values that the job carries as text and returns when it is completed',
			options: [
				{
					displayName: 'Entry',
					name: 'values',
					values: entryFields({ key: 'episode', value: '42' }),
				},
			],
		},
		{
			displayName: 'Output Format',
			name: 'outputFormat',
			type: 'options',
			options: [
				{ name: 'AAC', value: 'aac' },
				{ name: 'FLAC', value: 'flac' },
				{ name: 'MP3', value: 'mp3' },
				{ name: 'OGG', value: 'ogg' },
				{ name: 'WAV', value: 'wav' },
			],
			default: 'mp3',
			description: "Format of the segments. Without this, they keep the source's format.",
		},
		{
			displayName: 'Webhook URL',
			name: 'webhookUrl',
			type: 'string',
			default: '',
			placeholder: 'e.g. https://n8n.example.com/webhook/…/webhook',
			description:
				'Where AudioSpliter reports the end of the job: the Production URL of an AudioSpliter Trigger, or any other address that can be reached from the internet. A Test URL takes one event.',
			displayOptions: { hide: { '/waitMode': ['webhook'] } },
		},
	],
};

/** What the job is and how to wait for it. */
export const createFields: INodeProperties[] = [...sourceFields, ...splitFields, waitModeField];
