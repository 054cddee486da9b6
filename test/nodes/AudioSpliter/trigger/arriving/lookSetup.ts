import type { INodeExecutionData, IRun } from 'n8n-workflow';
import { randomUUID } from 'node:crypto';
import type {
	Look,
	LookContext,
} from '../../../../../nodes/AudioSpliter/trigger/arriving/lookForFinished';
import { lookForFinished } from '../../../../../nodes/AudioSpliter/trigger/arriving/lookForFinished';
import { notePublication } from '../../../../../nodes/AudioSpliter/trigger/arriving/publication';
import { dedupKeys, scopeOf } from '../../../../../nodes/AudioSpliter/trigger/dedup/keys';
import { memoryOf } from '../../../../../nodes/AudioSpliter/trigger/dedup/memory';
import type { Delivery } from '../../../../../nodes/AudioSpliter/trigger/delivery';
import type { Answer, SentRequest } from '../../api/support';
import { apiContext } from '../../api/support';
import { testClock } from '../../n8n/testClock';

export const NOW = Date.parse('2026-05-02T08:00:00Z');
export const MINUTE = 60_000;

export const LOOK: Look = {
	events: ['job.completed', 'job.failed'],
	filter: { metadata: new Map() },
	grace: 0,
};

/** An execution that a look has started. */
export interface Started {
	jobs: string[];
	deliveries: Delivery[];
	/** What n8n says of its end. */
	end: (run?: Partial<IRun>) => void;
	fail: () => void;
}

export const row = (id: string, more: object = {}) => ({
	...{ id, status: 'completed', createdAt: new Date(testClock.now).toISOString() },
	...{ completedAt: new Date(testClock.now).toISOString(), ...more },
});

export const failedRow = (id: string) => row(id, { status: 'failed', completedAt: undefined });

const refuse = (status: number, code: string): Answer => ({
	...{ status, body: { error: { code, message: code } } },
});
export const GONE = refuse(404, 'JOB_NOT_FOUND');
export const AWAY = refuse(503, 'SERVICE_UNAVAILABLE');
export const REFUSED = refuse(401, 'UNAUTHORIZED');

/** The service, with what it lists and what it says of each job. */
const createService = () => {
	const service = {
		rows: [] as unknown[],
		/** What Get Job answers, by ID. Of others it says what the list says. */
		jobs: new Map<string, Answer>(),
		/** What the list answers, by status, instead of its rows. */
		lists: new Map<string, Answer>(),
		/** Milliseconds that its clock is ahead. */
		offset: 0,
		answer({ url, qs = {} }: SentRequest): Answer {
			const headers = { date: new Date(testClock.now + service.offset).toUTCString() };
			const [, jobId] = /splits\/(.+)$/.exec(url) ?? [];
			const isOf = (one: unknown) =>
				(one as { status?: string } | null)?.status === qs.status || typeof one !== 'object';
			if (jobId === undefined) {
				const data = service.rows.filter(isOf);
				const body = { data, pagination: { total: data.length, totalPages: 1 } };
				return { headers, body, ...service.lists.get(String(qs.status)) };
			}
			const body = service.rows.find((one) => (one as { id?: string }).id === jobId);
			return { headers, body, ...service.jobs.get(jobId) };
		},
	};
	return service;
};

/** n8n's own. */
const createDeferredPromise = () => {
	const deferred = {};
	const promise = new Promise((resolve, reject) => Object.assign(deferred, { resolve, reject }));
	return Object.assign(deferred, { promise });
};

/** A trigger in this process that looks at the service, published a minute ago. */
export const looker = (kind: 'trigger' | 'poll' = 'trigger') => {
	const service = createService();
	const node = { id: randomUUID(), name: 'Trigger', type: 'audioSpliterTrigger', typeVersion: 1 };
	const started: Started[] = [];
	const kept = {};
	const start = ([items]: INodeExecutionData[][], _response: unknown, done: unknown) => {
		const deliveries = (items ?? []).map(({ json }) => json as unknown as Delivery);
		const promise = done as { resolve(run: unknown): void; reject(error: Error): void };
		started.push({
			...{ deliveries, jobs: deliveries.map(({ jobId }) => jobId) },
			end: (run) => promise.resolve(run),
			fail: () => promise.reject(new Error('The worker was lost')),
		});
	};
	const { ctx: api, sent } = apiContext((request) => service.answer(request));
	const ctx = {
		...api,
		getNode: () => node,
		getWorkflow: () => ({ id: 'workflow', name: 'Workflow' }),
		getWorkflowStaticData: () => kept,
		...(kind === 'trigger' ? { emit: start } : { __emit: start }),
		helpers: { ...api.helpers, createDeferredPromise },
	} as unknown as LookContext;
	const memory = memoryOf(scopeOf('workflow', node.id));
	const keysOf = (jobId: string, event = 'job.completed') =>
		dedupKeys({ event, jobId, data: {} }, undefined);
	const look = async (more: Partial<Look> = {}): Promise<string[][]> => {
		const before = started.length;
		await lookForFinished(ctx, { ...LOOK, ...more });
		return started.slice(before).map(({ jobs }) => jobs);
	};
	return {
		...{ ctx, node, service, started, sent, memory, keysOf, look },
		publish: (metadata: Array<[string, string]> = [], webhookUrl?: string) =>
			notePublication(ctx, { events: LOOK.events, metadata }, webhookUrl),
		paths: () =>
			sent.map(({ url, qs }) => `${url.split('/v1')[1]} ${String(qs?.status ?? '')}`.trim()),
	};
};

/** The same a minute after its publication, with a first look that found nothing. */
export const published = async (...args: Parameters<typeof looker>) => {
	const trigger = looker(...args);
	trigger.publish();
	await trigger.look();
	trigger.sent.length = 0;
	testClock.now += MINUTE;
	return trigger;
};

/** Lets what n8n says of an execution arrive. */
export const settle = async () => await new Promise((resolve) => setImmediate(resolve));
