import type { IExecuteFunctions, INodeProperties } from 'n8n-workflow';
import { isRecord, toNumber } from '../job/values';
import { refusal } from '../n8n/errors';
import { quoteValue, toOption } from '../n8n/parameters';

/** A week. */
const MAX_WAIT_MINUTES = 10_080;

/** A day. */
const MAX_INTERVAL_SECONDS = 86_400;

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
	typeOptions: { minValue: 0, maxValue: MAX_WAIT_MINUTES },
	default: 30,
	hint: 'Minutes',
	description:
		'Longest wait for each job in minutes, counted from its submission if this node submits it; at most a week (10,080). A file of 2 GB takes about 20 minutes.',
};

const maxPause: INodeProperties = {
	...maxWait,
	description: `${maxWait.description} n8n checks once a minute whether a pause is over, so a shorter one can last up to a minute.`,
};

const pollingOptions: INodeProperties[] = [
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
		typeOptions: { minValue: 1, maxValue: MAX_INTERVAL_SECONDS },
		default: 5,
		hint: 'Seconds',
		description:
			"First pause between two polls in seconds. Pauses grow from here, aim at the job's end and respect the rate limit.",
	},
	{
		displayName: 'Max Poll Interval',
		name: 'maxPollInterval',
		type: 'number',
		typeOptions: { minValue: 1, maxValue: MAX_INTERVAL_SECONDS },
		default: 30,
		hint: 'Seconds',
		description: 'Longest pause between two polls in seconds',
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
			options: [maxPause],
		},
	];
};

/** A number among the wait options. */
interface NumberRule {
	/** The option's name in the editor. */
	label: string;
	fallback: number;
	least: number;
	most: number;
}

const ON_TIMEOUT = { label: 'On Timeout', allowed: ['fail', 'continue'] } as const;

const MAX_WAIT: NumberRule = {
	label: 'Max Wait',
	fallback: 30,
	least: 0,
	most: MAX_WAIT_MINUTES,
};

const intervalRule = (label: string, fallback: number): NumberRule => ({
	...{ label, fallback },
	...{ least: 1, most: MAX_INTERVAL_SECONDS },
});

/** An option that was not added has its default; one that was added and has no value is wrong. */
function readNumber(ctx: IExecuteFunctions, entered: unknown, rule: NumberRule): number {
	if (entered === undefined) return rule.fallback;
	const value = toNumber(entered);
	if (value >= rule.least && value <= rule.most) return value;
	const most = rule.most.toLocaleString('en-US');
	throw refusal(
		ctx,
		`'${rule.label}' must be a number from ${rule.least} to ${most}, not ${quoteValue(entered)}`,
		"Check the value under 'Wait Options'.",
	);
}

/**
 * Reads the wait options of the first item: they hold for the whole wait.
 *
 * @throws NodeOperationError for a value that is out of bounds or not among the allowed ones
 */
export function readWaitOptions(ctx: IExecuteFunctions): WaitOptions {
	const parameter: unknown = ctx.getNodeParameter('waitOptions', 0, {});
	const values = isRecord(parameter) ? parameter : {};
	const { onTimeout = 'fail' } = values;
	const pollInterval = readNumber(ctx, values.pollInterval, intervalRule('Poll Interval', 5));
	const longest = readNumber(ctx, values.maxPollInterval, intervalRule('Max Poll Interval', 30));
	return {
		maxWait: readNumber(ctx, values.maxWait, MAX_WAIT) * 60_000,
		pollInterval: pollInterval * 1000,
		maxPollInterval: Math.max(pollInterval, longest) * 1000,
		onTimeout: toOption(ctx, onTimeout, ON_TIMEOUT),
	};
}
