import type { N8nClient } from '../../../harness/client';
import { sandboxCredential } from '../../../harness/sandboxCredential';
import type { CredentialReference } from '../../../harness/workflows';
import type { Sandbox, SandboxOptions } from '../../../sandbox';
import type { Runner } from '../../support/action';
import { sandboxWithRecording, startAnew } from '../../support/sandbox';
import type { Place } from '../../rounds/trigger/place';
import { connectToN8n } from './n8n';

/** Runs workflows on an installed n8n. */
export const runnerOn = (client: N8nClient): Runner => ({
	createCredential: async (type, data) => await client.createCredential(type, data),
	binary: async (id) => await client.binary(id),
	async run(draft, options) {
		const { id } = await client.createWorkflow(draft);
		return await client.runManually(id, options);
	},
});

/** The n8n, credential and sandbox that a test uses. */
export interface Stage {
	client: N8nClient;
	credential: CredentialReference;
	sandbox: Sandbox;
}

/**
 * A sandbox and its credential on the shared n8n, for the tests of one file. Plan, faults, switches, rules for
 * jobs and the log of requests begin anew with each test.
 *
 * @returns what is there as soon as the tests run, not before
 */
export const useSandbox = (options: SandboxOptions = {}): Place & { runner: Runner } => {
	const stage = {} as Place & { runner: Runner };
	let restore: () => void;
	beforeAll(async () => {
		stage.sandbox = await sandboxWithRecording(options);
		restore = startAnew(stage.sandbox, options);
		const { url, ...client } = await connectToN8n();
		Object.assign(stage, { client, url, runner: runnerOn(client) });
		stage.credential = await sandboxCredential(stage.client, stage.sandbox);
	});
	beforeEach(() => restore());
	afterAll(async () => await stage.sandbox.close());
	return stage;
};

/**
 * Gives a test a sandbox of its own, and its credential on the shared n8n: such tests wait side by side (`it.concurrent`), and
 * the jobs of one hold no place of another.
 */
export const onSandbox =
	<Row extends unknown[]>(
		test: (stage: Stage, ...row: Row) => Promise<void>,
		options: SandboxOptions = {},
	) =>
	async (...row: Row): Promise<void> => {
		const sandbox = await sandboxWithRecording(options);
		try {
			const client = await connectToN8n();
			const credential = await sandboxCredential(client, sandbox);
			await test({ sandbox, client, credential }, ...row);
		} finally {
			await sandbox.close();
		}
	};
