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

const openStage = async (options: SandboxOptions): Promise<EngineStage> => {
	const runner = engineRunner();
	const sandbox = await sandboxWithRecording(options);
	return { runner, sandbox, credential: await sandboxCredential(runner, sandbox) };
};

/**
 * Gives a test a stage of its own, with other jobs, faults and API key than any other: such tests wait side by side
 * (`it.concurrent`). Nothing of the API key may be in what n8n would store.
 */
export const onStage =
	<Row extends unknown[]>(
		test: (stage: EngineStage, ...row: Row) => Promise<void>,
		options: SandboxOptions = {},
	) =>
	async (...row: Row): Promise<void> => {
		const stage = await openStage(options);
		try {
			await test(stage, ...row);
			expect(stage.runner.executionsWith(stage.sandbox.apiKey)).toBe(0);
			expect(stage.runner.executionsWith('X-API-Key')).toBe(0);
		} finally {
			await stage.sandbox.close();
		}
	};

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
		Object.assign(stage, await openStage(options));
		restore = startAnew(stage.sandbox, options);
	});
	beforeEach(() => restore());
	afterAll(async () => await stage.sandbox.close());
	return stage;
};
