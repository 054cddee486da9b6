import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { processSource } from '../audio/processSource';
import { JobError } from '../world/errors';
import { pause } from '../world/pause';
import type { Slots } from '../world/slots';
import type { Job } from '../world/types';
import { limitsFor, type World } from '../world/world';
import { downloadSource } from './download';

/** Share of the work that the download stands for. */
const DOWNLOAD_PART = 0.1;

export interface ProcessJobTask {
	world: World;
	job: Job;
	/** Where ffmpeg's processes take turns. */
	processors: Slots;
	signal: AbortSignal;
	/** Called with the part of the work that is done, 0 to 1. */
	onPart: (part: number) => void;
}

/**
 * Does a job's work, or what its rule wants instead, and writes the outcome into the job. Rejects with a `JobError` where the
 * job is to end as failed.
 */
export async function processJob({ onPart, ...task }: ProcessJobTask): Promise<void> {
	const { world, job, signal } = task;
	await followRule(job, signal, onPart);
	const folder = join(world.folder, job.id);
	await mkdir(folder, { recursive: true });
	const source = join(folder, 'source');
	const { maxFileSize } = limitsFor(world, job.key);
	const download = await downloadSource(job.request.sourceUrl, source, maxFileSize, signal);
	job.sourceFileName = download.fileName;
	job.sourceSize = download.size;
	onPart(DOWNLOAD_PART);
	const result = await task.processors.run(
		async () =>
			await processSource({
				...{ source, request: job.request, folder, sourceFileName: download.fileName },
				...{ contentType: download.contentType, signal },
				onPart: (part) => onPart(DOWNLOAD_PART + (1 - DOWNLOAD_PART) * part),
			}),
	);
	await rm(source, { force: true });
	job.outputFormat = result.format;
	job.sourceDuration = result.sourceDuration;
	job.segments = result.segments;
	world.minutesUsed += result.sourceDuration / 60;
}

/** Gets stuck or fails where the job's rule says so. */
async function followRule(
	{ rule }: Job,
	signal: AbortSignal,
	onPart: (part: number) => void,
): Promise<void> {
	if (rule.stuckAt !== undefined) {
		onPart(rule.stuckAt / 100);
		await untilAborted(signal);
	}
	if (rule.failWith !== undefined) {
		onPart(0.9);
		await pause(signal, rule.minimumMs ?? 0);
		const { code, message = `Processing ended with ${code}`, details } = rule.failWith;
		throw new JobError(code, message, details);
	}
}

async function untilAborted(signal: AbortSignal): Promise<never> {
	return await new Promise<never>((_resolve, reject) => {
		signal.addEventListener('abort', () => reject(new Error('sandbox closed')));
	});
}
