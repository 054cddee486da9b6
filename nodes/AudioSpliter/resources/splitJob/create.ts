import type {
	IExecuteFunctions,
	INodeExecutionData,
	NodeApiError,
	NodeOperationError,
} from 'n8n-workflow';
import { createJob } from '../../api/jobs';
import type { CreateJobBody, Job } from '../../job/types';
import type { OutputOptions } from '../../output/jobOutput';
import { toItem } from '../../output/jobOutput';
import { pauseUntilWebhook, prepareToPause } from '../../waiting/pausing/pauseUntilWebhook';
import type { Entry } from '../../waiting/polling/waitByPolling';
import { waitAndOutput } from '../../waiting/polling/waitByPolling';
import { outputFields, readOutputOptions } from '../jobField';
import type { Operation } from '../operation';
import { asNodeError, copyFor, failAllItems, isForAllItems, toErrorItem } from '../operation';
import type { WaitOptions } from '../../waiting/options';
import { readWaitOptions, waitOptionsFields } from '../../waiting/options';
import { readCreateBody } from './createBody';
import { additionalFields, createFields } from './createFields';

type Prepared = { itemIndex: number } & (
	{ body: CreateJobBody; output: OutputOptions } | Extract<Entry, { error: unknown }>
);

/** Reads every item before anything is submitted, so that a wrong parameter costs no job. */
async function prepare(ctx: IExecuteFunctions, resumeUrl: string | undefined): Promise<Prepared[]> {
	const prepared: Prepared[] = [];
	for (let itemIndex = 0; itemIndex < ctx.getInputData().length; itemIndex++) {
		try {
			const body = await readCreateBody(ctx, itemIndex, resumeUrl);
			prepared.push({ itemIndex, body, output: readOutputOptions(ctx, itemIndex) });
		} catch (error) {
			const nodeError = asNodeError(ctx, error, itemIndex);
			if (!ctx.continueOnFail()) throw nodeError;
			prepared.push({ itemIndex, error: nodeError });
		}
	}
	return prepared;
}

/** Submits in item order. When it has to stop, the error names the jobs that exist already. */
async function submit(ctx: IExecuteFunctions, prepared: Prepared[]): Promise<Entry[]> {
	const submitted: Job[] = [];
	const entries: Entry[] = [];
	let last: NodeApiError | NodeOperationError | undefined;
	for (const item of prepared) {
		if ('error' in item) {
			entries.push(item);
			continue;
		}
		const { itemIndex, body } = item;
		if (last !== undefined) {
			entries.push({ itemIndex, error: copyFor(last, itemIndex) });
			continue;
		}
		try {
			const submittedAt = Date.now();
			const job = await createJob(ctx, body, itemIndex);
			submitted.push(job);
			entries.push({ itemIndex, job, submittedAt });
		} catch (error) {
			const nodeError = asNodeError(ctx, error, itemIndex);
			if (!ctx.continueOnFail()) {
				if (submitted.length > 0) {
					const ids = submitted.map(({ id }) => id).join(', ');
					nodeError.description = `${nodeError.description ?? ''} Already submitted for earlier items: ${ids}.`;
				}
				throw nodeError;
			}
			if (isForAllItems(error)) last = nodeError;
			entries.push({ itemIndex, error: nodeError });
		}
	}
	return entries;
}

export const create: Operation = {
	option: {
		name: 'Create',
		value: 'create',
		action: 'Create split job',
		description: 'Split an audio file into segments by duration or file size',
	},
	fields: [
		...createFields,
		...outputFields.map((field) => ({
			...field,
			displayOptions: {
				show: { ...field.displayOptions?.show, waitMode: ['poll', 'webhook'] },
			},
		})),
		additionalFields,
		...waitOptionsFields(true),
	],
	async execute(ctx): Promise<INodeExecutionData[]> {
		const waitMode = ctx.getNodeParameter('waitMode', 0, 'poll');
		let options: WaitOptions;
		let resumeUrl: string | undefined;
		try {
			options = readWaitOptions(ctx);
			if (waitMode === 'webhook') resumeUrl = await prepareToPause(ctx);
		} catch (error) {
			return failAllItems(ctx, error);
		}
		const prepared = await prepare(ctx, resumeUrl);
		const entries = await submit(ctx, prepared);
		if (waitMode === 'webhook') {
			const output = Object.fromEntries(
				prepared.flatMap((item) => ('output' in item ? [[item.itemIndex, item.output]] : [])),
			);
			return await pauseUntilWebhook(ctx, entries, options.maxWait, output);
		}
		if (waitMode === 'none') {
			return entries.map((entry) =>
				'job' in entry
					? toItem(entry.job, entry.itemIndex)
					: toErrorItem(ctx, entry.error, entry.itemIndex),
			);
		}
		return await waitAndOutput(ctx, entries, options);
	},
};
