import fc from 'fast-check';
import { inParallel } from '../support/inParallel';
import { seedOf } from '../support/seed';
import { faultWith, HANG_LIMIT, letJobsFail, nameOf } from './support/oddRuns';
import type { Parameter } from './support/parameters';
import { parametersOf } from './support/parameters';
import { engineRunner } from './support/runner';
import { useEngine } from './support/stage';

const stage = useEngine();

/** Values of each parameter, beside those that `oddValues.test.ts` names. */
const COUNT = 15;

/** What begins with `=` is an expression for n8n, at any depth. */
const isPlain = (value: unknown): boolean => !/"=/.test(JSON.stringify(value));

/** Whatever JSON can hold: half of it texts and numbers, which come closest to what parameters take. */
const VALUES = fc
	.oneof(
		fc.jsonValue({ maxDepth: 2 }),
		fc.string({ unit: 'binary', maxLength: 40 }),
		fc.double({ noNaN: true, noDefaultInfinity: true }),
		fc.integer().map((number) => ` ${number}`),
	)
	.filter(isPlain);

const PARAMETERS = parametersOf(engineRunner().description('audioSpliter'));
const seed = seedOf('values of parameters');
const CASES = PARAMETERS.flatMap((parameter, index) =>
	fc.sample(VALUES, { numRuns: COUNT, seed: seed + index }).map((value) => ({ parameter, value })),
);

/** By parameter: the values that the node takes wrongly, and how. */
const faults = new Map<Parameter, string[]>();
const runs = new Map<Parameter, number>();

beforeAll(async () => {
	letJobsFail(stage);
	await inParallel(CASES.length, 100, async (index) => {
		const { parameter, value } = CASES[index] as (typeof CASES)[number];
		const fault = await faultWith(stage, parameter, { given: value, value });
		runs.set(parameter, (runs.get(parameter) ?? 0) + 1);
		if (fault === undefined) return;
		faults.set(parameter, [...(faults.get(parameter) ?? []), `${JSON.stringify(value)}: ${fault}`]);
	});
}, 3 * HANG_LIMIT);

it.each(PARAMETERS.map((parameter) => ({ name: nameOf(parameter), parameter })))(
	'$name takes any JSON, or says what it takes',
	({ parameter }) => {
		expect(runs.get(parameter)).toBe(COUNT);
		expect(faults.get(parameter)).toBeUndefined();
	},
);
