import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import { randomUUID } from 'node:crypto';
import { PROCESS_ID } from '../../../../nodes/AudioSpliter/trigger/delivery';
import { emit } from '../../../../nodes/AudioSpliter/trigger/emit';

export interface Situation {
	mode?: string;
	/** By default a new one. */
	executionId?: string;
	onError?: string;
	/** What n8n's store does; by default it works. */
	fault?: () => void;
	/** The same, after it has recorded. */
	afterwards?: () => void;
	cancelled?: () => boolean;
	/** n8n's own, where the test stops the execution. */
	signal?: AbortSignal;
	events?: unknown;
	/** Parameters other than that. */
	parameters?: Record<string, unknown>;
	/** The workflow's setting, in seconds. */
	executionTimeout?: number;
	/** Of the node. */
	more?: object;
	getCredentials?: () => Promise<object>;
}

/** A signal that is aborted when it is looked at for the n-th time. */
const looking = (cancelled: () => boolean = () => false) =>
	Object.defineProperty(new EventTarget(), 'aborted', { get: cancelled });

/** A trigger with n8n's store behind it, and a memory of its own. */
export const trigger = (recorded = new Set<string>()) => {
	const node = { id: randomUUID(), name: 'Trigger', type: 'trigger', typeVersion: 1 };
	const execute = async (
		json: object,
		situation: Situation = {},
	): Promise<INodeExecutionData[]> => {
		const { mode = 'webhook', onError } = situation;
		const ctx = {
			getInputData: () => [{ json }],
			getExecuteData: () => ({}),
			getNode: () => ({ ...node, onError, ...situation.more }),
			getWorkflowSettings: () => ({ executionTimeout: situation.executionTimeout }),
			getCredentials: situation.getCredentials,
			getWorkflow: () => ({ id: 'workflow' }),
			getMode: () => mode,
			getExecutionId: () => situation.executionId ?? randomUUID(),
			getExecutionCancelSignal: () => situation.signal ?? looking(situation.cancelled),
			getNodeParameter: (name: string, _index: number, fallback: unknown) =>
				name === 'events'
					? (situation.events ?? ['job.completed', 'job.failed'])
					: (situation.parameters?.[name] ?? fallback),
			continueOnFail: () => onError !== undefined,
			logger: { debug: () => undefined },
			helpers: {
				checkProcessedAndRecord: async (keys: string[]) => {
					situation.fault?.();
					const processed = keys.filter((key) => recorded.has(key));
					for (const key of keys) recorded.add(key);
					situation.afterwards?.();
					return { new: keys.filter((key) => !processed.includes(key)), processed };
				},
				removeProcessed: async (keys: string[]) => {
					for (const key of keys) recorded.delete(key);
				},
			},
		} as unknown as IExecuteFunctions;
		return await emit(ctx);
	};
	return { execute, recorded };
};

/** A delivery that needs no call. */
export const failed = (jobId = 'job_1', deliveryId = 'd1') => ({
	event: 'job.failed',
	jobId,
	timestamp: '2026-05-02T08:00:41Z',
	data: { status: 'failed', error: { code: 'CORRUPT_FILE', message: 'The file is damaged' } },
	deliveryId,
	receivedBy: PROCESS_ID,
});

export const away = () => {
	throw new Error('SQLITE_BUSY: database is locked');
};

/** An event for which the job has to be asked for. */
export const completed = (jobId = 'job_1') => ({
	...failed(jobId),
	...{ event: 'job.completed', data: { status: 'completed' } },
});

export const SEGMENTS = { parameters: { output: 'segments' } };
