import type { IExecuteFunctions, INodeProperties } from 'n8n-workflow';
import { listAllJobs } from '../../api/allJobs';
import { isRecord, toNumber } from '../../job/values';
import { isTool } from '../../n8n/context';
import { refusal } from '../../n8n/errors';
import { toItem } from '../../n8n/items';
import { quoteValue, readSwitch, toOption } from '../../n8n/parameters';
import type { Operation } from '../operation';
import { forEachItem } from '../operation';
import { readSimplify, simplifyField } from './simplify';

/** As the field's own default, which the linter wants to see as a number there. */
const DEFAULT_LIMIT = 50;

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

const RETURN_ALL = { label: 'Return All', fallback: false };

const STATUSES = ['completed', 'failed', 'processing', 'queued'] as const;

/** A model leaves an optional value empty that it does not want to set; anybody else's empty value is a mistake. */
const isLeftOut = (ctx: IExecuteFunctions, value: unknown): boolean =>
	isTool(ctx) && (value === undefined || value === null || value === '');

/** How many jobs to get at most; Infinity for all. */
function readMax(ctx: IExecuteFunctions, itemIndex: number): number {
	if (readSwitch(ctx, 'returnAll', itemIndex, RETURN_ALL)) return Infinity;
	const value: unknown = ctx.getNodeParameter('limit', itemIndex, DEFAULT_LIMIT);
	const limit = isLeftOut(ctx, value) ? DEFAULT_LIMIT : toNumber(value);
	if (limit >= 1) return Math.floor(limit);
	const message = `'Limit' must be 1 or more, not ${quoteValue(value)}`;
	const advice = "Enter how many jobs to get at most, or turn on 'Return All'.";
	throw refusal(ctx, message, advice, itemIndex);
}

/** The status to filter by, if any. */
function readStatus(ctx: IExecuteFunctions, itemIndex: number): string | undefined {
	const filters: unknown = ctx.getNodeParameter('filters', itemIndex, {});
	if (!isRecord(filters) || !('status' in filters)) return undefined;
	const { status } = filters;
	if (isLeftOut(ctx, status)) return undefined;
	const value = typeof status === 'string' ? status.trim().toLowerCase() : status;
	return toOption(ctx, value, { label: 'Status', allowed: STATUSES }, itemIndex);
}

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
		simplifyField,
	],
	execute: forEachItem(async (ctx, itemIndex) => {
		const simplify = readSimplify(ctx, itemIndex);
		const max = readMax(ctx, itemIndex);
		const status = readStatus(ctx, itemIndex);
		const jobs = await listAllJobs(ctx, { max, status }, itemIndex);
		return jobs.map((job) => toItem(simplify(job), itemIndex));
	}),
};
