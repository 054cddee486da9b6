import { normaliseJob } from '../job/job';
import type { Job } from '../job/types';
import { asNumber, asText, isRecord, readJson } from '../job/values';
import { Refused } from './refused';

/** What AudioSpliter reports about a job. API: Webhook Payload Format. */
export interface JobEvent {
	/** `job.completed`, `job.failed`, `job.progress`, or a name that is newer than this package. */
	event: string;
	jobId: string;
	/** ISO 8601, time of the event. */
	timestamp?: string;
	data: Record<string, unknown>;
}

/**
 * Levels of nesting that an event may have. n8n writes execution data with a recursive function, which a body of
 * some thousand levels would overflow after it was acknowledged.
 */
const MAX_DEPTH = 100;

const isContainer = (value: unknown): value is object =>
	typeof value === 'object' && value !== null;

/**
 * Whether the value is at most `MAX_DEPTH` levels deep. Takes keys named `__proto__` out on the way: code that copies
 * the value by assignment would change the copy's prototype with them.
 */
function isShallow(root: object): boolean {
	let level: object[] = [root];
	for (let depth = 1; level.length > 0; depth++) {
		if (depth > MAX_DEPTH) return false;
		const below: object[] = [];
		for (const container of level) {
			if (Object.hasOwn(container, '__proto__')) Reflect.deleteProperty(container, '__proto__');
			for (const value of Object.values(container)) if (isContainer(value)) below.push(value);
		}
		level = below;
	}
	return true;
}

/** The body as text, without a byte order mark. Bytes that are not UTF-8 are not JSON (RFC 8259). */
function decode(body: Buffer): string {
	try {
		return new TextDecoder('utf-8', { fatal: true }).decode(body);
	} catch {
		return '';
	}
}

/**
 * Reads the body of a delivery, whatever its content type says. Only the event's name and the job ID are required:
 * the documented examples differ in everything else.
 *
 * @throws Refused with 400 or 422 when the body is no event
 */
export function readEvent(body: Buffer): JobEvent {
	const content = readJson(decode(body));
	// 422 is what n8n itself answers to such a body.
	if (content === undefined) throw new Refused(422, 'The body is not JSON');
	if (!isRecord(content)) throw new Refused(400, 'The body is not a JSON object');
	if (!isShallow(content)) throw new Refused(400, 'The body is nested too deeply');

	const event = asText(content.event);
	if (event === undefined) throw new Refused(400, "The body has no 'event'");
	const jobId = asText(content.jobId);
	if (jobId === undefined) throw new Refused(400, "The body has no 'jobId'");
	const timestamp = asText(content.timestamp);
	return {
		event,
		jobId,
		...(timestamp !== undefined && { timestamp }),
		data: isRecord(content.data) ? content.data : {},
	};
}

const STATUS_BY_EVENT: Record<string, string> = {
	'job.completed': 'completed',
	'job.failed': 'failed',
	'job.progress': 'processing',
};

/** The job as the event describes it, in the shape that every job of this package has. */
export function toJob({ event, jobId, data }: JobEvent): Job {
	const { totalDuration, ...rest } = data;
	const status = asText(data.status) ?? STATUS_BY_EVENT[event] ?? 'unknown';
	// The API calls the source's length `sourceDuration` in a job and `totalDuration` in an event.
	const sourceDuration = asNumber(data.sourceDuration) ?? asNumber(totalDuration);
	return normaliseJob({ ...rest, id: jobId, status, sourceDuration }) ?? { id: jobId, status };
}
