import type { IDataObject, IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import { randomUUID } from 'node:crypto';
import { PROCESS_ID, toFoundItem } from '../../../../nodes/AudioSpliter/trigger/delivery';
import { emit } from '../../../../nodes/AudioSpliter/trigger/emit';
import type { Answer } from '../api/support';
import { apiContext } from '../api/support';

/** How an execution is run. */
export interface Run {
	mode?: string;
	executionId?: string;
	onError?: string;
	parameters?: Record<string, unknown>;
	signal?: AbortSignal;
	/** What comes before a call of n8n's store. */
	beforeKeep?: (keys: string[]) => void;
	beforeRemove?: (keys: string[]) => void;
	/** The process that took the deliveries in. */
	receivedBy?: string;
	webhookUrl?: string;
	/** Takes what the execution says of itself. */
	setCustomData?: (key: string, value: string) => void;
}

export const done = (id: string, more: object = {}): Answer => ({
	...{ body: { id, status: 'completed', completedAt: '2026-05-02T08:00:00Z', ...more } },
});

export const lost = (id: string): Answer => ({
	body: { id, status: 'failed', error: { code: 'CORRUPT_FILE' } },
});

export const AWAY = () => ({ status: 403, body: { error: { code: 'FORBIDDEN', message: 'No' } } });
export const GONE = () => ({
	status: 404,
	body: { error: { code: 'JOB_NOT_FOUND', message: 'No' } },
});

export const away = () => {
	throw new Error('SQLITE_BUSY: database is locked');
};

/** A trigger whose executions emit what a look found, with n8n's store behind it and the service beside it. */
export const finder = (recorded = new Set<string>()) => {
	const jobs = new Map<string, () => Answer>();
	const node = { id: randomUUID(), name: 'Trigger', type: 'trigger', typeVersion: 1 };
	const { ctx: api, sent } = apiContext(({ url }) => {
		const id = url.split('/').at(-1) ?? '';
		return jobs.get(id)?.() ?? done(id);
	});
	/** Everything that the node put out, by job. */
	const emitted = new Map<string, number>();

	const run = async (
		items: INodeExecutionData[],
		situation: Run,
	): Promise<INodeExecutionData[]> => {
		const executionId = situation.executionId ?? randomUUID();
		const parameters: Record<string, unknown> = { lookForMissed: true, ...situation.parameters };
		const ctx = {
			...api,
			getInputData: () => items,
			getExecuteData: () => ({}),
			getNode: () => ({ ...node, onError: situation.onError }),
			getWorkflowSettings: () => ({}),
			getWorkflow: () => ({ id: 'workflow' }),
			getMode: () => situation.mode ?? 'trigger',
			getExecutionId: () => executionId,
			getExecutionCancelSignal: () => situation.signal,
			getNodeParameter: (name: string, _index: number, fallback: unknown) =>
				parameters[name] ?? (name === 'events' ? ['job.completed', 'job.failed'] : fallback),
			getWorkflowDataProxy: () => ({
				$execution: { customData: { set: situation.setCustomData ?? (() => undefined) } },
			}),
			continueOnFail: () => situation.onError !== undefined,
			helpers: {
				...api.helpers,
				checkProcessedAndRecord: async (keys: string[]) => {
					situation.beforeKeep?.(keys);
					const processed = keys.filter((key) => recorded.has(key));
					for (const key of keys) recorded.add(key);
					return await Promise.resolve({ new: [], processed });
				},
				removeProcessed: async (keys: string[]) => {
					situation.beforeRemove?.(keys);
					for (const key of keys) recorded.delete(key);
					await Promise.resolve();
				},
			},
		} as unknown as IExecuteFunctions;
		const out = await emit(ctx);
		for (const { json } of out) {
			const id = String(json.id);
			emitted.set(id, (emitted.get(id) ?? 0) + 1);
		}
		return out;
	};

	const withProcess = (item: { json: IDataObject }, { receivedBy = PROCESS_ID }: Run) => ({
		json: { ...item.json, receivedBy },
	});

	return {
		...{ jobs, node, sent, recorded, emitted },
		/** An execution for jobs that were found: `job.completed`, unless the ID says `failed`. */
		emitJobs: async (ids: string[], situation: Run = {}) => {
			const items = ids.map((jobId) => {
				const event = jobId.startsWith('failed') ? 'job.failed' : 'job.completed';
				return withProcess(toFoundItem({ event, jobId }, situation.webhookUrl), situation);
			});
			return await run(items, situation);
		},
		/** An execution for a webhook that arrived. */
		deliver: async (jobId: string, situation: Run = {}) => {
			const event = { event: 'job.completed', jobId, data: { status: 'completed' } };
			const json = { ...event, deliveryId: randomUUID(), receivedBy: PROCESS_ID } as IDataObject;
			return await run([withProcess({ json }, situation)], { mode: 'webhook', ...situation });
		},
	};
};

export const ids = (items: INodeExecutionData[]) => items.map(({ json }) => json.id);

/** Lets what goes on in the background come to its end. */
export const turns = async (count = 20): Promise<void> => {
	for (let turn = 0; turn < count; turn++) await new Promise((resolve) => setImmediate(resolve));
};
