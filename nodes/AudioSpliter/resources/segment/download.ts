import type { IExecuteFunctions } from 'n8n-workflow';
import { toSegmentItems } from '../../job/segment';
import { textOf } from '../../job/values';
import { refusal } from '../../n8n/errors';
import { readFieldName } from '../../n8n/parameters';
import { toSegmentOutput } from '../../output/jobOutput';
import { jobIdField, readJobId } from '../jobField';
import type { Operation } from '../operation';
import { forEachItem } from '../operation';
import { completedJobs } from './completedJobs';
import { parseSelection, selectSegments } from './selection';

/** The field that takes the file. */
const FIELD = { label: 'Output Data Field Name', fallback: 'data' };

/** Runs a step of the selection, and says which parameter it is about where it fails. */
function onSelection<T>(ctx: IExecuteFunctions, itemIndex: number, step: () => T): T {
	try {
		return step();
	} catch (error) {
		const why = error instanceof Error ? error.message : String(error);
		const advice = "Enter 'all', or zero-based indexes such as 0,2-4.";
		throw refusal(ctx, `'Segments' cannot be used: ${why}`, advice, itemIndex);
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
	async execute(ctx) {
		const getCompleted = completedJobs(ctx);
		const fetchItem = forEachItem(async (_ctx, itemIndex) => {
			const jobId = readJobId(ctx, itemIndex);
			const text = textOf(ctx.getNodeParameter('segments', itemIndex, 'all'));
			// Read before the call, so that a wrong selection costs none.
			const selection = onSelection(ctx, itemIndex, () => parseSelection(text));
			const binaryProperty = readFieldName(ctx, 'binaryPropertyName', itemIndex, FIELD);
			const { job, at } = await getCompleted(jobId, itemIndex);
			const segments = onSelection(ctx, itemIndex, () =>
				selectSegments(selection, toSegmentItems(job)),
			);
			const options = { segments, download: true, binaryProperty, source: { at } };
			return await toSegmentOutput(ctx, job, options, itemIndex);
		});
		return await fetchItem(ctx);
	},
};
