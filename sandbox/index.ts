import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createCdn } from './http/cdn';
import { addControl } from './http/control';
import { createSandbox, type Sandbox } from './http/sandbox';
import { createApiServer } from './http/server';
import { addTranscription } from './http/transcription';
import { createWorker } from './jobs/worker';
import { createNotifier } from './webhooks/notifier';
import { createWebhooks } from './webhooks/webhooks';
import type { SandboxOptions } from './world/options';
import { createWorld } from './world/world';

export type { Sandbox } from './http/sandbox';
export type { SeededJobs, SyntheticEnd, SyntheticJob } from './jobs/synthetic';
export type { SendOptions } from './webhooks/sender';
export type { FaultName, FaultOptions } from './world/faults';
export type { SandboxOptions } from './world/options';
export type { PlanLimits, PlanName, PlanOption } from './world/plans';
export type { SwitchName, Switches } from './world/switches';
export type * from './world/types';

const LOOPBACK = '127.0.0.1';

/** Starts AudioSpliter's documented interface on 127.0.0.1. Rejects when the port is taken. */
export async function startSandbox(given: SandboxOptions = {}): Promise<Sandbox> {
	const world = createWorld(given);
	const webhooks = createWebhooks(world);
	const notifier = createNotifier(world, webhooks);
	const worker = createWorker(world, notifier.notify);
	const api = createApiServer(world, worker);
	const cdn = createCdn(world, 'cdn');
	const foreign = createCdn(world, 'foreign');

	const close = async (): Promise<void> => {
		await Promise.all([worker.close(), webhooks.close()]);
		await Promise.all([api.close(), closeServer(cdn), closeServer(foreign)]);
		await rm(world.folder, { recursive: true, force: true });
	};

	const sandbox = createSandbox({ world, webhooks, notifier, worker, close });
	addControl(api, sandbox);
	const { transcriptionMaxBytes: maxBytes, transcriptionMaxSeconds: maxSeconds } = world.options;
	addTranscription(api, { maxBytes, maxSeconds });
	try {
		world.origins.api = await api.listen({ host: LOOPBACK, port: world.options.port });
		world.origins.cdn = await listen(cdn);
		world.origins.foreign = await listen(foreign);
	} catch (error) {
		await close();
		throw error;
	}
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
