import { getJob } from '../../api/jobs';
import { toItem } from '../../n8n/items';
import { jobIdField, readJobId } from '../jobField';
import type { Operation } from '../operation';
import { forEachItem } from '../operation';

export const get: Operation = {
	option: {
		name: 'Get',
		value: 'get',
		action: 'Get split job',
		description: 'Look up the state of a job, and its segments once it is completed',
	},
	fields: [jobIdField],
	execute: forEachItem(async (ctx, itemIndex) => [
		toItem(await getJob(ctx, readJobId(ctx, itemIndex), itemIndex), itemIndex),
	]),
};
