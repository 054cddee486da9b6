import { deleteJob } from '../../api/jobs';
import { toItem } from '../../n8n/items';
import { jobIdField, readJobId } from '../jobField';
import type { Operation } from '../operation';
import { forEachItem } from '../operation';

export const deleteOperation: Operation = {
	option: {
		name: 'Delete',
		value: 'delete',
		action: 'Delete split job',
		description: 'Remove a job with its source and all its segments for good',
	},
	fields: [jobIdField],
	execute: forEachItem(async (ctx, itemIndex) => {
		const id = readJobId(ctx, itemIndex);
		const outcome = await deleteJob(ctx, id, itemIndex);
		const isUnknown = outcome === 'unknown';
		return [toItem({ id, deleted: true, ...(isUnknown && { existed: false }) }, itemIndex)];
	}),
};
