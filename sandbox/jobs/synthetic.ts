import type { CreateRequest, Job, JobStatus, OutputFormat } from '../world/types';
import type { World } from '../world/world';
import { newJob } from './newJob';

/** A job put into the sandbox as it is, without audio: its segments' bytes are made while they are sent. */
export interface SyntheticJob {
	id?: string;
	/** `completed` when left out. */
	status?: JobStatus;
	/** Number of segments (1). */
	segments?: number;
	/** Bytes of each segment (1 MiB). */
	segmentBytes?: number;
	/** Seconds of each segment (600). */
	segmentDuration?: number;
	format?: OutputFormat;
	/** Percent, while processing. */
	progress?: number;
	error?: Job['error'];
	/** Whatever of the request matters. */
	request?: Partial<CreateRequest>;
	/** Epoch ms. */
	createdAt?: number;
}

/** Puts a synthetic job among the sandbox's jobs. Nothing processes it, and no webhook is sent. */
export function addSynthetic(world: World, given: SyntheticJob): Job {
	const { status = 'completed', format = 'mp3', segmentDuration = 600 } = given;
	const { segments = 1, segmentBytes = 1024 * 1024 } = given;
	const done = status === 'completed';
	const ended = done || status === 'failed';
	const plain = newJob(
		{
			...{ sourceUrl: 'https://audio.example/talk.mp3', splitMode: 'duration', segmentDuration },
			...given.request,
		},
		world.options.apiKey,
	);
	const createdAt = given.createdAt ?? plain.createdAt;
	const job: Job = {
		...plain,
		id: given.id ?? plain.id,
		...{ status, createdAt, progress: given.progress ?? 0 },
		...(done && {
			outputFormat: format,
			sourceFileName: 'talk.mp3',
			sourceDuration: segments * segmentDuration,
			sourceSize: segments * segmentBytes,
			segments: Array.from({ length: segments }, (_unused, index) => ({
				...{ index, duration: segmentDuration, size: segmentBytes, format },
			})),
		}),
		...(status === 'failed' && {
			error: given.error ?? { code: 'JOB_FAILED', message: 'Processing failed' },
		}),
		...(ended && { finishedAt: createdAt }),
		synthetic: true,
	};
	world.jobs.set(job.id, job);
	return job;
}
