import type { CreateRequest, Job, JobStatus, OutputFormat } from '../world/types';
import type { World } from '../world/world';
import { newJob } from './newJob';

/** How long before its end a job was created, where only the end is given. */
const JOB_MS = 60_000;

/** What a synthetic job has at its end. */
export interface SyntheticEnd {
	/** `completed` when left out. */
	status?: JobStatus;
	/** Number of segments (1). */
	segments?: number;
	/** Bytes of each segment (1 MiB). */
	segmentBytes?: number;
	/** Seconds of each segment (600). */
	segmentDuration?: number;
	format?: OutputFormat;
	error?: Job['error'];
	/** When it ended, epoch ms. */
	completedAt?: number;
}

/** A job put into the sandbox as it is, without audio: its segments' bytes are made while they are sent. */
export interface SyntheticJob extends SyntheticEnd {
	id?: string;
	/** Percent, while processing. */
	progress?: number;
	/** Whatever of the request matters. */
	request?: Partial<CreateRequest>;
	/** Epoch ms; now when left out, or a minute before `completedAt`. */
	createdAt?: number;
}

/** Jobs that ended some time ago, all alike. */
export interface SeededJobs extends Omit<SyntheticJob, 'id' | 'progress' | 'createdAt'> {
	count: number;
	status?: 'completed' | 'failed';
	/** When the last of them ended, epoch ms; now when left out. */
	completedAt?: number;
	/** Between the ends of two jobs, ms (0). */
	apartMs?: number;
	metadata?: Record<string, unknown>;
	webhookUrl?: string;
}

/** Puts a synthetic job among the sandbox's jobs. Nothing processes it, and no webhook is sent. */
export function addSynthetic(world: World, given: SyntheticJob): Job {
	const { status = 'completed', segmentDuration = 600, completedAt } = given;
	const plain = newJob(
		{
			...{ sourceUrl: 'https://audio.example/talk.mp3', splitMode: 'duration', segmentDuration },
			...given.request,
		},
		world.options.apiKey,
	);
	const createdAt =
		given.createdAt ?? (completedAt === undefined ? plain.createdAt : completedAt - JOB_MS);
	const job: Job = {
		...plain,
		id: given.id ?? plain.id,
		...{ status, createdAt, progress: given.progress ?? 0, synthetic: true },
		...(isEnd(status) && endOf({ ...given, completedAt: completedAt ?? createdAt })),
	};
	world.jobs.set(job.id, job);
	return job;
}

/** Puts jobs that have ended among the sandbox's jobs, the oldest first. No webhook is sent. */
export function seedJobs(world: World, { count, ...given }: SeededJobs): Job[] {
	const { completedAt = Date.now(), apartMs = 0, metadata, webhookUrl, request, ...rest } = given;
	return Array.from({ length: count }, (_unused, index) =>
		addSynthetic(world, {
			...rest,
			completedAt: completedAt - (count - 1 - index) * apartMs,
			request: {
				...request,
				...(metadata !== undefined && { metadata }),
				...(webhookUrl !== undefined && { webhookUrl }),
			},
		}),
	);
}

/** Ends a synthetic job. Throws where there is none that has not ended. */
export function finishSynthetic(world: World, id: string, given: SyntheticEnd = {}): Job {
	const job = world.jobs.get(id);
	if (job?.synthetic !== true || isEnd(job.status)) {
		throw new Error(`There is no synthetic job ${id} that could end`);
	}
	const { status = 'completed', completedAt = Date.now() } = given;
	if (!isEnd(status)) throw new Error(`A job does not end as ${status}`);
	return Object.assign(job, { status }, endOf({ ...given, completedAt }));
}

const isEnd = (status: JobStatus): boolean => status === 'completed' || status === 'failed';

/** What a job has once it has ended. */
function endOf(given: SyntheticEnd): Partial<Job> {
	const { segments = 1, segmentBytes = 1024 * 1024, segmentDuration = 600 } = given;
	const { status = 'completed', format = 'mp3', completedAt: finishedAt } = given;
	if (status === 'failed') {
		const { error = { code: 'JOB_FAILED', message: 'Processing failed' } } = given;
		return { finishedAt, error };
	}
	return {
		...{ finishedAt, outputFormat: format, sourceFileName: 'talk.mp3' },
		...{ sourceDuration: segments * segmentDuration, sourceSize: segments * segmentBytes },
		segments: Array.from({ length: segments }, (_unused, index) => ({
			...{ index, duration: segmentDuration, size: segmentBytes, format },
		})),
	};
}
