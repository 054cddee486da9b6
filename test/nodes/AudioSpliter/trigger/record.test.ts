import type { IExecuteFunctions } from 'n8n-workflow';
import { randomUUID } from 'node:crypto';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { PROCESS_ID } from '../../../../nodes/AudioSpliter/trigger/delivery';
import { claimOf, recorderFor } from '../../../../nodes/AudioSpliter/trigger/record';

// Records are confirmed at once, and repairs go on for ever.
jest.mock('n8n-workflow', () => ({
	...jest.requireActual<object>('n8n-workflow'),
	sleep: async (ms: number) =>
		await new Promise<void>((resolve) => {
			if (ms < 1_500) setImmediate(resolve);
		}),
}));

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

/** Executions of one node, each in a context with a payload of its own. */
const node = (receivedBy: string) => {
	const nodeId = randomUUID();
	const recorded = new Set<string>();
	const helpers = {
		checkProcessedAndRecord: async (keys: string[]) => {
			const processed = keys.filter((key) => recorded.has(key));
			for (const key of keys) recorded.add(key);
			return { new: [], processed };
		},
		removeProcessed: async () => undefined,
	};
	/** @returns the context, as long as somebody else holds it */
	const run = async (jobId: string): Promise<WeakRef<object>> => {
		const held = {
			payload: 'x'.repeat(1_000_000),
			getNodeParameter: (_name: string, _item: number, fallback: unknown) => fallback,
			getWorkflow: () => ({ id: 'workflow' }),
			getNode: () => ({ id: nodeId }),
			getExecutionId: () => randomUUID(),
			helpers,
			logger: { debug: () => undefined },
		};
		const delivery = { event: 'job.failed', jobId, data: {}, receivedBy };
		const ctx = held as unknown as IExecuteFunctions;
		const verdict = await recorderFor(ctx).record(claimOf(ctx, delivery));
		expect(verdict.kind).toBe('first');
		return new WeakRef(ctx);
	};
	return { run };
};

it.each([
	['one process', PROCESS_ID],
	['several, while what was recorded is watched', 'another process'],
])('no context of an execution is kept when it is over: %s', async (_what, receivedBy) => {
	const { run } = node(receivedBy);
	const contexts: Array<WeakRef<object>> = [];
	for (const jobId of ['a', 'b', 'c']) contexts.push(await run(jobId));
	await new Promise((resolve) => setTimeout(resolve, 10));
	collectGarbage();
	expect(contexts.map((context) => context.deref())).toEqual([undefined, undefined, undefined]);
});
