import type { IExecuteFunctions, INodeProperties, INodePropertyModeValidation } from 'n8n-workflow';
import { refusal } from '../n8n/errors';

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
	const text = typeof value === 'string' || Number.isFinite(value) ? String(value).trim() : '';
	const jobId = /\/splits\/([^/?#\s]+)/.exec(text)?.[1] ?? text;
	if (jobId === '' || /\s/.test(jobId)) {
		throw refusal(
			ctx,
			"The parameter 'Job' has no job ID",
			"Select a job, or enter its ID: {{ $json.id }} after a 'Create' node, {{ $json.jobId }} where the items are segments.",
			itemIndex,
		);
	}
	return jobId;
}
