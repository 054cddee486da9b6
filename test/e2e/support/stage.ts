import type { N8nClient } from '../../../harness/client';
import { sandboxCredential } from '../../../harness/sandboxCredential';
import type { CredentialReference } from '../../../harness/workflows';
import type { Sandbox, SandboxOptions } from '../../../sandbox';
import { sandboxWithRecording } from '../../support/sandbox';
import type { Switches } from '../../../sandbox/world/switches';
import type { Place } from '../../rounds/trigger/place';
import { connectToN8n } from './n8n';

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
export const useSandbox = (options: SandboxOptions = {}): Place => {
	const stage = {} as Place;
	let switches: Switches;
	beforeAll(async () => {
		stage.sandbox = await sandboxWithRecording(options);
		switches = stage.sandbox.switches();
		const { url, ...client } = await connectToN8n();
		Object.assign(stage, { client, url });
		stage.credential = await sandboxCredential(stage.client, stage.sandbox);
	});
	beforeEach(() => {
		for (const [name, value] of Object.entries(switches)) stage.sandbox.setSwitch(name, value);
		stage.sandbox.clearFaults();
		stage.sandbox.clearNextJobs();
		stage.sandbox.setPlan(options.plan ?? 'unlimited');
		stage.sandbox.clearRequests();
	});
	afterAll(async () => await stage.sandbox.close());
	return stage;
};
