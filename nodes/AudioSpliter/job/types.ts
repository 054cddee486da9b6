/** How a source is cut. API: Create a split job, `splitMode`. */
export type SplitMode = 'duration' | 'fileSize';

/** Audio formats that the service can write. API: Create a split job, `outputFormat`. */
export type OutputFormat = 'mp3' | 'wav' | 'flac' | 'ogg' | 'aac';

/** One piece of a completed job. API: Get a job, `segments`; only `index` can be relied on. */
export interface Segment {
	/** Zero-based, in order. */
	index: number;
	/** Signed and short-lived: fetched without the API key. */
	downloadUrl?: string;
	/** Seconds. */
	duration?: number;
	/** Bytes. */
	size?: number;
	/** ISO 8601; when `downloadUrl` stops working. */
	expiresAt?: string;
	[field: string]: unknown;
}

/** Why a job failed: in the job itself, not an HTTP error. API: Error Codes. */
export interface JobError {
	code?: string;
	message?: string;
	details?: unknown;
	[field: string]: unknown;
}

/**
 * A split job as the API returns it. Everything but `id` and `status` depends on the job's state;
 * fields that the service adds later pass through unchanged.
 */
export interface Job {
	id: string;
	status: string;
	/** Percent, while processing. */
	progress?: number;
	splitMode?: SplitMode;
	/** Seconds, in `duration` mode. */
	segmentDuration?: number;
	/** Bytes, in `fileSize` mode. */
	maxFileSize?: number;
	outputFormat?: string;
	sourceFileName?: string;
	/** Seconds. */
	sourceDuration?: number;
	/** Bytes. */
	sourceSize?: number;
	segmentCount?: number;
	segments?: Segment[];
	metadata?: Record<string, unknown>;
	createdAt?: string;
	completedAt?: string;
	error?: JobError;
	[field: string]: unknown;
}

/** The body of `POST /splits`. Only what applies is sent: null and unknown fields are undocumented. */
export interface CreateJobBody {
	sourceUrl: string;
	splitMode: SplitMode;
	/** Whole seconds, in `duration` mode. */
	segmentDuration?: number;
	/** Bytes, in `fileSize` mode. */
	maxFileSize?: number;
	outputFormat?: OutputFormat;
	webhookUrl?: string;
	metadata?: Record<string, string>;
}
