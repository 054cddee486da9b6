import { randomBytes } from 'node:crypto';
import { planLimits, type PlanLimits, type PlanOption } from './plans';
import { initialSwitches, type Switches } from './switches';
import type { JobRule, KeyOption } from './types';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

/** What OpenAI takes at most (guide: Speech to text). */
export const MAX_TRANSCRIPTION_BYTES = 25 * 1024 * 1024;
/** What OpenAI's gpt-4o transcription models take at most: their own error says so, no page does. */
export const MAX_TRANSCRIPTION_SECONDS = 1400;

/** The documented waits before attempts 2 to 8, in ms. */
export const RETRY_DELAYS_MS: readonly number[] = [
	MINUTE_MS,
	5 * MINUTE_MS,
	30 * MINUTE_MS,
	2 * HOUR_MS,
	8 * HOUR_MS,
	24 * HOUR_MS,
	48 * HOUR_MS,
];

/** Everything about a sandbox that can be chosen when it is started. */
export interface SandboxOptions {
	/** Port of the API on 127.0.0.1; 0 (the default) takes a free one. */
	port?: number;
	/** `unlimited` when left out. */
	plan?: PlanOption;
	/** Random when left out. */
	apiKey?: string;
	/** `whsec_…`; random when left out. */
	signingSecret?: string;
	/** Keys besides `apiKey`. */
	keys?: KeyOption[];
	/** 60 lets a documented minute pass in a second: for retry delays and rate-limit windows. */
	timeScale?: number;
	/** Behaviour of all jobs that no rule of `nextJobs` is for. */
	processing?: JobRule;
	/** Lifetime of a segment's URL, ms; 24 hours when left out. */
	segmentUrlLifetimeMs?: number;
	switches?: Partial<Switches>;
	/** Files served under `/files/<name>`: path by name. */
	files?: Record<string, string>;
	/** Waits before attempts 2, 3, …, in ms before scaling; the documented ones when left out. */
	retryDelaysMs?: readonly number[];
	/** Time in which a webhook's receiver must answer, ms, not scaled; 30 s when left out. */
	webhookTimeoutMs?: number;
	/** Webhook requests at once; 50 when left out. */
	webhookConcurrency?: number;
	/** Minutes of audio already used this month. */
	minutesUsed?: number;
	/** Largest file that the stand-in for a transcription service takes, bytes; 25 MB when left out. */
	transcriptionMaxBytes?: number;
	/** Longest audio that it takes, seconds; 1,400 when left out. */
	transcriptionMaxSeconds?: number;
}

export interface ResolvedOptions extends Required<
	Omit<SandboxOptions, 'plan' | 'switches' | 'files'>
> {
	plan: PlanLimits;
	switches: Switches;
	files: Map<string, string>;
}

/** The options with every default filled in. */
export function resolveOptions(options: SandboxOptions): ResolvedOptions {
	const timeScale = options.timeScale ?? 1;
	if (!(timeScale > 0)) throw new Error('timeScale must be above 0');
	return {
		port: options.port ?? 0,
		plan: planLimits(options.plan ?? 'unlimited'),
		apiKey: options.apiKey ?? `as_test_sk_${randomBytes(16).toString('hex')}`,
		signingSecret: options.signingSecret ?? `whsec_${randomBytes(24).toString('hex')}`,
		keys: options.keys ?? [],
		timeScale,
		processing: options.processing ?? {},
		segmentUrlLifetimeMs: options.segmentUrlLifetimeMs ?? 24 * HOUR_MS,
		switches: initialSwitches(timeScale, options.switches),
		files: new Map(Object.entries(options.files ?? {})),
		retryDelaysMs: options.retryDelaysMs ?? RETRY_DELAYS_MS,
		webhookTimeoutMs: options.webhookTimeoutMs ?? 30_000,
		webhookConcurrency: options.webhookConcurrency ?? 50,
		minutesUsed: options.minutesUsed ?? 0,
		transcriptionMaxBytes: options.transcriptionMaxBytes ?? MAX_TRANSCRIPTION_BYTES,
		transcriptionMaxSeconds: options.transcriptionMaxSeconds ?? MAX_TRANSCRIPTION_SECONDS,
	};
}
