/** @jest-environment ./test/engine/support/environment.ts */
import type { INodeExecutionData, INodeParameters } from 'n8n-workflow';
import { sandboxCredential } from '../../harness/sandboxCredential';
import { engineRunner } from '../engine/support/runner';
import type { ActionPlace, Ran, RunOptions } from '../support/action';
import { runAction } from '../support/action';
import { normalise } from '../support/normalise';
import { API_ERRORS } from '../support/rows/errors';
import { completedJobs, ERROR_SETTINGS, fromItem, OPERATIONS } from '../support/rows/operations';
import { RECORDING } from '../support/sandbox';
import { isOlder } from './support/n8n';
import { executionsWith } from './support/secrecy';
import { useSandbox } from './support/stage';

/**
 * The tests of the action node run in n8n's engine alone (`test/engine`). Here a sample of them runs there and on a whole n8n,
 * and must come to the same: items, pairs and errors. The rows without an error are the smoke test of each operation.
 */
interface Sample {
	name: string;
	prepare(place: ActionPlace): { parameters: INodeParameters; options: RunOptions };
}

const stage = useSandbox();

/** Each operation as it works by itself, and with every error setting where the second of three items fails. */
const ofOperations: Sample[] = OPERATIONS.flatMap((row, index): Sample[] => [
	{
		name: row.name,
		prepare: (place) => ({
			parameters: row.parameters(place),
			options: { items: row.items(place, 3) },
		}),
	},
	...ERROR_SETTINGS.map((setting, turn): Sample => {
		// Another one for each row.
		const { status, code } = API_ERRORS[(3 * index + turn) % API_ERRORS.length] ?? {};
		return {
			name: `${row.name}, ${status} ${code}, ${setting}`,
			prepare(place) {
				const items = row.items(place, 3);
				place.sandbox.fault('error', { status, code, ...row.requestOf(items, 1) });
				return {
					parameters: row.parameters(place),
					options: { items, more: { onError: setting } },
				};
			},
		};
	}),
]);

const createAndWait = ({ sandbox }: ActionPlace): INodeParameters => ({
	resource: 'splitJob',
	operation: 'create',
	sourceUrl: sandbox.fileUrl(RECORDING),
	segmentDuration: 5,
	waitOptions: { pollInterval: 1 },
});

const others: Sample[] = [
	{
		name: 'create and wait, with files',
		prepare: (place) => ({
			parameters: { ...createAndWait(place), output: 'segments', download: true },
			options: {},
		}),
	},
	{
		name: 'create and wait, where a job fails',
		prepare(place) {
			place.sandbox.nextJobs({}, 1);
			place.sandbox.nextJobs({ failWith: { code: 'CORRUPT_FILE', message: 'No audio' } }, 1);
			const more = { onError: 'continueErrorOutput' } as const;
			return { parameters: createAndWait(place), options: { items: [{}, {}], more } };
		},
	},
	{
		name: 'a wait that is not over in time, tried twice',
		prepare({ sandbox }) {
			const { id } = sandbox.addSyntheticJob({ status: 'processing', progress: 40 });
			return {
				parameters: {
					...{ resource: 'splitJob', operation: 'wait', jobId: fromItem },
					waitOptions: { pollInterval: 1, maxWait: 0.01 },
				},
				options: { items: [{ id }], more: { retryOnFail: true, maxTries: 2 } },
			};
		},
	},
	{
		name: 'once for many items',
		prepare: (place) => ({
			parameters: { resource: 'splitJob', operation: 'get', jobId: fromItem },
			options: { items: completedJobs(place, 3), more: { executeOnce: true } },
		}),
	},
];

const SAMPLE = [...ofOperations, ...others];

const told = ({ json, binary, pairedItem }: INodeExecutionData) => ({
	json,
	pairedItem,
	files: Object.entries(binary ?? {}).map(([field, { fileName, mimeType, bytes }]) => ({
		...{ field, fileName, mimeType, bytes },
	})),
});

/** What must be the same wherever a row runs. n8n 2.8 does not know of causes, and keeps none. */
const comparable = ({ execution, items, failed, error }: Ran) =>
	normalise({
		status: execution.status,
		items: items.map(told),
		failed: failed.map(told),
		error: error && {
			...{ name: error.name, message: error.message, description: error.description },
			...{ httpCode: error.httpCode, itemIndex: error.context?.itemIndex },
			...(!isOlder() && { failure: error.failure }),
		},
	});

/**
 * What the node asked of the API. The sandbox itself fetches sources, in its own time, and how often a job is looked at
 * until it has ended depends on how busy the machine is: looks that get the same answer count once.
 */
const apiCalls = () => {
	const calls = stage.sandbox
		.requests()
		.filter(({ origin }) => origin === 'api')
		.map(({ method, path, status }) => `${method} ${path}: ${status}`);
	const isFirst = (call: string, index: number) => calls.indexOf(call) === index;
	return normalise(calls.filter((call, index) => !call.startsWith('GET') || isFirst(call, index)));
};

const runIn = async (place: ActionPlace, { prepare }: Sample): Promise<Ran> => {
	const { parameters, options } = prepare(place);
	return await runAction(place, parameters, options);
};

it('is a sample of thirty', () => expect(SAMPLE.length).toBeGreaterThanOrEqual(30));

it.each(SAMPLE)('$name', async (sample) => {
	const onN8n = await runIn(stage, sample);
	stage.sandbox.clearFaults();
	stage.sandbox.clearNextJobs();
	const calls = apiCalls();
	stage.sandbox.clearRequests();

	const runner = engineRunner();
	const credential = await sandboxCredential(runner, stage.sandbox);
	const inEngine = await runIn({ sandbox: stage.sandbox, runner, credential }, sample);

	expect(comparable(inEngine)).toEqual(comparable(onN8n));
	expect(apiCalls()).toEqual(calls);
	expect(onN8n.execution.status).toMatch(/^(success|error)$/);
});

afterAll(async () => {
	expect(await executionsWith(stage, stage.sandbox.apiKey)).toBe(0);
	expect(await executionsWith(stage, 'X-API-Key')).toBe(0);
	// The search does find what is there.
	expect(await executionsWith(stage, 'job_')).toBeGreaterThan(0);
});
