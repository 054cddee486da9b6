import type { IExecuteFunctions, INodeProperties } from 'n8n-workflow';
import { readFieldName, readOption, readSwitch } from '../n8n/parameters';

/** How a job comes out of a node. */
export interface OutputOptions {
	output: 'job' | 'segments';
	/** Only with `segments`. */
	download: boolean;
	/** Name of the binary field that takes the file. */
	binaryProperty: string;
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

/** What the parameter Output takes, in step with the field above. */
export const OUTPUT_RULE = {
	label: 'Output',
	allowed: ['job', 'segments'],
	fallback: 'job',
} as const;

/**
 * Reads the output fields. What the editor hides is not read: each parameter takes n8n about as long as checking a
 * signature.
 *
 * @throws NodeOperationError for a value that a field does not take
 */
export function readOutputOptions(ctx: IExecuteFunctions, itemIndex: number): OutputOptions {
	const output = readOption(ctx, 'output', itemIndex, OUTPUT_RULE);
	const download =
		output === 'segments' && readSwitch(ctx, 'download', 'Download Segments', itemIndex);
	const field = { label: 'Output Data Field Name', fallback: 'data' };
	const binaryProperty = download
		? readFieldName(ctx, 'outputBinaryPropertyName', itemIndex, field)
		: field.fallback;
	return { output, download, binaryProperty };
}
