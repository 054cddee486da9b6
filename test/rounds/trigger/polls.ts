import type { N8nClient } from '../../../harness/client';
import type { N8n } from '../../../harness/n8n';
import { sandboxCredential } from '../../../harness/sandboxCredential';
import { untilIdle } from '../../../harness/untilIdle';
import type { Sandbox } from '../../../sandbox';
import { startSandbox } from '../../../sandbox';
import { until } from '../../support/until';
import { pollingWorkflow } from '../listening';
import { startSink } from '../sink';
import { statuses } from './place';

/** Jobs that finish between two polls: every fifth has failed. */
const EACH = 10;

/** What polls: a whole n8n, or the main process of several. */
export interface Polling {
	client: N8nClient;
	kill(): Promise<void>;
	/** Starts it again, ending it first if it runs. */
	restart(): Promise<void>;
	untilIdle(workflowId: string): Promise<void>;
	statuses(workflowId: string): Promise<Record<string, number>>;
}

export const pollingN8n = (n8n: N8n): Polling => ({
	...n8n,
	untilIdle: async (workflowId) => await untilIdle(n8n.client, workflowId),
	statuses: async (workflowId) => await statuses(n8n, workflowId),
});

/** What can happen between two polls, beside the jobs that finish. */
type Happening = 'restart' | 'kill' | 'outage' | 'rateLimit' | 'rename' | 'edit' | 'unpublish';

/** In which rounds it does, over 30 of them. */
const HAPPENINGS: Record<number, Happening> = {
	...{ 3: 'outage', 6: 'rename', 9: 'unpublish', 12: 'restart', 15: 'rateLimit', 18: 'edit' },
	...{ 21: 'kill', 24: 'outage', 27: 'unpublish' },
};

/** Gives the trigger another name, as its user would. */
const rename = async ({ client }: Polling, workflowId: string): Promise<void> => {
	const { nodes, connections } = await client.getWorkflow(workflowId);
	const [trigger] = nodes;
	if (trigger === undefined) return;
	const name = 'When jobs end';
	const { [trigger.name]: main = {}, ...others } = connections;
	trigger.name = name;
	await client.updateWorkflow(workflowId, { nodes, connections: { ...others, [name]: main } });
};

/** Changes what has nothing to do with what is polled for. */
const edit = async ({ client }: Polling, workflowId: string): Promise<void> => {
	const { nodes } = await client.getWorkflow(workflowId);
	const [trigger] = nodes;
	if (trigger === undefined) return;
	trigger.parameters.pollTimes = { item: [{ mode: 'everyHour', minute: 0 }] };
	await client.updateWorkflow(workflowId, { nodes, name: 'Another name' });
};

type Steps = Partial<Record<Happening, () => Promise<void>>>;

interface Polled {
	sandbox: Sandbox;
	workflowId: string;
	poll(): Promise<void>;
}

/** What is done before a round's jobs finish, and after that, before the round's poll. */
const stepsOf = (n8n: Polling, { sandbox, workflowId, poll }: Polled) => {
	const pollInVain = async (fault: 'unavailable' | 'rate-limit') => {
		sandbox.fault(fault, { count: 'always', retryAfterSeconds: 1 });
		await poll();
		sandbox.clearFaults();
	};
	const before: Steps = {
		kill: n8n.kill,
		unpublish: async () => await n8n.client.deactivate(workflowId),
	};
	const after: Steps = {
		...{ kill: n8n.restart, restart: n8n.restart },
		outage: async () => await pollInVain('unavailable'),
		rateLimit: async () => await pollInVain('rate-limit'),
		rename: async () => await rename(n8n, workflowId),
		edit: async () => await edit(n8n, workflowId),
	};
	return { before, after };
};

interface Rounds {
	rounds: number;
	happenings?: Record<number, Happening>;
}

/**
 * Has jobs finish between the polls of an active workflow, on an account with 1,000 that had finished before, while n8n is
 * restarted and killed, the service does not answer, and the workflow is edited, unpublished and published. n8n polls whenever
 * it activates a workflow, so that nobody has to wait for Poll Times.
 */
export const polls = async (n8n: Polling, { rounds, happenings = HAPPENINGS }: Rounds) => {
	// The minute of a rate limit lasts a second: n8n before 2.3x publishes no sooner than the poll can call.
	const account = startSandbox({ plan: 'pro', timeScale: 60 });
	const [sandbox, sink] = await Promise.all([account, startSink()]);
	try {
		for (let index = 0; index < 1_000; index++) sandbox.addSyntheticJob({ id: `old_${index}` });
		const credential = await sandboxCredential(n8n.client, sandbox);
		const { workflowId } = await pollingWorkflow(n8n, credential, sink);
		const poll = async () => {
			await n8n.client.deactivate(workflowId);
			await n8n.client.activate(workflowId);
		};
		const steps = stepsOf(n8n, { sandbox, workflowId, poll });
		await n8n.client.activate(workflowId);
		sandbox.clearRequests();
		await poll();
		const callsWhereNothingIsNew = sandbox.requests().length;
		for (let round = 0; round < rounds; round++) {
			const happening = happenings[round];
			if (happening) await steps.before[happening]?.();
			for (let index = 0; index < EACH; index++) {
				const status = index % 5 === 4 ? 'failed' : 'completed';
				sandbox.addSyntheticJob({ id: `new_${round}_${index}`, status });
			}
			if (happening) await steps.after[happening]?.();
			await poll();
		}
		const isAll = () => new Set(sink.received).size >= rounds * EACH;
		await until(isAll, { every: 200 });
		await n8n.untilIdle(workflowId);
		return {
			callsWhereNothingIsNew,
			finished: rounds * EACH,
			emitted: new Set(sink.received.filter((id) => id.startsWith('new'))).size,
			repeated: sink.received.length - new Set(sink.received).size,
			fromBefore: sink.received.filter((id) => id.startsWith('old')).length,
			executions: await n8n.statuses(workflowId),
		};
	} finally {
		await Promise.all([sandbox.close(), sink.close()]);
	}
};
