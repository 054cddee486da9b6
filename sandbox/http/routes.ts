import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { statedSize } from '../jobs/download';
import { newJob, ruleFor } from '../jobs/newJob';
import { jobView, type Body } from '../jobs/view';
import type { Worker } from '../jobs/worker';
import { ApiError } from '../world/errors';
import type { PlanLimits } from '../world/plans';
import type { Job } from '../world/types';
import { limitsFor, type World } from '../world/world';
import { answerRateLimited, dropConnection, keyOf } from './gate';
import { listJobs, type ListQuery } from './listJobs';
import { validateCreate } from './validation';

/** Where over-concurrency is a 429 there is no window to name; this is a guess at a job's end, in the sandbox's own time. */
const CONCURRENCY_RETRY_SECONDS = 5;

type JobParams = { Params: { jobId: string } };
type ListRequest = { Querystring: ListQuery };

/** Adds the four split-job endpoints, to be registered under `/api/v1`. */
export function addRoutes(api: FastifyInstance, world: World, worker: Worker): void {
	api.post('/splits', async (request, reply) => await createJob(world, worker, request, reply));
	api.get<ListRequest>('/splits', async (request) => listJobs(world, request.query));
	api.get<JobParams>('/splits/:jobId', async ({ params }) =>
		jobView(world, findJob(world, params.jobId, world.switches.deletedJob === 'deleted')),
	);
	api.delete<JobParams>('/splits/:jobId', async ({ params }, reply) => {
		const job = findJob(world, params.jobId, false);
		if (job.status === 'processing' || (job.status === 'queued' && !world.switches.deleteQueued)) {
			throw new ApiError(409, 'JOB_ALREADY_PROCESSING', `The job is ${job.status}`);
		}
		job.deleted = true;
		job.deletedAt = Date.now();
		await worker.removeFiles(job);
		return await reply.code(204).send();
	});
}

async function createJob(
	world: World,
	worker: Worker,
	request: FastifyRequest,
	reply: FastifyReply,
): Promise<unknown> {
	const key = keyOf(request) ?? '';
	const wanted = validateCreate(request.body, world.switches);
	const limits = limitsFor(world, key);
	refuseBeyondQuota(world, limits);
	if (world.switches.overConcurrency === '429' && activeJobs(world, key) >= limits.concurrentJobs) {
		const seconds = Math.ceil(CONCURRENCY_RETRY_SECONDS / world.options.timeScale);
		answerRateLimited(world, reply, seconds, 'Too many concurrent jobs');
		return reply;
	}
	await refuseLargeSource(world, limits, wanted.sourceUrl);
	const job = newJob(wanted, key);
	job.rule = ruleFor(world, job);
	world.jobs.set(job.id, job);
	const body = jobView(world, job);
	worker.pump();
	return await answerCreated(world, request, reply, body);
}

function refuseBeyondQuota({ minutesUsed }: World, { overage, minutesPerMonth }: PlanLimits): void {
	if (overage || minutesUsed < minutesPerMonth) return;
	const message = `The ${minutesPerMonth} minutes of this month are used up`;
	throw new ApiError(402, 'QUOTA_EXCEEDED', message);
}

async function refuseLargeSource(
	{ switches }: World,
	{ maxFileSize }: PlanLimits,
	sourceUrl: string,
): Promise<void> {
	if (switches.sizeCheck !== 'head' || maxFileSize >= Number.MAX_SAFE_INTEGER) return;
	const size = await statedSize(sourceUrl);
	if (size === undefined || size <= maxFileSize) return;
	const message = `The source (${size} bytes) is over the plan's ${maxFileSize} bytes`;
	throw new ApiError(413, 'FILE_TOO_LARGE', message);
}

/** Answers a create whose job is there already, unless a fault is to keep the answer from arriving. */
async function answerCreated(
	world: World,
	request: FastifyRequest,
	reply: FastifyReply,
	body: Body,
): Promise<unknown> {
	const fault = world.faults.take('create', { method: 'POST', path: request.url });
	if (fault === undefined) return await reply.code(201).send(body);
	if (fault.name === 'create-succeeds-but-500') {
		const { status = 500, message = 'Something went wrong' } = fault;
		throw new ApiError(status, 'INTERNAL_ERROR', message);
	}
	if (fault.name === 'create-succeeds-but-connection-drops') dropConnection(reply);
	else reply.hijack();
	return reply;
}

function findJob({ jobs }: World, jobId: string, deletedToo: boolean): Job {
	const job = jobs.get(jobId);
	if (job === undefined || (job.deleted && !deletedToo)) {
		throw new ApiError(404, 'JOB_NOT_FOUND', `There is no job ${jobId}`);
	}
	return job;
}

function activeJobs({ jobs }: World, key: string): number {
	const isActive = (job: Job) => ['queued', 'processing'].includes(job.status) && !job.deleted;
	return [...jobs.values()].filter((job) => job.key === key && !job.synthetic && isActive(job))
		.length;
}
