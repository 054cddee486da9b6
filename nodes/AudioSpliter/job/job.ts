import type { Job, Segment } from './types';
import { asNumber, asText, isRecord } from './values';

/** The order in which a job's fields appear in an item, wherever the job comes from. */
const FIELD_ORDER = [
	'id',
	'status',
	'progress',
	'splitMode',
	'segmentDuration',
	'maxFileSize',
	'outputFormat',
	'sourceFileName',
	'sourceDuration',
	'sourceSize',
	'segmentCount',
	'segments',
	'metadata',
	'createdAt',
	'completedAt',
	'error',
];

/** Fields of the shape that mean nothing when they are null. */
const KNOWN_FIELDS = new Set(FIELD_ORDER);

/** Statuses after which a job does not change any more (API: Job lifecycle; the last four are prose only). */
const TERMINAL_STATUSES = new Set([
	'completed',
	'failed',
	'cancelled',
	'canceled',
	'deleted',
	'expired',
]);

/** Whether the service is done with the job. An unknown status counts as not finished. */
export const isFinished = (job: Pick<Job, 'status'>): boolean => TERMINAL_STATUSES.has(job.status);

/** Whether the job is finished without segments. */
export const hasFailed = (job: Pick<Job, 'status'>): boolean =>
	isFinished(job) && job.status !== 'completed';

const toSegments = (value: unknown): Segment[] | undefined =>
	Array.isArray(value)
		? value
				.filter(isRecord)
				.map((segment, position) => ({ ...segment, index: asNumber(segment.index) ?? position }))
				.sort((a, b) => a.index - b.index)
		: undefined;

/**
 * Brings whatever the service sent about a job into the one shape of this package: known fields first and in
 * a fixed order, nulls and absent fields left out, segments sorted, unknown fields kept.
 *
 * @returns undefined when the value is no job at all (no object, or one without an id)
 */
export function normaliseJob(value: unknown): Job | undefined {
	if (!isRecord(value)) return undefined;
	const id = asText(value.id) ?? (asNumber(value.id) === undefined ? undefined : String(value.id));
	if (id === undefined) return undefined;

	const segments = toSegments(value.segments);
	const known: Record<string, unknown> = {
		...value,
		id,
		status: asText(value.status)?.toLowerCase() ?? 'unknown',
		segments,
		segmentCount: asNumber(value.segmentCount) ?? segments?.length,
	};
	const job: Job = { id, status: String(known.status) };
	for (const field of FIELD_ORDER) {
		if (known[field] !== undefined && known[field] !== null) job[field] = known[field];
	}
	for (const [field, content] of Object.entries(value)) {
		if (!KNOWN_FIELDS.has(field) && field !== '__proto__') job[field] = content;
	}
	return job;
}

/**
 * When the job finished, in milliseconds since 1970 by the service's clock; undefined where it does not say, as it may for a
 * failed job (API: Get a job shows `completedAt` for completed ones alone).
 */
export function finishTime({ completedAt, failedAt }: Job): number | undefined {
	const time = Date.parse(asText(completedAt) ?? asText(failedAt) ?? '');
	return Number.isNaN(time) ? undefined : time;
}

/** When the job was created, in milliseconds since 1970 by the service's clock; undefined where it does not say. */
export function creationTime({ createdAt }: Job): number | undefined {
	const time = Date.parse(asText(createdAt) ?? '');
	return Number.isNaN(time) ? undefined : time;
}
