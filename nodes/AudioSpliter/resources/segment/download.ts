import type { IExecuteFunctions } from 'n8n-workflow';
import { NodeOperationError } from 'n8n-workflow';
import { toSegmentOutput } from '../../output/jobOutput';
import type { SegmentItem } from '../../job/segment';
import { toSegmentItems } from '../../job/segment';
import { parseSelection } from './selection';
import { jobIdField } from '../jobField';
import type { Operation } from '../operation';
import { forEachItem } from '../operation';
import { getCompletedJob } from './getAll';

function chooseSegments(
	ctx: IExecuteFunctions,
	segments: SegmentItem[],
	itemIndex: number,
): SegmentItem[] {
	const text = String(ctx.getNodeParameter('segments', itemIndex, 'all'));
	try {
		const chosen = new Set(
			parseSelection(
				text,
				segments.map((segment) => segment.index),
			),
		);
		return segments.filter((segment) => chosen.has(segment.index));
	} catch (error) {
		throw new NodeOperationError(
			ctx.getNode(),
			`'Segments' cannot be used: ${error instanceof Error ? error.message : String(error)}`,
			{ description: "Enter 'all', or zero-based indexes such as 0,2-4.", itemIndex },
		);
	}
}

export const download: Operation = {
	option: {
		name: 'Download',
		value: 'download',
		action: 'Download segments',
		description: "Fetch the audio files of a completed job's segments",
	},
	fields: [
		jobIdField,
		{
			displayName: 'Segments',
			name: 'segments',
			type: 'string',
			default: 'all',
			required: true,
			placeholder: 'e.g. 0,2-4',
			description: "Which segments to download: 'all', or zero-based indexes and ranges",
			hint: 'Where each input item is a segment, enter {{ $json.index }}',
		},
		{
			displayName: 'Output Data Field Name',
			name: 'binaryPropertyName',
			type: 'string',
			default: 'data',
			required: true,
			placeholder: 'e.g. data',
			hint: 'The name of the output field that takes the file',
		},
	],
	execute: forEachItem(async (ctx, itemIndex) => {
		const job = await getCompletedJob(ctx, itemIndex);
		const binaryProperty =
			String(ctx.getNodeParameter('binaryPropertyName', itemIndex, 'data')).trim() || 'data';
		const segments = chooseSegments(ctx, toSegmentItems(job), itemIndex);
		const options = { segments, download: true, binaryProperty };
		return await toSegmentOutput(ctx, job, options, itemIndex);
	}),
};
