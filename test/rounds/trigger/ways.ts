import { activateContender, createCredentials } from '../../../bench/intake/contenders';
import type { N8n } from '../../../harness/n8n';
import { sandboxCredential } from '../../../harness/sandboxCredential';
import { startSandbox } from '../../../sandbox';
import type { Delivery, Sandbox } from '../../../sandbox';
import { until } from '../../support/until';
import type { SentEvent } from '../events';
import { countEmitted } from '../events';
import { listen, tellNode } from '../listening';
import type { Sink } from '../sink';
import { startSink } from '../sink';

/** Ways to hear of finished jobs: the trigger with looks for missed events, without them, and what a user would build instead. */
export type Way = 'looks' | 'webhooks' | 'chain';

/** A workflow that hears of jobs in one of the ways, counted outside n8n. */
export interface Listener {
	way: Way;
	workflowId: string;
	url: string;
	sink: Sink;
}

/** The ways side by side: on the same n8n, with the same events. */
export interface Ways {
	sandbox: Sandbox;
	listeners: Listener[];
	/** The one that looks for missed events. */
	looking: Listener;
	/** @param client of an n8n that goes on running: looks at a sandbox that is gone would go on as well */
	close(client?: N8n['client']): Promise<void>;
}

const LOOKS = { lookForMissed: true, lookEvery: 1 };

/** Milliseconds in which looks find what was missed: each leaves a job alone for two minutes, and the next may fail. */
const FOUND_WITHIN = 600_000;

/** Calls of one look: one for each event. */
const CALLS_OF_LOOK = 2;

/** Makes a workflow active that hears of the sandbox's jobs in one of the ways. */
export const startListener = async (
	n8n: Pick<N8n, 'client' | 'url'>,
	sandbox: Sandbox,
	way: Way,
): Promise<Listener> => {
	const sink = await startSink();
	if (way === 'chain') {
		const credentials = await createCredentials(n8n, sandbox);
		const last = tellNode(sink, '$json.body.jobId');
		const contender = { label: 'Hand-built chain', baseline: 'hand-built-chain', last } as const;
		const { workflowId, url } = await activateContender(n8n, credentials, contender);
		return { way, workflowId, url, sink };
	}
	const credential = await sandboxCredential(n8n.client, sandbox);
	const listening = await listen(n8n, credential, sink, way === 'looks' ? LOOKS : {});
	return { way, ...listening, sink };
};

/** Makes the ways active, on an account of their own. */
export const startWays = async (
	n8n: Pick<N8n, 'client' | 'url'>,
	ways: Way[] = ['looks', 'webhooks', 'chain'],
): Promise<Ways> => {
	// A documented minute lasts half a second: the fourth attempt comes after 18 s, the fifth after 78 s.
	const sandbox = await startSandbox({ plan: 'pro', timeScale: 120, webhookConcurrency: 16 });
	const listeners: Listener[] = [];
	for (const way of ways) listeners.push(await startListener(n8n, sandbox, way));
	const [looking] = listeners;
	if (looking === undefined) throw new Error('There is no way without one that looks.');
	return {
		...{ sandbox, listeners, looking },
		async close(client) {
			for (const { workflowId } of listeners) await client?.deactivate(workflowId);
			await Promise.all([
				sandbox.close(),
				...listeners.map(async ({ sink }) => await sink.close()),
			]);
		},
	};
};

/** Delivers an event to all of the ways. @param maxAttempts after which the service gives up; its schedule's when left out */
export const deliverToAll = (
	{ sandbox, listeners }: Ways,
	event: SentEvent,
	maxAttempts?: number,
): Array<Promise<Delivery>> =>
	listeners.map(async ({ url }) => await sandbox.send({ url, ...event, maxAttempts }).done);

/** Whether n8n has acknowledged an event before its workflow was there: while it starts, it does so with whatever comes. */
export const isOfStartingN8n = ({ attempts }: Delivery): boolean => {
	const last = attempts.at(-1);
	return last?.status === 200 && !/"received":true|Workflow was started/.test(last.responseBody);
};

/** What each of the ways has emitted of the events. */
export const emittedInEach = ({ listeners }: Ways, events: SentEvent[]) =>
	listeners.map(({ way, sink }) => ({ way, ...countEmitted(sink.received, events) }));

/** Waits until looks have found all that was missed, and for two more, which would repeat what was not known as emitted. */
export const untilLookedThrough = async (
	{ sandbox, looking }: Ways,
	events: SentEvent[],
): Promise<void> => {
	const isAll = () => countEmitted(looking.sink.received, events).lost === 0;
	// What is missing then is counted.
	await until(isAll, { within: FOUND_WITHIN, every: 500 }).catch(() => undefined);
	sandbox.clearRequests();
	const areTwoMore = () => {
		const lists = sandbox.requests().filter(({ path }) => path.includes('status='));
		return lists.length > 2 * CALLS_OF_LOOK;
	};
	await until(areTwoMore, { within: FOUND_WITHIN, every: 500 });
};
