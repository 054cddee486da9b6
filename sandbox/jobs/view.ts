import { signUrl } from '../world/signature';
import type { Job, StoredSegment } from '../world/types';
import type { World } from '../world/world';

const MINUTE_MS = 60_000;
const SECOND_MS = 1000;

/** A job or segment as the API writes it. */
export type Body = Record<string, unknown>;

/** ISO 8601 UTC in whole seconds, as the documentation writes times. */
export function isoSeconds(time: number): string {
	return new Date(time).toISOString().replace(/\.\d{3}Z$/, 'Z');
}

/** A segment with a URL signed now (fact of the service: every Get Job gives fresh URLs). */
function segmentView(world: World, job: Job, segment: StoredSegment): Body {
	const lifetime = world.options.segmentUrlLifetimeMs;
	// Whole seconds, unless the lifetime is a test's and shorter than these could tell.
	const raw = Date.now() + lifetime;
	const expires = lifetime >= MINUTE_MS ? Math.floor(raw / SECOND_MS) * SECOND_MS : raw;
	const name = `${job.id.replace(/^job_/, '')}-${segment.index}.${segment.format}`;
	const path = `/segments/${name}`;
	const signature = signUrl(path, expires, world.urlSecret);
	return {
		index: segment.index,
		downloadUrl: `${world.origins.cdn}${path}?expires=${expires}&signature=${signature}`,
		duration: segment.duration,
		size: segment.size,
		expiresAt: lifetime >= MINUTE_MS ? isoSeconds(expires) : new Date(expires).toISOString(),
	};
}

/** The segments of a completed job; undefined where a switch says that the field is left out. */
export function segmentViews(world: World, job: Job): Body[] | undefined {
	if (job.filesExpired && world.switches.segmentsAfterRetention !== 'dead') {
		return world.switches.segmentsAfterRetention === 'empty' ? [] : undefined;
	}
	return job.segments.map((segment) => segmentView(world, job, segment));
}

/** A job as Get Job and the create response show it: the fields depend on its status. */
export function jobView(world: World, job: Job): Body {
	const { status } = job;
	const createdAt = isoSeconds(job.createdAt);
	if (job.deleted) return { id: job.id, status: 'deleted', createdAt };
	const head: Body = {
		...{ id: job.id, status },
		...(status === 'processing' && job.rule.withoutProgress !== true && { progress: job.progress }),
		...modeView(world, job),
	};
	if (status === 'processing') return { ...head, ...webhookUrlView(world, job), createdAt };
	return {
		...head,
		...outputFormatView(world, job),
		...webhookUrlView(world, job),
		...sourceView(job),
		...(status === 'completed' && { segments: segmentViews(world, job) }),
		...metadataView(world, job),
		...(job.error !== undefined && { error: job.error }),
		createdAt,
		...endView(world, job),
	};
}

function webhookUrlView({ switches }: World, { request, status }: Job): Body {
	const { webhookUrl } = request;
	const isTold = status === 'queued' ? switches.webhookUrlEcho : switches.listItemsCarryWebhookUrl;
	return isTold && webhookUrl !== undefined ? { webhookUrl } : {};
}

/** When a job ended. What the documentation shows is a completed job's alone. */
function endView({ switches }: World, { status, finishedAt }: Job): Body {
	if (finishedAt === undefined) return {};
	const field = status === 'failed' ? switches.failedCompletedAt : 'completedAt';
	return field === 'none' ? {} : { [field]: isoSeconds(finishedAt) };
}

function modeView({ switches }: World, { request }: Job): Body {
	const { splitMode, segmentDuration, maxFileSize } = request;
	if (splitMode === 'duration') return { splitMode, segmentDuration };
	return { splitMode, ...(switches.maxFileSizeEcho && { maxFileSize }) };
}

function sourceView({ sourceFileName, sourceDuration, sourceSize }: Job): Body {
	if (sourceDuration === undefined) return {};
	return { sourceFileName, sourceDuration: Math.round(sourceDuration), sourceSize };
}

/** A job as an item of List Jobs. */
export function listItemView(world: World, job: Job): Body {
	const { switches } = world;
	const left = [
		...(switches.listItemsCarrySegments ? [] : ['segments']),
		...(switches.listItemsCarryMetadata ? [] : ['metadata']),
		...(switches.listItemsCarryCompletedAt ? [] : ['completedAt', 'failedAt']),
	];
	const fields = Object.entries(jobView(world, job));
	return Object.fromEntries(fields.filter(([name]) => !left.includes(name)));
}

function outputFormatView({ switches }: World, job: Job): Body {
	const outputFormat = job.outputFormat ?? job.request.outputFormat;
	if (outputFormat !== undefined) return { outputFormat };
	return switches.outputFormatWhenOmitted === 'null' ? { outputFormat: null } : {};
}

function metadataView({ switches }: World, { request }: Job): Body {
	if (request.metadata !== undefined) return { metadata: request.metadata };
	if (switches.metadataWhenOmitted === 'omit') return {};
	return { metadata: switches.metadataWhenOmitted === 'empty' ? {} : null };
}
