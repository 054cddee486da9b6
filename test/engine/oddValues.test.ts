import { setTimeout as sleep } from 'node:timers/promises';
import type { INodeParameters } from 'n8n-workflow';
import { sandboxCredential } from '../../harness/sandboxCredential';
import { byId, runAction } from '../support/action';
import { inParallel } from '../support/inParallel';
import { RECORDING } from '../support/sandbox';
import { faultOf } from './support/judge';
import { isKnownFault } from './support/knownFaults';
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

/** All run at once, since many of them wait; the tests tell what came of them. */
const faults = new Map<string, string | undefined>();

const keyOf = (parameter: Parameter, odd: OddValue) => `${nameOf(parameter)}: ${odd.name}`;

beforeAll(async () => {
	stage.sandbox.nextJobs({ failWith: { code: 'CORRUPT_FILE' } }, 'always');
	await inParallel(CASES.length, 100, async (index) => {
		const { parameter, odd } = CASES[index] as (typeof CASES)[number];
		const fault = await run(parameter, odd);
		faults.set(keyOf(parameter, odd), fault);
	});
}, 3 * LIMIT);

describe.each(PARAMETERS.map((parameter) => ({ name: nameOf(parameter), parameter })))(
	'$name',
	({ name, parameter }) => {
		const isKnown = (odd: OddValue) => isKnownFault(name, odd.name);
		const right = ODD_VALUES.filter((odd) => !isKnown(odd));
		const wrong = ODD_VALUES.filter(isKnown);
		const expectNoFault = (odd: OddValue) => {
			expect(faults.has(keyOf(parameter, odd))).toBe(true);
			expect(faults.get(keyOf(parameter, odd))).toBeUndefined();
		};

		// jest takes no empty table.
		if (right.length > 0) it.each(right)('takes $name, or says what it takes', expectNoFault);
		if (wrong.length > 0) {
			it.failing.each(wrong)('takes $name, or says what it takes', expectNoFault);
		}
	},
);

it('deletes no job that was not named', () => {
	expect(stage.sandbox.jobs().filter(({ deleted }) => deleted === true)).toEqual([]);
});
