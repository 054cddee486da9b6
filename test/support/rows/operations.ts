import type { INodeParameters } from 'n8n-workflow';
import type { FaultOptions } from '../../../sandbox';
import type { ActionPlace } from '../action';
import { byId } from '../action';
import { limitJobs, RECORDING } from '../sandbox';

/** How an operation is run with any number of items. */
export interface OperationRow {
	name: string;
	parameters(place: ActionPlace): INodeParameters;
	/** So many items, with what the sandbox needs for them. */
	items(place: ActionPlace, count: number): object[];
	/** Items that come out for each that goes in. */
	outputs: number;
	/** What one of them is, as far as it is known before: a part of its JSON. */
	expected(item: object, output: number): object;
	/** Requests that the error of one item is the answer to. */
	requestOf(items: object[], itemIndex: number): FaultOptions;
}

export const fromItem = byId('={{ $json.id }}');

/** Completed jobs of three segments, without audio. */
export const completedJobs = ({ sandbox }: ActionPlace, count: number): Array<{ id: string }> =>
	Array.from({ length: count }, () => {
		const { id } = sandbox.addSyntheticJob({ segments: 3, segmentBytes: 1000 });
		return { id };
	});

const numbers = (count: number) => Array.from({ length: count }, (_unused, number) => ({ number }));

const idOf = (item: object | undefined) => (item as { id: string }).id;

const ofJob = (items: object[], itemIndex: number): FaultOptions => ({
	match: { path: `/splits/${idOf(items[itemIndex])}` },
});

const one = { outputs: 1, items: completedJobs, requestOf: ofJob };

/** The operations of the action node, each in the form that works by itself. */
export const OPERATIONS: OperationRow[] = [
	{
		...one,
		name: 'create, without waiting',
		parameters: ({ sandbox }) => ({
			resource: 'splitJob',
			operation: 'create',
			sourceUrl: sandbox.fileUrl(RECORDING),
			segmentDuration: 5,
			waitMode: 'none',
			additionalFields: {
				metadata: { values: [{ key: 'number', value: '={{ $json.number }}' }] },
			},
		}),
		items(place, count) {
			// In the queue they cost nothing.
			limitJobs(place.sandbox, 0);
			return numbers(count);
		},
		expected: (item) => ({
			status: 'queued',
			metadata: { number: String((item as { number: number }).number) },
		}),
		requestOf: (_items, itemIndex) => ({ match: { method: 'POST' }, after: itemIndex }),
	},
	{
		...one,
		name: 'get',
		parameters: () => ({ resource: 'splitJob', operation: 'get', jobId: fromItem }),
		expected: (item) => ({ id: idOf(item), status: 'completed', segmentCount: 3 }),
	},
	{
		...one,
		name: 'get many',
		parameters: () => ({ resource: 'splitJob', operation: 'getAll', limit: 2 }),
		items(place, count) {
			completedJobs(place, 2);
			return numbers(count);
		},
		outputs: 2,
		expected: () => ({ status: 'completed', segmentCount: 3 }),
		requestOf: (_items, itemIndex) => ({ match: { path: '/splits?' }, after: itemIndex }),
	},
	{
		...one,
		name: 'delete',
		parameters: () => ({ resource: 'splitJob', operation: 'delete', jobId: fromItem }),
		expected: (item) => ({ id: idOf(item), deleted: true }),
	},
	{
		...one,
		name: 'wait for completion',
		parameters: () => ({ resource: 'splitJob', operation: 'wait', jobId: fromItem }),
		expected: (item) => ({ id: idOf(item), status: 'completed', segmentCount: 3 }),
	},
	{
		...one,
		name: 'get many segments',
		parameters: () => ({ resource: 'segment', operation: 'getAll', jobId: fromItem }),
		outputs: 3,
		expected: (item, index) => ({ jobId: idOf(item), index, start: 600 * index }),
	},
	{
		...one,
		name: 'download segments',
		parameters: () => ({
			resource: 'segment',
			operation: 'download',
			jobId: fromItem,
			segments: '0,2',
		}),
		outputs: 2,
		expected: (item, output) => ({ jobId: idOf(item), index: 2 * output, size: 1000 }),
	},
];

/** What the node can be told to do on an error. */
export const ERROR_SETTINGS = [
	'stopWorkflow',
	'continueRegularOutput',
	'continueErrorOutput',
] as const;

export type ErrorSetting = (typeof ERROR_SETTINGS)[number];
