import {
	addSynthetic,
	finishSynthetic,
	seedJobs,
	type SeededJobs,
	type SyntheticEnd,
	type SyntheticJob,
} from '../jobs/synthetic';
import type { Worker } from '../jobs/worker';
import type { Notifier } from '../webhooks/notifier';
import { createSender, type Send } from '../webhooks/sender';
import type { PendingDelivery, Webhooks } from '../webhooks/webhooks';
import type { Fault, FaultName, FaultOptions } from '../world/faults';
import { planLimits, type PlanOption } from '../world/plans';
import { setSwitchByName, type SwitchName, type Switches } from '../world/switches';
import type { Delivery, Job, JobRule, KeyOption, LoggedRequest } from '../world/types';
import type { JobRuleFunction, World } from '../world/world';
import { API_PATH, FILES_PATH } from './server';
import { TRANSCRIPTION_PATH } from './transcription';

/** A running sandbox. */
export interface Sandbox {
	/** `http://127.0.0.1:<port>/api/v1`. */
	baseUrl: string;
	/** Origin of the segment downloads, another port. */
	cdnUrl: string;
	/** Origin that redirect faults lead to, yet another port. */
	foreignUrl: string;
	/** A stand-in for a transcription service, with OpenAI's interface. */
	transcriptionUrl: string;
	apiKey: string;
	signingSecret: string;
	/** Folder of its temporary files; gone after `close`. */
	folder: string;
	/** All jobs, oldest first, deleted ones included. */
	jobs(): Job[];
	job(id: string): Job | undefined;
	/** All webhook deliveries, oldest first, with every attempt. */
	deliveries(): Delivery[];
	/** The latest requests to any of its servers, oldest first. */
	requests(): LoggedRequest[];
	clearRequests(): void;
	/** URL under which a file of the option `files` is served. */
	fileUrl(name: string): string;
	/** Serves another file. */
	addFile(name: string, path: string): void;
	/** Asks for a fault by name. Throws on a name that is none. */
	fault(name: FaultName | (string & {}), options?: FaultOptions): void;
	faults(): Fault[];
	clearFaults(): void;
	/** Sets how the next `count` jobs (1) behave; rules queue up. */
	nextJobs(rule: JobRule | JobRuleFunction, count?: number | 'always'): void;
	/** Takes back the rules of `nextJobs` that no job has met. */
	clearNextJobs(): void;
	/** Puts a job with given fields there, without audio and without processing. */
	addSyntheticJob(job?: SyntheticJob): Job;
	/** Puts jobs there that have ended, oldest first. No webhook is sent. */
	seedJobs(jobs: SeededJobs): Job[];
	/** Ends a synthetic job, whose webhook is told. Throws where there is none that has not ended. */
	finishJob(id: string, end?: SyntheticEnd): Job;
	/** Keeps the webhooks of jobs back from now on, or (`false`) no longer. */
	withholdWebhooks(on?: boolean): void;
	/** Sends all webhooks that were kept back, with the times and links of their events. */
	sendWithheld(): PendingDelivery[];
	/** Sends the webhook of a job's end, whether it was sent before or not. Throws where the job has not ended, or has no webhook. */
	sendEndOf(jobId: string): PendingDelivery;
	/** Sends a webhook that no job stands behind. */
	send: Send;
	/** Resolves when all deliveries have ended. */
	settle(): Promise<void>;
	/** Changes the plan of every key that has none of its own. */
	setPlan(plan: PlanOption): void;
	setSwitch<Name extends SwitchName>(name: Name, value: Switches[Name]): void;
	setSwitch(name: string, value: unknown): void;
	switches(): Switches;
	/** Replaces the secret that webhooks are signed with, also in attempts at events that are on their way. */
	setSigningSecret(secret: string): void;
	addKey(key: KeyOption): void;
	revokeKey(key: string): void;
	/** Removes a job's files as the end of their retention does; the job stays. */
	expireFiles(jobId: string): void;
	/** URLs disabled after three exhausted events in a row. */
	disabledWebhooks(): string[];
	/** Disables a URL as three exhausted events do: its events are dropped, also those that wait for a retry. */
	disableWebhook(url: string): void;
	enableWebhook(url: string): void;
	/** Ends processes, deliveries and servers, and removes the temporary files. */
	close(): Promise<void>;
}

/** What a sandbox is made of. */
export interface SandboxParts {
	world: World;
	webhooks: Webhooks;
	notifier: Notifier;
	worker: Worker;
	close: () => Promise<void>;
}

/** Makes the controls of a sandbox. Its URLs are known once its servers listen. */
export function createSandbox({ world, webhooks, notifier, worker, close }: SandboxParts): Sandbox {
	const { options, origins, faults, requests } = world;
	return {
		get baseUrl() {
			return `${origins.api}${API_PATH}`;
		},
		get cdnUrl() {
			return origins.cdn;
		},
		get foreignUrl() {
			return origins.foreign;
		},
		get transcriptionUrl() {
			return `${origins.api}${TRANSCRIPTION_PATH}`;
		},
		get signingSecret() {
			return options.signingSecret;
		},
		...{ apiKey: options.apiKey, folder: world.folder },
		...controlWorld(world),
		...{ requests: requests.list, clearRequests: requests.clear },
		...{ fault: faults.add, faults: faults.list, clearFaults: faults.clear },
		...{ deliveries: webhooks.list, send: createSender(webhooks), settle: webhooks.settle },
		...{ disabledWebhooks: webhooks.disabled, disableWebhook: webhooks.disable },
		...{ enableWebhook: webhooks.enable, withholdWebhooks: notifier.withhold },
		...{ sendWithheld: notifier.sendWithheld, sendEndOf: notifier.sendEnd },
		finishJob(id, end) {
			const job = finishSynthetic(world, id, end);
			notifier.notify(job, job.status === 'failed' ? 'job.failed' : 'job.completed');
			return job;
		},
		setPlan(plan) {
			world.plan = planLimits(plan);
			worker.pump();
		},
		close,
	};
}

/** The controls that read and change nothing but the sandbox's state. */
function controlWorld(world: World) {
	const { options, keys, jobs, rules, switches } = world;
	return {
		jobs: () => [...jobs.values()],
		job: (id) => jobs.get(id),
		fileUrl: (name) => `${world.origins.api}${FILES_PATH}/${encodeURIComponent(name)}`,
		addFile: (name, path) => void options.files.set(name, path),
		nextJobs(rule, count = 1) {
			rules.push({ rule, left: count === 'always' ? Number.POSITIVE_INFINITY : count });
		},
		clearNextJobs() {
			rules.length = 0;
		},
		addSyntheticJob: (job = {}) => addSynthetic(world, job),
		seedJobs: (jobs) => seedJobs(world, jobs),
		expireFiles(jobId) {
			const job = jobs.get(jobId);
			if (job === undefined) throw new Error(`There is no job ${jobId}`);
			job.filesExpired = true;
		},
		setSwitch: (name: string, value: unknown) => setSwitchByName(switches, name, value),
		switches: () => ({ ...switches }),
		setSigningSecret(secret) {
			options.signingSecret = secret;
		},
		...{ addKey: keys.add, revokeKey: keys.revoke },
	} satisfies Partial<Sandbox>;
}
