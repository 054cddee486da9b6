import { inParallel } from '../support/inParallel';
import { faultWith, HANG_LIMIT, letJobsFail, nameOf } from './support/oddRuns';
import { ODD_VALUES } from './support/oddValues';
import type { Parameter } from './support/parameters';
import { parametersOf } from './support/parameters';
import { engineRunner } from './support/runner';
import { useEngine } from './support/stage';

const stage = useEngine();

const PARAMETERS = parametersOf(engineRunner().description('audioSpliter'));
const CASES = PARAMETERS.flatMap((parameter) => ODD_VALUES.map((odd) => ({ parameter, odd })));

/** All run at once, since many of them wait; the tests tell what came of them: by parameter and value, what is wrong. */
const outcomes = new Map<Parameter, Map<string, string | undefined>>();

beforeAll(async () => {
	for (const parameter of PARAMETERS) outcomes.set(parameter, new Map());
	letJobsFail(stage);
	await inParallel(CASES.length, 100, async (index) => {
		const { parameter, odd } = CASES[index] as (typeof CASES)[number];
		outcomes.get(parameter)?.set(odd.name, await faultWith(stage, parameter, odd));
	});
}, 3 * HANG_LIMIT);

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
