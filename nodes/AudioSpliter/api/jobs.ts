import { NodeApiError } from 'n8n-workflow';
import { normaliseJob } from '../job/job';
import type { CreateJobBody, Job } from '../job/types';
import { asText, isRecord } from '../job/values';
import type { ApiContext } from '../n8n/context';
import { keepMessage } from '../n8n/errors';
import type { ApiCall } from './client';
import { callApi, CREATED_ADVICE, failureOf } from './client';
import { mayHaveBeenTaken } from './errors';

/** Half a surrogate pair is no character: an ID with one belongs to no job, and could not be encoded. */
const jobPath = (jobId: string) =>
	`/splits/${encodeURIComponent(jobId.replace(/\p{Surrogate}/gu, '\uFFFD'))}`;

const OTHER_SERVER_ADVICE =
	"Something else may be answering in AudioSpliter's place: a proxy, a firewall, or another server at the credential's base URL, which normally ends in /api/v1.";

const wrongAnswers = new WeakSet<object>();

/** Whether the error is a 2xx without what was asked for, such as a proxy's page. */
export const isWrongAnswer = (error: unknown): boolean =>
	error instanceof Error && wrongAnswers.has(error);

/** The error for a 2xx without what was asked for. */
const wrongAnswer = (
	ctx: ApiContext,
	wanted: string,
	description: string,
	itemIndex: number | undefined,
): NodeApiError => {
	const message = `The answer was not ${wanted}`;
	const error = new NodeApiError(ctx.getNode(), { message }, { message, description, itemIndex });
	wrongAnswers.add(error);
	return error;
};

const asJob = (
	ctx: ApiContext,
	body: unknown,
	itemIndex: number | undefined,
	advice = OTHER_SERVER_ADVICE,
): Job => {
	const job = normaliseJob(body);
	if (job !== undefined) return job;
	throw wrongAnswer(ctx, 'a job', advice, itemIndex);
};

/** The jobs that an execution's creates have brought or named, so that none of them is taken for the next one in doubt. */
const createdBy = new WeakMap<ApiContext, Set<string>>();

function noteCreated(ctx: ApiContext, jobs: Job[]): void {
	const known = createdBy.get(ctx) ?? new Set();
	for (const { id } of jobs) known.add(id);
	createdBy.set(ctx, known);
}

/** Jobs of the list to look through for those created since: there the newest come first. */
const NEWEST = 20;

/** What the list shows as created since then (ms since 1970) by anybody but this execution; nothing where it cannot be read. */
async function findCreatedSince(ctx: ApiContext, since: number): Promise<Job[]> {
	// `createdAt` has whole seconds.
	const earliest = Math.floor(since / 1_000) * 1_000;
	try {
		const { jobs } = await listJobs(ctx, { page: 1, limit: NEWEST }, undefined, { isBrief: true });
		const isNew = ({ id, createdAt }: Job) =>
			createdBy.get(ctx)?.has(id) !== true && Date.parse(asText(createdAt) ?? '') >= earliest;
		return jobs.filter(isNew);
	} catch (error) {
		ctx.logger.debug('AudioSpliter: the list could not be read after a create', { error });
		return [];
	}
}

/** Whether a create that ended in this error may have made a job. */
const isUnclear = (error: unknown): error is NodeApiError => {
	const failure = failureOf(error)?.failure;
	return isWrongAnswer(error) || (failure !== undefined && mayHaveBeenTaken(failure));
};

/** Names the jobs that the create may have made. In the message, too, since an AI agent sees nothing else. */
async function nameCreatedSince(
	ctx: ApiContext,
	error: NodeApiError,
	since: number,
): Promise<NodeApiError> {
	const jobs = await findCreatedSince(ctx, since);
	if (jobs.length === 0) return error;
	noteCreated(ctx, jobs);
	const names = jobs.map(({ id, status }) => `${id} (${status})`).join(', ');
	error.description = `A job may have been created anyway: AudioSpliter's list shows ${names} as created since then. Pick it up with 'Wait for Completion' instead of running this again, since a second submission would be billed as well.`;
	return keepMessage(error, `${error.message}. Created since then: ${names}`);
}

/**
 * `POST /splits`. Never sent twice where a job may exist already.
 *
 * @throws NodeApiError; after a create without a clear answer it names the jobs that the list shows as created since
 */
export async function createJob(
	ctx: ApiContext,
	body: CreateJobBody,
	itemIndex: number,
	options: Pick<ApiCall, 'isOfBatch'> = {},
): Promise<Job> {
	const call: ApiCall = {
		...{ method: 'POST', path: '/splits', body: { ...body }, itemIndex },
		...options,
	};
	const submittedAt = Date.now();
	try {
		const advice = `${CREATED_ADVICE} ${OTHER_SERVER_ADVICE}`;
		const job = asJob(ctx, await callApi(ctx, call), itemIndex, advice);
		noteCreated(ctx, [job]);
		return job;
	} catch (error) {
		throw isUnclear(error) ? await nameCreatedSince(ctx, error, submittedAt) : error;
	}
}

/**
 * `GET /splits/:jobId`. A failed job is returned, not thrown.
 *
 * @throws NodeApiError, for example when the job is unknown
 */
export async function getJob(
	ctx: ApiContext,
	jobId: string,
	itemIndex?: number,
	options: Pick<ApiCall, 'isPoll'> = {},
): Promise<Job> {
	const call: ApiCall = { method: 'GET', path: jobPath(jobId), itemIndex, ...options };
	return asJob(ctx, await callApi(ctx, call), itemIndex);
}

/**
 * `DELETE /splits/:jobId`. A job that is gone already counts as deleted.
 *
 * @returns `unknown` where the service did not have the job in the first place
 */
export async function deleteJob(
	ctx: ApiContext,
	jobId: string,
	itemIndex: number,
): Promise<'deleted' | 'unknown'> {
	try {
		await callApi(ctx, { method: 'DELETE', path: jobPath(jobId), itemIndex });
		return 'deleted';
	} catch (error) {
		const { failure, mayHaveActed } = failureOf(error) ?? {};
		// Without the service's envelope it may be another server's 404, where the base URL is wrong.
		if (failure?.status !== 404 || failure.code === undefined) throw error as NodeApiError;
		return mayHaveActed === true ? 'deleted' : 'unknown';
	}
}

/** The largest page that the API is known to accept (modelled on Get Invoices; the list page is not documented). */
export const MAX_PAGE_SIZE = 100;

export interface JobPage {
	jobs: Job[];
	/** Absent where the service does not say. */
	totalPages?: number;
	/** Jobs on all pages; absent where the service does not say. */
	total?: number;
}

/** Reads a page of the list, `{ data, pagination }` or a bare array; undefined for anything else. */
export function readPage(body: unknown): JobPage | undefined {
	const rows = isRecord(body) && 'data' in body ? (body.data ?? []) : body;
	if (!Array.isArray(rows)) return undefined;
	const pagination = isRecord(body) && isRecord(body.pagination) ? body.pagination : {};
	return {
		jobs: rows.map(normaliseJob).filter((job): job is Job => job !== undefined),
		...(typeof pagination.totalPages === 'number' && { totalPages: pagination.totalPages }),
		...(typeof pagination.total === 'number' && { total: pagination.total }),
	};
}

/** `GET /splits`, one page. */
export async function listJobs(
	ctx: ApiContext,
	query: { page: number; limit: number; status?: string },
	itemIndex?: number,
	options: Pick<ApiCall, 'isBrief' | 'isPoll'> = {},
): Promise<JobPage> {
	const { page, limit, status } = query;
	const qs = { limit, ...(page > 1 && { page }), ...(status !== undefined && { status }) };
	const body = await callApi(ctx, { method: 'GET', path: '/splits', qs, itemIndex, ...options });
	const read = readPage(body);
	if (read === undefined) throw wrongAnswer(ctx, 'a list of jobs', OTHER_SERVER_ADVICE, itemIndex);
	return read;
}
