import type { N8nClient } from '../../../harness/client';
import type { CredentialReference } from '../../../harness/workflows';
import type { Sandbox, SandboxOptions } from '../../../sandbox';
import { sandboxCredential, sandboxWithRecording } from '../../support/sandbox';
import { connectToN8n } from './n8n';

/** The n8n, credential and sandbox that a test uses. */
export interface Stage {
	client: N8nClient;
	credential: CredentialReference;
	sandbox: Sandbox;
}

/**
 * A sandbox and its credential on the shared n8n, for the tests of one file. Faults and the log of requests begin
 * anew with each test.
 *
 * @returns what is there as soon as the tests run, not before
 */
export const useSandbox = (options: SandboxOptions = {}): Stage => {
	const stage = {} as Stage;
	beforeAll(async () => {
		stage.sandbox = await sandboxWithRecording(options);
		stage.client = await connectToN8n();
		stage.credential = await sandboxCredential(stage.client, stage.sandbox);
	});
	beforeEach(() => {
		stage.sandbox.clearFaults();
		stage.sandbox.clearRequests();
	});
	afterAll(async () => await stage.sandbox.close());
	return stage;
};
