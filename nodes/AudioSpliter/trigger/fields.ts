import type { INodeProperties } from 'n8n-workflow';
import { outputFields } from '../output/options';
import { filterField } from './filters';

/** Every event that a node can be triggered on. */
const EVENT_OPTIONS = [
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
];

const eventsField = (options: typeof EVENT_OPTIONS): INodeProperties => ({
	displayName: 'Trigger On',
	name: 'events',
	type: 'multiOptions',
	required: true,
	options,
	default: ['job.completed', 'job.failed'],
});

const withOtherEvents = outputFields.map((field) =>
	field.name === 'output'
		? { ...field, description: `${field.description}. Other events are always one job item.` }
		: field,
);

/** Shows a field only where the trigger looks for missed events. */
const whereItLooks = { show: { lookForMissed: [true] } };

export const triggerFields: INodeProperties[] = [
	{
		displayName:
			// While a step listens, n8n locks the panel, and its URLs cannot be copied any more (2.41).
			"Open 'Webhook URLs' above. To test, copy the Test URL into 'Additional Fields > Webhook URL' of the AudioSpliter node that creates the jobs, in another workflow. Then click 'Execute step' here and run that workflow. When it works, publish the workflow, and enter the Production URL there instead.",
		name: 'urlNotice',
		type: 'notice',
		default: '',
	},
	eventsField(EVENT_OPTIONS),
	...withOtherEvents,
	{
		displayName: 'Look for Missed Events',
		name: 'lookForMissed',
		type: 'boolean',
		default: false,
		description:
			'Whether to ask AudioSpliter for finished jobs as well, so that an event arrives even if its webhook did not, or if n8n lost its execution',
	},
	{
		displayName: 'Look Every',
		name: 'lookEvery',
		type: 'number',
		required: true,
		typeOptions: { minValue: 1 },
		default: 10,
		description:
			'Minutes from one look to the next. A look costs one request for each of the events completed and failed.',
		displayOptions: whereItLooks,
	},
	{ ...filterField, displayOptions: whereItLooks },
	{
		displayName: 'Options',
		name: 'options',
		type: 'hidden',
		// Keeps n8n from parsing the body before its signature is checked: with this flag it leaves the body alone, without it
		// a body that it cannot take apart (multipart, gzip) is answered with 500.
		default: { binaryData: true },
	},
];

export const pollingTriggerFields: INodeProperties[] = [
	{
		displayName:
			'Each poll asks AudioSpliter for the jobs of the API key that have finished since the last one. Jobs that finished before the workflow was first published are left alone.',
		name: 'pollNotice',
		type: 'notice',
		default: '',
	},
	eventsField(EVENT_OPTIONS.slice(0, 2)),
	...withOtherEvents,
	filterField,
];
