import type { IDataObject, IExecuteFunctions, INodeProperties } from 'n8n-workflow';
import type { Job } from '../../job/types';
import { readSwitch } from '../../n8n/parameters';

/** Simplify, in n8n's own words. */
export const simplifyField: INodeProperties = {
	displayName: 'Simplify',
	name: 'simplify',
	type: 'boolean',
	default: true,
	description: 'Whether to return a simplified version of the response instead of the raw data',
};

const SWITCH = { label: 'Simplify', fallback: true };

/** The ten fields that are left, at most: without the parameters of the split and the signed links. */
const FIELDS = [
	'id',
	'status',
	'progress',
	'sourceFileName',
	'sourceDuration',
	'segmentCount',
	'metadata',
	'createdAt',
	'completedAt',
	'error',
];

/**
 * Takes from each job what Simplify leaves of it.
 *
 * @throws NodeOperationError where Simplify is neither on nor off
 */
export function readSimplify(
	ctx: IExecuteFunctions,
	itemIndex: number,
): (job: Job) => Job | IDataObject {
	if (!readSwitch(ctx, 'simplify', itemIndex, SWITCH)) return (job) => job;
	return (job) =>
		Object.fromEntries(
			FIELDS.flatMap((name) => (name in job ? [[name, job[name]]] : [])),
		) as IDataObject;
}
