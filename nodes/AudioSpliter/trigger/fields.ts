import type { INodeProperties } from 'n8n-workflow';
import { outputFields } from '../output/options';

export const triggerFields: INodeProperties[] = [
	{
		displayName:
			"Open 'Webhook URLs' above. To test, click 'Execute step' and create a job with the Test URL as its Webhook URL. Then publish the workflow, and enter the Production URL under 'Additional Fields > Webhook URL' of the AudioSpliter node that creates the jobs.",
		name: 'urlNotice',
		type: 'notice',
		default: '',
	},
	{
		displayName: 'Trigger On',
		name: 'events',
		type: 'multiOptions',
		required: true,
		options: [
			{
				name: 'Job Completed',
				value: 'job.completed',
				description: 'The segments are ready',
			},
			{
				name: 'Job Failed',
				value: 'job.failed',
				description: 'The source could not be split',
			},
			{
				name: 'Job Progress',
				value: 'job.progress',
				description: 'At 25, 50 and 75 percent of a large source',
			},
		],
		default: ['job.completed', 'job.failed'],
	},
	...outputFields.map((field) =>
		field.name === 'output'
			? { ...field, description: `${field.description}. Other events are always one job item.` }
			: field,
	),
	{
		displayName: 'Options',
		name: 'options',
		type: 'hidden',
		// Keeps n8n from parsing the body before its signature is checked: with this flag it leaves the body alone, without it
		// a body that it cannot take apart (multipart, gzip) is answered with 500.
		default: { binaryData: true },
	},
];
