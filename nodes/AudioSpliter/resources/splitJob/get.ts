import { getJob } from '../../api/jobs';
import { toItem } from '../../n8n/items';
import { jobIdField, readJobId } from '../jobField';
import type { Operation } from '../operation';
import { forEachItem } from '../operation';
import { readSimplify, simplifyField } from './simplify';

export const get: Operation = {
	option: {
		name: 'Get',
		value: 'get',
		action: 'Get split job',
		description: "Look up a job's status, and its segments once it is completed",
	},
	fields: [jobIdField, simplifyField],
	execute: forEachItem(async (ctx, itemIndex) => {
		const simplify = readSimplify(ctx, itemIndex);
		const job = await getJob(ctx, readJobId(ctx, itemIndex), itemIndex);
		return [toItem(simplify(job), itemIndex)];
	}),
};
