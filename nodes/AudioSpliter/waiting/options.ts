import type { IExecuteFunctions, INodeProperties } from 'n8n-workflow';
import { NodeOperationError } from 'n8n-workflow';
import { toNumber } from '../job/values';

export interface WaitOptions {
	/** Milliseconds. */
	maxWait: number;
	/** Milliseconds. */
	pollInterval: number;
	/** Milliseconds. */
	maxPollInterval: number;
	onTimeout: 'fail' | 'continue';
}

const maxWait: INodeProperties = {
	displayName: 'Max Wait',
	name: 'maxWait',
	type: 'number',
	typeOptions: { minValue: 0 },
	default: 30,
	hint: 'Minutes',
	description:
		'Longest wait in minutes, for all jobs of this run together. A file of 2 GB takes about 20 minutes.',
};

const pollingOptions: INodeProperties[] = [
	{
		displayName: 'Max Poll Interval',
		name: 'maxPollInterval',
		type: 'number',
		typeOptions: { minValue: 1 },
		default: 30,
		hint: 'Seconds',
		description: 'Longest pause between two polls in seconds',
	},
	maxWait,
	{
		displayName: 'On Timeout',
		name: 'onTimeout',
		type: 'options',
		options: [
			{
				name: 'Continue',
				value: 'continue',
				description: 'Output the job as it stands, with waitTimedOut set to true',
			},
			{ name: 'Fail', value: 'fail', description: 'Stop with an error that names the job' },
		],
		default: 'fail',
		description: 'What to do with a job that is not finished in time',
	},
	{
		displayName: 'Poll Interval',
		name: 'pollInterval',
		type: 'number',
		typeOptions: { minValue: 1 },
		default: 5,
		hint: 'Seconds',
		description:
			"First pause between two polls in seconds. Pauses grow from here, aim at the job's end and respect the rate limit.",
	},
];

/**
 * The wait options of an operation that polls, or of Create, where they follow the wait mode: a pause has no polls, and
 * n8n hands on what is known when it times out.
 */
export const waitOptionsFields = (withWaitMode: boolean): INodeProperties[] => {
	const collection = {
		displayName: 'Wait Options',
		name: 'waitOptions',
		type: 'collection',
		placeholder: 'Add Option',
		default: {},
	} satisfies Partial<INodeProperties>;
	if (!withWaitMode) return [{ ...collection, options: pollingOptions }];
	return [
		{
			...collection,
			displayOptions: { show: { waitMode: ['poll'] } },
			options: pollingOptions,
		},
		{
			...collection,
			displayOptions: { show: { waitMode: ['webhook'] } },
			options: [maxWait],
		},
	];
};

/**
 * Reads the wait options of the first item: they hold for the whole wait.
 *
 * @throws NodeOperationError when a value is no usable number
 */
export function readWaitOptions(ctx: IExecuteFunctions): WaitOptions {
	const values = ctx.getNodeParameter('waitOptions', 0, {}) as Record<string, unknown>;
	const number = (name: string, label: string, fallback: number, least: number): number => {
		const value = toNumber(values[name] ?? fallback);
		if (!(value >= least)) {
			throw new NodeOperationError(ctx.getNode(), `'${label}' must be a number from ${least} up`, {
				description: "Check the value under 'Wait Options'.",
			});
		}
		return value;
	};
	const pollInterval = number('pollInterval', 'Poll Interval', 5, 1) * 1000;
	return {
		maxWait: number('maxWait', 'Max Wait', 30, 0) * 60_000,
		pollInterval,
		maxPollInterval: Math.max(
			pollInterval,
			number('maxPollInterval', 'Max Poll Interval', 30, 1) * 1000,
		),
		onTimeout: values.onTimeout === 'continue' ? 'continue' : 'fail',
	};
}
