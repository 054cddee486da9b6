import type { FastifyInstance } from 'fastify';
import type { SeededJobs, SyntheticEnd, SyntheticJob } from '../jobs/synthetic';
import type { SendOptions } from '../webhooks/sender';
import { ApiError, messageOf } from '../world/errors';
import type { FaultOptions } from '../world/faults';
import type { PlanOption } from '../world/plans';
import type { Delivery, JobRule } from '../world/types';
import type { Sandbox } from './sandbox';

/**
 * Adds the sandbox's controls for other processes, as JSON under `/__sandbox`: they need no API key, and the
 * server listens on the loopback address alone.
 */
export function addControl(server: FastifyInstance, sandbox: Sandbox): void {
	addQueries(server, sandbox);
	addChanges(server, sandbox);
}

function addQueries(server: FastifyInstance, sandbox: Sandbox): void {
	server.get('/__sandbox/state', async () => state(sandbox));
	// The state once no delivery is pending any more.
	server.get('/__sandbox/settle', async () => {
		await sandbox.settle();
		return state(sandbox);
	});
	server.get('/__sandbox/requests', async () => sandbox.requests());
}

/** Adds a control that changes something. */
type Post = <Body>(path: string, action: (body: Body) => unknown) => void;

function addChanges(server: FastifyInstance, sandbox: Sandbox): void {
	const post: Post = <Body>(path: string, action: (body: Body) => unknown): void => {
		server.post(
			`/__sandbox/${path}`,
			async ({ body }) => (await attempt(() => action(body as Body))) ?? { ok: true },
		);
	};

	server.delete('/__sandbox/requests', async () => {
		sandbox.clearRequests();
		return { ok: true };
	});
	server.delete('/__sandbox/faults', async () => {
		sandbox.clearFaults();
		return { ok: true };
	});
	post<{ name: string } & FaultOptions>('faults', ({ name, ...options }) =>
		sandbox.fault(name, options),
	);
	post<Record<string, unknown>>('switches', (body) =>
		Object.entries(body).forEach(([name, value]) => sandbox.setSwitch(name, value)),
	);
	post<{ plan: PlanOption }>('plan', ({ plan }) => sandbox.setPlan(plan));
	post<{ rule: JobRule; count?: number }>('next-jobs', ({ rule, count }) =>
		sandbox.nextJobs(rule, count),
	);
	post<SyntheticJob>('synthetic-jobs', (body) => ({ id: sandbox.addSyntheticJob(body).id }));
	post<SeededJobs>('seed-jobs', (body) => ({ ids: sandbox.seedJobs(body).map(({ id }) => id) }));
	post<{ jobId: string } & SyntheticEnd>('finish-job', ({ jobId, ...end }) => ({
		id: sandbox.finishJob(jobId, end).id,
	}));
	post<{ key: string }>('revoke-key', ({ key }) => sandbox.revokeKey(key));
	post<{ jobId: string }>('expire-files', ({ jobId }) => sandbox.expireFiles(jobId));
	addWebhookChanges(post, sandbox);
}

function addWebhookChanges(post: Post, sandbox: Sandbox): void {
	post<{ url: string }>('disable-webhook', ({ url }) => sandbox.disableWebhook(url));
	post<{ url: string }>('enable-webhook', ({ url }) => sandbox.enableWebhook(url));
	post<{ on?: boolean }>('withhold-webhooks', ({ on }) => sandbox.withholdWebhooks(on));
	post('send-withheld', () => ({ sent: sandbox.sendWithheld().length }));
	post<{ jobId: string }>('send-end', ({ jobId }) => sandbox.sendEndOf(jobId).delivery);
	post<SendManyOptions>('send', async (body) => await sendMany(sandbox, body));
}

/** Runs an action, whose error is the caller's fault. */
function attempt<T>(action: () => T): T {
	try {
		return action();
	} catch (error) {
		throw new ApiError(400, 'INVALID_PARAMS', messageOf(error));
	}
}

interface SendManyOptions extends SendOptions {
	/** Answers when the deliveries have ended. */
	wait?: boolean;
	/** Sends the same event so often, each time with an ID of its own. */
	times?: number;
}

async function sendMany(
	sandbox: Sandbox,
	{ wait = false, times = 1, ...options }: SendManyOptions,
): Promise<{ deliveries: Delivery[] }> {
	const sent = Array.from({ length: times }, () => sandbox.send(options));
	if (!wait) return { deliveries: sent.map(({ delivery }) => delivery) };
	return { deliveries: await Promise.all(sent.map(async ({ done }) => await done)) };
}

function state(sandbox: Sandbox): Record<string, unknown> {
	const byOrigin = { api: 0, files: 0, cdn: 0, foreign: 0 };
	for (const { origin } of sandbox.requests()) byOrigin[origin] += 1;
	return {
		baseUrl: sandbox.baseUrl,
		cdnUrl: sandbox.cdnUrl,
		foreignUrl: sandbox.foreignUrl,
		folder: sandbox.folder,
		switches: sandbox.switches(),
		faults: sandbox.faults(),
		jobs: sandbox.jobs(),
		deliveries: sandbox.deliveries(),
		disabledWebhooks: sandbox.disabledWebhooks(),
		requests: byOrigin,
	};
}
