import type { IExecuteFunctions, INodeProperties, INodePropertyModeValidation } from 'n8n-workflow';
import { NodeOperationError } from 'n8n-workflow';
import type { OutputOptions } from '../output/jobOutput';
import { toBoolean } from '../job/values';

/** A job ID is opaque; only what could not be in a URL's path segment is refused. */
const jobIdValidation: INodePropertyModeValidation[] = [
	{
		type: 'regex',
		properties: { regex: '^\\s*\\S+\\s*$', errorMessage: 'A job ID has no spaces inside' },
	},
];

/** The job that an operation works on: picked from a list, or by its ID. */
export const jobIdField: INodeProperties = {
	displayName: 'Job',
	name: 'jobId',
	type: 'resourceLocator',
	required: true,
	default: { mode: 'list', value: '' },
	description: 'The split job to work on',
	modes: [
		{
			displayName: 'From List',
			name: 'list',
			type: 'list',
			placeholder: 'Select a job…',
			typeOptions: { searchListMethod: 'searchJobs', searchable: true },
		},
		{
			displayName: 'By ID',
			name: 'id',
			type: 'string',
			placeholder: 'e.g. job_7f3k or {{ $json.id }}',
			validation: jobIdValidation,
		},
	],
};

/** Reads the job's ID. A pasted address of the job (`…/splits/job_7f3k`) is understood too. */
export function readJobId(ctx: IExecuteFunctions, itemIndex: number): string {
	const value = ctx.getNodeParameter('jobId', itemIndex, '', { extractValue: true });
	const text = typeof value === 'string' || typeof value === 'number' ? String(value).trim() : '';
	const jobId = /\/splits\/([^/?#\s]+)/.exec(text)?.[1] ?? text;
	if (jobId === '' || /\s/.test(jobId)) {
		throw new NodeOperationError(ctx.getNode(), "The parameter 'Job' has no job ID", {
			description:
				"Select a job, or enter its ID: {{ $json.id }} after a 'Create' node, {{ $json.jobId }} where the items are segments.",
			itemIndex,
		});
	}
	return jobId;
}

/** How finished jobs come out. Shared by Create, Wait for Completion and the trigger. */
export const outputFields: INodeProperties[] = [
	{
		displayName: 'Output',
		name: 'output',
		type: 'options',
		options: [
			{
				name: 'One Item per Job',
				value: 'job',
				description: 'The job with its list of segments',
			},
			{
				name: 'One Item per Segment',
				value: 'segments',
				description: 'Each segment with its position in the source and its download link',
			},
		],
		default: 'job',
		description: 'What a completed job turns into',
	},
	{
		displayName: 'Download Segments',
		name: 'download',
		type: 'boolean',
		default: false,
		description: 'Whether to download each segment and add its file to the item',
		displayOptions: { show: { output: ['segments'] } },
	},
	{
		displayName: 'Output Data Field Name',
		name: 'outputBinaryPropertyName',
		type: 'string',
		default: 'data',
		required: true,
		placeholder: 'e.g. data',
		hint: 'The name of the output field that takes the file',
		displayOptions: { show: { output: ['segments'], download: [true] } },
	},
];

/** Reads the output fields; hidden ones have no value and count as their defaults. */
export function readOutputOptions(ctx: IExecuteFunctions, itemIndex: number): OutputOptions {
	const read = (name: string, fallback: string | boolean) =>
		ctx.getNodeParameter(name, itemIndex, fallback);
	// What the editor hides is not read: each takes n8n about as long as checking a signature.
	const isSegments = read('output', 'job') === 'segments';
	const download = isSegments && toBoolean(read('download', false));
	return {
		output: isSegments ? 'segments' : 'job',
		download,
		binaryProperty: (download && String(read('outputBinaryPropertyName', 'data')).trim()) || 'data',
	};
}

/** Return All and Limit, in n8n's own words. */
export const pagingFields: INodeProperties[] = [
	{
		displayName: 'Return All',
		name: 'returnAll',
		type: 'boolean',
		default: false,
		description: 'Whether to return all results or only up to a given limit',
	},
	{
		displayName: 'Limit',
		name: 'limit',
		type: 'number',
		typeOptions: { minValue: 1 },
		default: 50,
		description: 'Max number of results to return',
		displayOptions: { show: { returnAll: [false] } },
	},
];
