import type { Job } from '../../../../../nodes/AudioSpliter/job/types';
import type {
	ActivationContext,
	Settings,
} from '../../../../../nodes/AudioSpliter/trigger/arriving/publication';
import {
	isBeforeKnown,
	leftOutBy,
	noteFinishedBefore,
	notePublication,
	readPublication,
} from '../../../../../nodes/AudioSpliter/trigger/arriving/publication';

export const NOW = Date.parse('2026-05-02T08:00:00Z');
export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;

export const BOTH: Settings = { events: ['job.completed', 'job.failed'], metadata: [] };
export const COMPLETED: Settings = { events: ['job.completed'], metadata: [] };
export const OF_A: Settings = { ...BOTH, metadata: [['project', 'a']] };

/** A job that finished then, by the service's clock; without a time where there is none. */
export const job = (id: string, at?: number, project = 'a'): Job => ({
	...{ id, status: 'completed', metadata: { project } },
	...(at !== undefined && { completedAt: new Date(at).toISOString().replace(/\.\d+/, '') }),
});

/** A published node, whose static data n8n keeps by the workflow. */
export const node = () => {
	const kept: Record<string, object> = {};
	let name = 'Trigger';
	let credential = { id: 'one', name: 'One account' };
	const ctx = {
		getNode: () => ({ id: 'node', name, credentials: { audioSpliterApi: credential } }),
		getWorkflowStaticData: (type: string) => (kept[type] ??= {}),
	} as unknown as ActivationContext;
	let offset = 0;
	const calls: string[] = [];
	return {
		kept,
		calls,
		rename: () => (name = 'Another name'),
		changeCredential: (id: string, called = id) => (credential = { id, name: called }),
		/** How far the service's clock is ahead from now on. */
		setOffset: (ms: number) => (offset = ms),
		publish: (settings: Settings) => notePublication(ctx, settings),
		/** Reads the list of an event, in pages. */
		learn: async (event: string, ...pages: Job[][]) => {
			if (isBeforeKnown(readPublication(ctx), event)) return;
			async function* read() {
				for (const jobs of pages) {
					calls.push(event);
					yield await Promise.resolve({ jobs });
				}
			}
			await noteFinishedBefore(ctx, event, read(), async () => offset);
		},
		isLeftOut: (one: Job, event = 'job.completed') =>
			leftOutBy(readPublication(ctx), offset)(one, event),
		read: () => readPublication(ctx),
		kind: ctx,
	};
};
