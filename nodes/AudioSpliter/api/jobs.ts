import type { IDataObject } from 'n8n-workflow';
import { NodeApiError } from 'n8n-workflow';
import { normaliseJob } from '../job/job';
import type { CreateJobBody, Job } from '../job/types';
import { isRecord } from '../job/values';
import type { ApiContext } from '../n8n/context';
import type { ApiCall } from './client';
import { callApi, CREATED_ADVICE, failureOf } from './client';

/** Half a surrogate pair is no character: an ID with one belongs to no job, and could not be encoded. */
const jobPath = (jobId: string) =>
	`/splits/${encodeURIComponent(jobId.replace(/\p{Surrogate}/gu, '\uFFFD'))}`;

const INTERMEDIARY_ADVICE =
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
	advice = INTERMEDIARY_ADVICE,
): Job => {
	const job = normaliseJob(body);
	if (job !== undefined) return job;
	throw wrongAnswer(ctx, 'a job', advice, itemIndex);
};

/** `POST /splits`. Never sent twice where a job may exist already. */
export async function createJob(
	ctx: ApiContext,
	body: CreateJobBody,
	itemIndex: number,
): Promise<Job> {
	const answer = await callApi(ctx, {
		method: 'POST',
		path: '/splits',
		body: body as unknown as IDataObject,
		itemIndex,
	});
	return asJob(ctx, answer, itemIndex, `${CREATED_ADVICE} ${INTERMEDIARY_ADVICE}`);
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

/** `DELETE /splits/:jobId`. A job that is gone already counts as deleted. */
export async function deleteJob(ctx: ApiContext, jobId: string, itemIndex: number): Promise<void> {
	try {
		await callApi(ctx, { method: 'DELETE', path: jobPath(jobId), itemIndex });
	} catch (error) {
		const { status, code } = failureOf(error)?.failure ?? {};
		// Without the service's envelope it may be another server's 404, where the base URL is wrong.
		if (status === 404 && code !== undefined) return;
		throw error as NodeApiError;
	}
}

/** The largest page that the API is known to accept (modelled on Get Invoices; the list page is not documented). */
export const MAX_PAGE_SIZE = 100;

export interface JobPage {
	jobs: Job[];
	/** Absent where the service does not say. */
	totalPages?: number;
}

/** Reads a page of the list, `{ data, pagination }` or a bare array; undefined for anything else. */
export function readPage(body: unknown): JobPage | undefined {
	const rows = isRecord(body) && 'data' in body ? (body.data ?? []) : body;
	if (!Array.isArray(rows)) return undefined;
	const pagination = isRecord(body) && isRecord(body.pagination) ? body.pagination : {};
	return {
		jobs: rows.map(normaliseJob).filter((job): job is Job => job !== undefined),
		...(typeof pagination.totalPages === 'number' && { totalPages: pagination.totalPages }),
	};
}

/** `GET /splits`, one page. */
export async function listJobs(
	ctx: ApiContext,
	query: { page: number; limit: number; status?: string },
	itemIndex?: number,
): Promise<JobPage> {
	const { page, limit, status } = query;
	const qs = { limit, ...(page > 1 && { page }), ...(status !== undefined && { status }) };
	const body = await callApi(ctx, { method: 'GET', path: '/splits', qs, itemIndex });
	const read = readPage(body);
	if (read === undefined) throw wrongAnswer(ctx, 'a list of jobs', INTERMEDIARY_ADVICE, itemIndex);
	return read;
}
