import type { PlanOption } from './plans';

export type SplitMode = 'duration' | 'fileSize';
export type OutputFormat = 'mp3' | 'wav' | 'flac' | 'ogg' | 'aac';
export type JobStatus = 'queued' | 'processing' | 'completed' | 'failed';
export type EventName = 'job.completed' | 'job.failed' | 'job.progress';
export type Scope = 'splits:read' | 'splits:write' | 'keys:manage';

/** A finished segment, as stored: a file on disk, or bytes made while they are sent. */
export interface StoredSegment {
	index: number;
	/** Seconds, three decimals. */
	duration: number;
	/** Bytes. */
	size: number;
	format: OutputFormat;
	/** The file; without one the bytes are synthetic. */
	path?: string;
}

/** What a client asked for when it created a job. */
export interface CreateRequest {
	sourceUrl: string;
	splitMode: SplitMode;
	/** Seconds. */
	segmentDuration?: number;
	/** Bytes. */
	maxFileSize?: number;
	outputFormat?: OutputFormat;
	webhookUrl?: string;
	metadata?: Record<string, unknown>;
}

/** How a job is to behave, beyond what its audio makes it do. */
export interface JobRule {
	/** Time that the job stays `queued` at least, ms. */
	queuedMs?: number;
	/** Time that processing takes at least, ms; progress rises over this time. */
	minimumMs?: number;
	/** Report progress in so many equal steps instead of every percent. */
	progressSteps?: number;
	/** Leave `progress` out of Get Job. */
	withoutProgress?: boolean;
	/** Stop for ever at this progress (percent). */
	stuckAt?: number;
	/** End as failed, after `minimumMs`. */
	failWith?: { code: string; message?: string; details?: Record<string, unknown> };
}

export interface Job {
	id: string;
	status: JobStatus;
	request: CreateRequest;
	/** The API key that created it. */
	key: string;
	rule: JobRule;
	/** Percent, 0 to 100. */
	progress: number;
	outputFormat?: OutputFormat;
	sourceFileName?: string;
	/** Seconds. */
	sourceDuration?: number;
	/** Bytes. */
	sourceSize?: number;
	segments: StoredSegment[];
	error?: { code: string; message: string; details?: Record<string, unknown> };
	/** Epoch ms. */
	createdAt: number;
	startedAt?: number;
	finishedAt?: number;
	/** Deleted by the client. */
	deleted: boolean;
	deletedAt?: number;
	/** Files gone, metadata kept. */
	filesExpired: boolean;
	/** Put there by a test; the worker leaves it as it is. */
	synthetic: boolean;
}

/** One HTTP attempt of a delivery. */
export interface DeliveryAttempt {
	/** 1 is the first. */
	number: number;
	/** X-AudioSpliter-Delivery as sent. */
	deliveryId: string;
	/** Epoch ms. */
	startedAt: number;
	durationMs: number;
	/** The status answered, or null when no answer came. */
	status: number | null;
	/** First 1 KB of the answer. */
	responseBody: string;
	error?: string;
}

export type DeliveryState = 'pending' | 'delivered' | 'exhausted' | 'dropped' | 'cancelled';

export interface Delivery {
	/** The delivery ID of the first attempt. */
	id: string;
	url: string;
	event: string;
	jobId: string;
	state: DeliveryState;
	attempts: DeliveryAttempt[];
	/** Epoch ms of the next attempt, while one is due. */
	nextRetryAt?: number;
	/** The body of the latest attempt. */
	body: string;
}

/** Which server of the sandbox got a request: `foreign` is the host that redirect faults point to. */
export type Origin = 'api' | 'files' | 'cdn' | 'foreign';

export interface LoggedRequest {
	origin: Origin;
	/** Epoch ms. */
	time: number;
	method: string;
	/** Path with query. */
	path: string;
	/** The status answered; null while unanswered, or when the connection was dropped. */
	status: number | null;
	/** Whether an X-API-Key arrived, and whether the sandbox knows it. */
	apiKey: 'none' | 'known' | 'unknown';
	headers: Record<string, string>;
	/** Name of the fault that answered it. */
	fault?: string;
}

export interface KeyOption {
	key: string;
	/** All when left out. */
	scopes?: Scope[];
	revoked?: boolean;
	/** The sandbox's plan when left out. */
	plan?: PlanOption;
}
