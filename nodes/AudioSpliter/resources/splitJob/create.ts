import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import { createJob } from '../../api/jobs';
import { asNodeError } from '../../n8n/errors';
import type { ItemResult } from '../../n8n/items';
import { eachItem, failAllItems, toErrorItem, toItem, withoutRetry } from '../../n8n/items';
import { readOption } from '../../n8n/parameters';
import { withHints } from '../../output/hints';
import { outputFields, readOutputOptions } from '../../output/options';
import type { Prepared } from '../../waiting/batch';
import { finishedJobs, runBatch } from '../../waiting/batch';
import type { Entry, JobEntry } from '../../waiting/entry';
import type { WaitOptions } from '../../waiting/options';
import { readWaitOptions, waitOptionsFields } from '../../waiting/options';
import { segmentsNotice } from '../../waiting/pausing/pairing';
import { pauseUntilWebhook } from '../../waiting/pausing/pauseUntilWebhook';
import { prepareToPause } from '../../waiting/pausing/resumeUrl';
import { finalItems } from '../../waiting/polling/finalItems';
import type { Operation } from '../operation';
import { readCreateBody } from './createBody';
import { additionalFields, createFields, WAIT_MODE } from './createFields';

type WaitMode = (typeof WAIT_MODE.allowed)[number];

/** Reads every item before anything is submitted, so that a wrong parameter costs no job. */
const prepare = async (ctx: IExecuteFunctions, resumeUrl: string | undefined) =>
	await eachItem<Prepared>(ctx, async (itemIndex) => ({
		output: readOutputOptions(ctx, itemIndex),
		body: await readCreateBody(ctx, itemIndex, resumeUrl),
	}));

/** Submits in item order without waiting for anything. When it has to stop, the error names the jobs that exist already. */
async function submit(
	ctx: IExecuteFunctions,
	prepared: Array<ItemResult<Prepared>>,
): Promise<Entry[]> {
	const submitted: string[] = [];
	const submitItem = async (itemIndex: number): Promise<JobEntry> => {
		const item = prepared[itemIndex] as ItemResult<Prepared>;
		if (item.kind === 'failed') throw item.error;
		const submittedAt = Date.now();
		try {
			const job = await createJob(ctx, item.value.body, itemIndex);
			submitted.push(job.id);
			return { kind: 'job', itemIndex, job, submittedAt, output: item.value.output };
		} catch (error) {
			const nodeError = asNodeError(ctx, error, itemIndex);
			if (submitted.length > 0 && !ctx.continueOnFail()) {
				nodeError.description = `${nodeError.description ?? ''} Already submitted for earlier items: ${submitted.join(', ')}.`;
			}
			throw nodeError;
		}
	};
	const results = await eachItem(ctx, submitItem);
	return results.map((result) => (result.kind === 'done' ? result.value : result));
}

/** The job as it is now, or the reason why there is none. */
const toEntryItem = (ctx: IExecuteFunctions, entry: Entry): INodeExecutionData =>
	entry.kind === 'job'
		? toItem(entry.job, entry.itemIndex)
		: toErrorItem(ctx, entry.error, entry.itemIndex);

/** Submits, and waits by polling until all jobs have ended. */
async function poll(
	ctx: IExecuteFunctions,
	prepared: Array<ItemResult<Prepared>>,
	options: WaitOptions,
): Promise<INodeExecutionData[]> {
	const { entries, outcomes } = await runBatch(ctx, { prepared, options, until: 'finished' });
	return await finalItems(ctx, entries, outcomes, options.onTimeout);
}

/** Submits, and has the execution stored as soon as the last job is taken. */
async function pause(
	ctx: IExecuteFunctions,
	prepared: Array<ItemResult<Prepared>>,
	options: WaitOptions,
): Promise<INodeExecutionData[]> {
	const batch = await runBatch(ctx, { prepared, options, until: 'submitted' });
	return await pauseUntilWebhook(ctx, batch.entries, options, finishedJobs(batch));
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
		...waitOptionsFields(true),
		...outputFields.map((field) => ({
			...field,
			displayOptions: {
				show: { ...field.displayOptions?.show, waitMode: ['poll', 'webhook'] },
			},
		})),
		segmentsNotice,
		additionalFields,
	],
	async execute(ctx): Promise<INodeExecutionData[]> {
		let waitMode: WaitMode;
		let options: WaitOptions;
		let resumeUrl: string | undefined;
		try {
			waitMode = readOption(ctx, 'waitMode', 0, WAIT_MODE);
			options = readWaitOptions(ctx);
			if (waitMode === 'webhook') resumeUrl = await prepareToPause(ctx);
		} catch (error) {
			return failAllItems(ctx, error);
		}
		const prepared = await prepare(ctx, resumeUrl);
		if (waitMode === 'webhook') return await pause(ctx, prepared, options);
		const items =
			waitMode === 'none'
				? (await submit(ctx, prepared)).map((entry) => toEntryItem(ctx, entry))
				: await poll(ctx, prepared, options);
		return withHints(ctx, ctx.getNode().retryOnFail === true ? withoutRetry(items) : items);
	},
};
