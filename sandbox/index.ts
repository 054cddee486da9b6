import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { newTemporaryFolder } from '../harness/folders';
import { createKeys } from './auth';
import { createCdn } from './cdn';
import { addControl } from './control';
import { createFaults, type Fault, type FaultName, type FaultOptions } from './faults';
import { resolveOptions, type SandboxOptions } from './options';
import { planLimits, type PlanOption } from './plans';
import { createRequestLog } from './requestLog';
import { createSender, type Send } from './sender';
import { createApiServer } from './server';
import { setSwitchByName, type SwitchName, type Switches } from './switches';
import { addSynthetic, type SyntheticJob } from './synthetic';
import type { Delivery, Job, JobRule, KeyOption, LoggedRequest } from './types';
import { addTranscription, TRANSCRIPTION_PATH } from './transcription';
import { eventView } from './view';
import { createWebhooks } from './webhooks';
import { createWorker } from './worker';
import type { JobRuleFunction, World } from './world';

export type { FaultName, FaultOptions } from './faults';
export type { SandboxOptions } from './options';
export type { PlanLimits, PlanName, PlanOption } from './plans';
export type { SendOptions } from './sender';
export type { SwitchName, Switches } from './switches';
export type { SyntheticJob } from './synthetic';
export type * from './types';

const LOOPBACK = '127.0.0.1';

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
	enableWebhook(url: string): void;
	/** Ends processes, deliveries and servers, and removes the temporary files. */
	close(): Promise<void>;
}

/** Starts AudioSpliter's documented interface on 127.0.0.1. Rejects when the port is taken. */
export async function startSandbox(given: SandboxOptions = {}): Promise<Sandbox> {
	const options = resolveOptions(given);
	const keys = createKeys([{ key: options.apiKey }, ...options.keys]);
	const world: World = {
		...{ options, keys, switches: options.switches, plan: options.plan },
		...{ faults: createFaults(), requests: createRequestLog(keys), jobs: new Map(), rules: [] },
		...{ minutesUsed: options.minutesUsed, urlSecret: randomBytes(32).toString('hex') },
		folder: newTemporaryFolder('sandbox'),
		origins: { api: '', cdn: '', foreign: '' },
	};
	const webhooks = createWebhooks(world);
	const worker = createWorker(world, (job, event, progress) => {
		const url = job.request.webhookUrl;
		if (url === undefined) return;
		const payload = (): unknown => eventView(world, job, event, progress);
		webhooks.deliver({ url, event, jobId: job.id, payload });
	});
	const api = createApiServer(world, worker);
	const cdn = createCdn(world, 'cdn');
	const foreign = createCdn(world, 'foreign');

	const close = async (): Promise<void> => {
		await Promise.all([worker.close(), webhooks.close()]);
		await Promise.all([api.close(), closeServer(cdn), closeServer(foreign)]);
		await rm(world.folder, { recursive: true, force: true });
	};

	const sandbox: Sandbox = {
		...{ baseUrl: '', cdnUrl: '', foreignUrl: '', transcriptionUrl: '', folder: world.folder },
		...{ apiKey: options.apiKey, signingSecret: options.signingSecret },
		jobs: () => [...world.jobs.values()],
		job: (id) => world.jobs.get(id),
		deliveries: webhooks.list,
		requests: world.requests.list,
		clearRequests: world.requests.clear,
		fileUrl: (name) => `${world.origins.api}/files/${encodeURIComponent(name)}`,
		addFile: (name, path) => void options.files.set(name, path),
		fault: world.faults.add,
		faults: world.faults.list,
		clearFaults: world.faults.clear,
		nextJobs(rule, count = 1) {
			world.rules.push({ rule, left: count === 'always' ? Number.POSITIVE_INFINITY : count });
		},
		clearNextJobs() {
			world.rules.length = 0;
		},
		addSyntheticJob: (job = {}) => addSynthetic(world, job),
		send: createSender(webhooks),
		settle: webhooks.settle,
		setPlan(plan) {
			world.plan = planLimits(plan);
			worker.pump();
		},
		setSwitch: (name: string, value: unknown) => setSwitchByName(world.switches, name, value),
		switches: () => ({ ...world.switches }),
		setSigningSecret(secret) {
			options.signingSecret = secret;
			sandbox.signingSecret = secret;
		},
		addKey: keys.add,
		revokeKey: keys.revoke,
		expireFiles(jobId) {
			const job = world.jobs.get(jobId);
			if (job === undefined) throw new Error(`There is no job ${jobId}`);
			job.filesExpired = true;
		},
		disabledWebhooks: webhooks.disabled,
		enableWebhook: webhooks.enable,
		close,
	};
	addControl(api, sandbox);
	addTranscription(api, { maxBytes: options.transcriptionMaxBytes });
	try {
		world.origins.api = await api.listen({ host: LOOPBACK, port: options.port });
		world.origins.cdn = await listen(cdn);
		world.origins.foreign = await listen(foreign);
	} catch (error) {
		await close();
		throw error;
	}
	sandbox.baseUrl = `${world.origins.api}/api/v1`;
	sandbox.cdnUrl = world.origins.cdn;
	sandbox.foreignUrl = world.origins.foreign;
	sandbox.transcriptionUrl = `${world.origins.api}${TRANSCRIPTION_PATH}`;
	return sandbox;
}

async function listen(server: Server): Promise<string> {
	server.listen(0, LOOPBACK);
	await once(server, 'listening');
	return `http://${LOOPBACK}:${(server.address() as AddressInfo).port}`;
}

async function closeServer(server: Server): Promise<void> {
	if (!server.listening) return;
	const closed = once(server, 'close');
	server.close();
	server.closeAllConnections();
	await closed;
}
