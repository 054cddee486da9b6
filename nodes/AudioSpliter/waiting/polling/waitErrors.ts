import type { IExecuteFunctions } from 'n8n-workflow';
import { NodeOperationError } from 'n8n-workflow';
import { failureOf } from '../../api/client';
import { hasFailed } from '../../job/job';
import type { Job } from '../../job/types';
import type { NodeError } from '../../n8n/errors';
import { copyFor } from '../../n8n/errors';
import type { Entry } from '../entry';
import { jobEntries, nameNotSubmitted } from '../entry';
import type { WaitOutcome } from './polledJob';

/** How the wait for each job ended, by the job's ID. */
export type Outcomes = ReadonlyMap<string, WaitOutcome<Job>>;

const adviceFor = (jobs: number): string => {
	const [what, it, its] =
		jobs === 1 ? ['The job continues', 'it', 'its ID'] : ['The jobs continue', 'them', 'their IDs'];
	return `${what} at AudioSpliter. Wait longer ('Max Wait'), pick ${it} up later with 'Wait for Completion' and ${its}, or set 'On Timeout' to 'Continue'.`;
};

/** Jobs that a message has room for: the editor shows all of it, in large letters. */
const NAMED_IN_MESSAGE = 3;

/** The error of jobs that were not finished within Max Wait. It names them all, most of many in its description. */
export function timeoutError(
	ctx: IExecuteFunctions,
	late: Array<WaitOutcome<Job>>,
	itemIndex: number,
): NodeOperationError {
	const jobs = late.map(({ id, status, job }) =>
		job?.progress === undefined ? `${id} (${status})` : `${id} (${status}, ${job.progress} %)`,
	);
	const last = late
		.map((outcome) => (outcome.kind === 'timedOut' ? outcome.error : undefined))
		.find((error) => error instanceof Error);
	const why = last === undefined ? '' : ` The last poll failed: ${last.message}.`;
	const named = jobs.slice(0, NAMED_IN_MESSAGE).join(', ');
	const others = jobs.slice(NAMED_IN_MESSAGE);
	const [more, list] =
		others.length === 0
			? ['', '']
			: [` and ${others.length} more`, ` The others: ${others.join(', ')}.`];
	return new NodeOperationError(ctx.getNode(), `Not finished in time: ${named}${more}`, {
		description: `${adviceFor(jobs.length)}${why}${list}`,
		itemIndex,
	});
}

/** The error as this job's own: a copy that names it. */
export function nameJob(error: NodeError, jobId: string, itemIndex: number): NodeError {
	if (error.message.includes(jobId)) return error;
	const copy = copyFor(error, itemIndex);
	copy.message = `${error.message} [job ${jobId}]`;
	return copy;
}

/** Whether the service itself has said that it does not know the job. */
function isUnknown(outcome: WaitOutcome<Job> | undefined): boolean {
	if (outcome?.kind !== 'error') return false;
	const { status, isIntermediary } = failureOf(outcome.error)?.failure ?? {};
	return status === 404 && isIntermediary !== true;
}

/**
 * Adds to an error that ends the node which jobs of this run it keeps from coming out, since there is no need to create
 * them again. Jobs that the error names already are late, and it says so.
 */
export function nameLeftBehind(error: NodeError, entries: Entry[], outcomes: Outcomes): NodeError {
	const said = `${error.message} ${error.description ?? ''}`;
	const ids = jobEntries(entries)
		.filter(({ job, submittedAt }) => {
			if (submittedAt === undefined) return false;
			const outcome = outcomes.get(job.id);
			const isNamed = outcome?.kind === 'timedOut' && said.includes(job.id);
			return !isNamed && !isUnknown(outcome) && !hasFailed(outcome?.job ?? job);
		})
		.map(({ job }) => job.id);
	if (ids.length > 0) {
		error.description = `${error.description ?? ''} Do not create again what was submitted: pick it up with 'Wait for Completion': ${ids.join(', ')}.`;
	}
	const missing = nameNotSubmitted(entries);
	if (missing !== undefined) {
		error.description = `${error.description ?? ''} Not submitted: ${missing}, counted from 0.`;
	}
	return error;
}
