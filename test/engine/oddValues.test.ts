import { setTimeout as sleep } from 'node:timers/promises';
import type { INodeParameters } from 'n8n-workflow';
import { sandboxCredential } from '../../harness/sandboxCredential';
import { byId, runAction } from '../support/action';
import { inParallel } from '../support/inParallel';
import { RECORDING } from '../support/sandbox';
import { faultOf } from './support/judge';
import type { OddValue } from './support/oddValues';
import { ODD_VALUES } from './support/oddValues';
import type { Parameter } from './support/parameters';
import { parametersOf, withValue } from './support/parameters';
import { engineRunner } from './support/runner';
import { useEngine } from './support/stage';

const stage = useEngine();

/** Milliseconds after which a run counts as one that hangs; on a busy machine all of them together take minutes. */
const LIMIT = 300_000;

/** A run of the operation that is in order, and ends soon. */
const inOrder = ({ operation }: Parameter): INodeParameters =>
	operation === 'create'
		? {
				sourceUrl: stage.sandbox.fileUrl(RECORDING),
				segmentDuration: 5,
				waitMode: 'none',
				waitOptions: { pollInterval: 1, maxPollInterval: 1, maxWait: 0.05 },
			}
		: { jobId: byId(stage.sandbox.addSyntheticJob({ segmentBytes: 1000 }).id) };

const parametersWith = (parameter: Parameter, given: unknown): INodeParameters => {
	const isJob = parameter.property.type === 'resourceLocator';
	const value = isJob ? byId(given as string) : given;
	return withValue(inOrder(parameter), parameter, value);
};

/** The wait options of a pause have the same name as those of polling. */
const nameOf = ({ resource, operation, path, shownWith }: Parameter) =>
	`${resource} ${operation} ${path.join('.')}${shownWith.waitMode === 'webhook' ? ' (pause)' : ''}`;

const PARAMETERS = parametersOf(engineRunner().description('audioSpliter'));
const CASES = PARAMETERS.flatMap((parameter) => ODD_VALUES.map((odd) => ({ parameter, odd })));

/** What is wrong with how the node takes a value; `undefined` where nothing is. */
const run = async (parameter: Parameter, { given, value }: OddValue) => {
	// A key of its own tells which jobs were submitted.
	const apiKey = `as_test_sk_${Math.random()}`;
	stage.sandbox.addKey({ key: apiKey });
	const credential = await sandboxCredential(stage.runner, stage.sandbox, { apiKey });
	const parameters = parametersWith(parameter, given);
	const ran = await Promise.race([
		runAction({ runner: stage.runner, credential }, parameters, { items: [{}] }),
		sleep(LIMIT, undefined, { ref: false }),
	]);
	if (ran === undefined) return 'hangs';
	const fault = faultOf(ran, parameter, value);
	const isSubmitted = stage.sandbox.jobs().some(({ key }) => key === apiKey);
	return fault !== undefined && isSubmitted ? `${fault}, and submitted a job` : fault;
};

/** All run at once, since many of them wait; the tests tell what came of them: by parameter and value, what is wrong. */
const outcomes = new Map<Parameter, Map<string, string | undefined>>();

beforeAll(async () => {
	for (const parameter of PARAMETERS) outcomes.set(parameter, new Map());
	stage.sandbox.nextJobs({ failWith: { code: 'CORRUPT_FILE' } }, 'always');
	await inParallel(CASES.length, 100, async (index) => {
		const { parameter, odd } = CASES[index] as (typeof CASES)[number];
		outcomes.get(parameter)?.set(odd.name, await run(parameter, odd));
	});
}, 3 * LIMIT);

it.each(PARAMETERS.map((parameter) => ({ name: nameOf(parameter), parameter })))(
	'$name takes a value, or says what it takes',
	({ parameter }) => {
		const outcome = outcomes.get(parameter);
		expect([...(outcome?.keys() ?? [])].sort()).toEqual(ODD_VALUES.map(({ name }) => name).sort());
		const faults = [...(outcome ?? [])].filter(([, fault]) => fault !== undefined);
		expect(Object.fromEntries(faults)).toEqual({});
	},
);

it('deletes no job that was not named', () => {
	expect(stage.sandbox.jobs().filter(({ deleted }) => deleted === true)).toEqual([]);
});
