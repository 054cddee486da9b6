import type { IDataObject, INodeProperties } from 'n8n-workflow';
import { NodeOperationError } from 'n8n-workflow';
import { listAllJobs } from '../../api/allJobs';
import type { Job } from '../../job/types';
import { toBoolean, toNumber } from '../../job/values';
import { isTool } from '../../n8n/context';
import { toItem } from '../../n8n/items';
import type { Operation } from '../operation';
import { forEachItem } from '../operation';

/** Return All and Limit, in n8n's own words. */
const pagingFields: INodeProperties[] = [
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

/** What an AI agent reads of a list costs tokens, and most of it would be signed links. */
const withoutSegments = (job: Job): IDataObject => {
	const copy: IDataObject = { ...(job as IDataObject) };
	delete copy.segments;
	return copy;
};

export const getAll: Operation = {
	option: {
		name: 'Get Many',
		value: 'getAll',
		action: 'Get many split jobs',
		description: 'List jobs, optionally only those with a certain status',
	},
	fields: [
		...pagingFields,
		{
			displayName: 'Filters',
			name: 'filters',
			type: 'collection',
			placeholder: 'Add Filter',
			default: {},
			options: [
				{
					displayName: 'Status',
					name: 'status',
					type: 'options',
					options: [
						{ name: 'Completed', value: 'completed' },
						{ name: 'Failed', value: 'failed' },
						{ name: 'Processing', value: 'processing' },
						{ name: 'Queued', value: 'queued' },
					],
					default: 'completed',
					description: 'Only jobs with this status',
				},
			],
		},
	],
	execute: forEachItem(async (ctx, itemIndex) => {
		const returnAll = toBoolean(ctx.getNodeParameter('returnAll', itemIndex, false));
		const limit = returnAll ? Infinity : toNumber(ctx.getNodeParameter('limit', itemIndex, 50));
		if (!(limit >= 1)) {
			throw new NodeOperationError(ctx.getNode(), "'Limit' must be 1 or more", {
				description: "Enter how many jobs to get at most, or turn on 'Return All'.",
				itemIndex,
			});
		}
		const filters = ctx.getNodeParameter('filters', itemIndex, {}) as { status?: unknown };
		const status =
			String(filters.status ?? '')
				.trim()
				.toLowerCase() || undefined;
		const jobs = await listAllJobs(ctx, { max: Math.floor(limit), status }, itemIndex);
		return jobs.map((job) => toItem(isTool(ctx) ? withoutSegments(job) : job, itemIndex));
	}),
};
