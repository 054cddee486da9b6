import { sandboxCredential } from '../../../harness/sandboxCredential';
import type { SandboxOptions } from '../../../sandbox';
import type { ActionPlace } from '../../support/action';
import { sandboxWithRecording, startAnew } from '../../support/sandbox';
import type { EngineRunner } from './runner';
import { engineRunner } from './runner';

/** The engine, a sandbox and its credential. */
export interface EngineStage extends ActionPlace {
	runner: EngineRunner;
}

/**
 * A sandbox and its credential, for the tests of one file. Plan, faults, switches, rules for jobs and the log of requests begin
 * anew with each test.
 *
 * @returns what is there as soon as the tests run, not before
 */
export const useEngine = (options: SandboxOptions = {}): EngineStage => {
	const stage = {} as EngineStage;
	let restore: () => void;
	beforeAll(async () => {
		stage.runner = engineRunner();
		stage.sandbox = await sandboxWithRecording(options);
		restore = startAnew(stage.sandbox, options);
		stage.credential = await sandboxCredential(stage.runner, stage.sandbox);
	});
	beforeEach(() => restore());
	afterAll(async () => await stage.sandbox.close());
	return stage;
};
