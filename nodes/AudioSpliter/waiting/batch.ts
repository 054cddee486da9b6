import type { IExecuteFunctions } from 'n8n-workflow';
import { failureOf } from '../api/client';
import { createJob } from '../api/jobs';
import { hasFailed, isFinished } from '../job/job';
import type { CreateJobBody, Job } from '../job/types';
import { systemClock } from '../n8n/context';
import type { NodeError } from '../n8n/errors';
import { affectsEveryItem, asNodeError, copyFor, keepMessage, refusal } from '../n8n/errors';
import type { ItemResult } from '../n8n/items';
import type { OutputOptions } from '../output/options';
import type { Entry, FailedEntry } from './entry';
import { jobEntries, nameNotSubmitted } from './entry';
import type { WaitOptions } from './options';
import type { WaitOutcome } from './polling/polledJob';
import { waitForJobs } from './polling/pollJobs';
import type { Refusal } from './polling/places';
import type { SubmitOutcome } from './polling/submissions';
import { Submissions } from './polling/submissions';
import { pollRequest } from './polling/waitByPolling';
import type { Outcomes } from './polling/waitErrors';

/** What one item asks for, read and checked. */
export interface Prepared {
	body: CreateJobBody;
	/** How the job comes out once it is finished. */
	output: OutputOptions;
}

/** A run of jobs that were submitted as the service took them. */
export interface Batch {
	/** One per item. */
	entries: Entry[];
	/** How the wait ended for jobs that it has ended for. */
	outcomes: Outcomes;
}

/** A run to submit. */
export interface BatchRequest {
	prepared: Array<ItemResult<Prepared>>;
	options: WaitOptions;
	/** Whether to wait until all jobs have ended, or just until the last one is taken. */
	until: 'finished' | 'submitted';
}

type Ready = ItemResult<Prepared> & { kind: 'done' };

/** What a 429 says; undefined for any other error. */
function refusalOf(error: unknown): Refusal | undefined {
	const known = failureOf(error);
	if (known?.failure.status !== 429) return undefined;
	return { isForJobs: known.hasBudget === true, retryAt: known.retryAt };
}

/** The error of a run that the service has refused for as long as it waits. */
function givenUpError(ctx: IExecuteFunctions, last: unknown): NodeError {
	const error = copyFor(asNodeError(ctx, last, 0), 0);
	error.description =
		'All jobs of this run had finished, so others who use this API key are taking up its places or its requests. Run the items that were not submitted again later.';
	return keepMessage(error, `AudioSpliter took no more jobs for five minutes. ${error.message}`);
}

/** The entry of an item that had no turn. */
function notSubmitted(ctx: IExecuteFunctions, itemIndex: number, reason: unknown): FailedEntry {
	if (reason === undefined) {
		const error = refusal(
			ctx,
			'Not submitted, since another item had failed',
			"Set 'On Error' to 'Continue' to have every item submitted.",
			itemIndex,
		);
		return { kind: 'failed', itemIndex, error, isNotSubmitted: true };
	}
	const error = copyFor(asNodeError(ctx, reason, itemIndex), itemIndex);
	error.description = `${error.description ?? ''} Nothing was submitted for this item.`.trim();
	return { kind: 'failed', itemIndex, error, isNotSubmitted: true };
}

function toEntry(
	ctx: IExecuteFunctions,
	{ itemIndex, value }: Ready,
	outcome: SubmitOutcome<Job> | undefined,
): Entry {
	switch (outcome?.kind) {
		case 'taken': {
			const { job, submittedAt } = outcome;
			return { kind: 'job', itemIndex, job, submittedAt, output: value.output };
		}
		case 'failed':
			return { kind: 'failed', itemIndex, error: asNodeError(ctx, outcome.error, itemIndex) };
		default:
			return notSubmitted(ctx, itemIndex, outcome?.error);
	}
}

/** Adds to an error that ends the node what was submitted and what was not. */
function nameSubmitted(error: NodeError, entries: Entry[]): NodeError {
	const ids = jobEntries(entries).map(({ job }) => job.id);
	const missing = nameNotSubmitted(entries);
	if (ids.length > 0) {
		error.description = `${error.description ?? ''} Already submitted for earlier items: ${ids.join(', ')}.`;
	}
	if (missing !== undefined) {
		error.description = `${error.description ?? ''} Not submitted: ${missing}, counted from 0.`;
	}
	return error;
}

/** The jobs of a run that are to be submitted; each is sent once, and again after each refusal. */
function submissionsOf(ctx: IExecuteFunctions, ready: Ready[]): Submissions<Job> {
	return new Submissions<Job>(
		{
			count: ready.length,
			submit: async (index) => {
				const { itemIndex, value } = ready[index] as Ready;
				return await createJob(ctx, value.body, itemIndex, { isOfBatch: true });
			},
			refusalOf,
			afterError: (error) => {
				if (!ctx.continueOnFail()) return 'end';
				return affectsEveryItem(error) ? 'noMore' : 'next';
			},
			givenUp: (last) => givenUpError(ctx, last),
		},
		systemClock,
	);
}

/** Whether the node can only fail, now that a job has ended like this: what it would submit now would be billed for nothing. */
const endsNode = (outcome: WaitOutcome<Job>, { onTimeout }: WaitOptions): boolean => {
	if (outcome.kind === 'timedOut') return onTimeout === 'fail';
	return outcome.kind === 'error' || (outcome.job !== undefined && hasFailed(outcome.job));
};

async function outcomesOf(
	ctx: IExecuteFunctions,
	submissions: Submissions<Job>,
	{ options, until }: BatchRequest,
): Promise<Array<WaitOutcome<Job>>> {
	const mayStop = until === 'finished' && !ctx.continueOnFail();
	try {
		return await waitForJobs<Job>({
			// Only a job that the API has taken is asked for.
			...(await pollRequest(ctx, options, true)),
			jobs: [],
			submissions,
			until,
			endsSubmissions: (outcome) => mayStop && endsNode(outcome, options),
		});
	} catch (error) {
		// A create that was under way says more than that the execution was cancelled.
		const failed = submissions.outcomes.filter((outcome) => outcome?.kind === 'failed').at(-1);
		throw asNodeError(ctx, failed?.kind === 'failed' ? failed.error : error, 0);
	}
}

/**
 * Submits the jobs of a run in item order, as the service takes them, and waits for them.
 *
 * @throws NodeApiError or NodeOperationError for the first item that could not be submitted, unless the node continues on
 * errors; it names what was submitted and what was not
 */
export async function runBatch(ctx: IExecuteFunctions, request: BatchRequest): Promise<Batch> {
	const { prepared, until } = request;
	const ready = prepared.filter((item): item is Ready => item.kind === 'done');
	const submissions = submissionsOf(ctx, ready);
	const outcomes = await outcomesOf(ctx, submissions, request);
	const byItem = new Map(
		ready.map((item, index) => [item.itemIndex, toEntry(ctx, item, submissions.outcomes[index])]),
	);
	const entries = prepared.map((item) =>
		item.kind === 'failed' ? item : (byItem.get(item.itemIndex) as Entry),
	);
	const failed = entries.find((entry) => entry.kind === 'failed');
	const hasToFail = submissions.endsRun || until === 'submitted';
	if (failed?.kind === 'failed' && hasToFail && !ctx.continueOnFail()) {
		throw nameSubmitted(failed.error, entries);
	}
	return { entries, outcomes: new Map(outcomes.map((outcome) => [outcome.id, outcome])) };
}

/** The jobs of a batch that are known to have ended, by ID. */
export const finishedJobs = ({ entries, outcomes }: Batch): Map<string, Job> =>
	new Map(
		jobEntries(entries).flatMap(({ job }) => {
			const latest = outcomes.get(job.id)?.job ?? job;
			return isFinished(latest) ? [[job.id, latest] as const] : [];
		}),
	);
