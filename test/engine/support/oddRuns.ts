import { setTimeout as sleep } from 'node:timers/promises';
import type { INodeParameters } from 'n8n-workflow';
import { sandboxCredential } from '../../../harness/sandboxCredential';
import { byId, runAction } from '../../support/action';
import { RECORDING } from '../../support/sandbox';
import { faultOf } from './judge';
import type { OddValue } from './oddValues';
import type { Parameter } from './parameters';
import { withValue } from './parameters';
import type { EngineStage } from './stage';

/** Milliseconds after which a run counts as one that hangs; on a busy machine all of them together take minutes. */
export const HANG_LIMIT = 300_000;

/** A run of the operation that is in order, and ends soon. */
const inOrder = ({ sandbox }: EngineStage, { operation }: Parameter): INodeParameters =>
	operation === 'create'
		? {
				sourceUrl: sandbox.fileUrl(RECORDING),
				segmentDuration: 5,
				waitMode: 'none',
				waitOptions: { pollInterval: 1, maxPollInterval: 1, maxWait: 0.05 },
			}
		: { jobId: byId(sandbox.addSyntheticJob({ segmentBytes: 1000 }).id) };

const parametersWith = (
	stage: EngineStage,
	parameter: Parameter,
	given: unknown,
): INodeParameters => {
	const isJob = parameter.property.type === 'resourceLocator';
	const value = isJob ? byId(given as string) : given;
	return withValue(inOrder(stage, parameter), parameter, value);
};

/** The wait options of a pause have the same name as those of polling. */
export const nameOf = ({ resource, operation, path, shownWith }: Parameter): string =>
	`${resource} ${operation} ${path.join('.')}${shownWith.waitMode === 'webhook' ? ' (pause)' : ''}`;

/** Has jobs end at once, so that no run waits for long. */
export const letJobsFail = ({ sandbox }: EngineStage): void =>
	sandbox.nextJobs({ failWith: { code: 'CORRUPT_FILE' } }, 'always');

/** What is wrong with how the node takes a value; `undefined` where nothing is. */
export const faultWith = async (
	stage: EngineStage,
	parameter: Parameter,
	{ given, value }: Pick<OddValue, 'given' | 'value'>,
): Promise<string | undefined> => {
	const { runner, sandbox } = stage;
	// A key of its own tells which jobs were submitted.
	const apiKey = `as_test_sk_${Math.random()}`;
	sandbox.addKey({ key: apiKey });
	const credential = await sandboxCredential(runner, sandbox, { apiKey });
	const parameters = parametersWith(stage, parameter, given);
	const ran = await Promise.race([
		runAction({ runner, credential }, parameters, { items: [{}] }),
		sleep(HANG_LIMIT, undefined, { ref: false }),
	]);
	if (ran === undefined) return 'hangs';
	const fault = faultOf(ran, parameter, value);
	const isSubmitted = sandbox.jobs().some(({ key }) => key === apiKey);
	return fault !== undefined && isSubmitted ? `${fault}, and submitted a job` : fault;
};
