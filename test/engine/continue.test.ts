import type { INodeParameters } from 'n8n-workflow';
import { callsTo, RECORDING } from '../support/sandbox';
import { byId, runAction } from '../support/action';
import type { EngineStage } from './support/stage';
import { onStage } from './support/stage';

const fromItem = byId('={{ $json.id }}');
const wait = { waitOptions: { pollInterval: 1 } };

interface Case {
	name: string;
	parameters: () => INodeParameters;
	/** Three items, of which the second fails. */
	items: (stage: EngineStage) => object[];
	message: RegExp;
	/** Part of the failed item's JSON under Continue; the message by default. */
	failedJson?: object;
}

const jobs = (stage: EngineStage, second = 'job_unknown') => [
	{ id: stage.sandbox.addSyntheticJob().id },
	{ id: second },
	{ id: stage.sandbox.addSyntheticJob().id },
];
const failedJob = (stage: EngineStage) =>
	stage.sandbox.addSyntheticJob({
		status: 'failed',
		error: { code: 'CORRUPT_FILE', message: 'No audio in it' },
	}).id;
const urls = (stage: EngineStage, second: string) =>
	[stage.sandbox.fileUrl(RECORDING), second, stage.sandbox.fileUrl(RECORDING)].map((url) => ({
		url,
	}));
const create = { resource: 'splitJob', operation: 'create', sourceUrl: '={{ $json.url }}' };
const notFound = /^The job was not found/;
const decoded = /^The source could not be decoded: No audio in it \(CORRUPT_FILE\) \[job job_/;

const CASES: Case[] = [
	{
		name: 'create, refused before it is sent',
		parameters: () => ({ ...create, segmentDuration: 5, waitMode: 'none' }),
		items: (stage) => urls(stage, 'no address'),
		message: /^'Source URL' is not a web address/,
	},
	{
		name: 'create, refused by the service',
		parameters: () => ({ ...create, segmentDuration: 5, waitMode: 'none' }),
		items: (stage) => {
			stage.sandbox.fault('error', {
				match: { method: 'POST' },
				after: 1,
				status: 413,
				code: 'FILE_TOO_LARGE',
			});
			return urls(stage, stage.sandbox.fileUrl(RECORDING));
		},
		message: /^The source file is too large for the plan/,
	},
	{
		name: 'create, where the job fails',
		parameters: () => ({ ...create, segmentDuration: 5, ...wait }),
		items: (stage) => {
			stage.sandbox.nextJobs({}, 1);
			stage.sandbox.nextJobs({ failWith: { code: 'CORRUPT_FILE', message: 'No audio in it' } }, 1);
			return urls(stage, stage.sandbox.fileUrl(RECORDING));
		},
		message: decoded,
		failedJson: { status: 'failed', error: { code: 'CORRUPT_FILE', message: 'No audio in it' } },
	},
	{
		name: 'get',
		parameters: () => ({ resource: 'splitJob', operation: 'get', jobId: fromItem }),
		items: jobs,
		message: notFound,
	},
	{
		name: 'get many',
		parameters: () => ({ resource: 'splitJob', operation: 'getAll', limit: '={{ $json.limit }}' }),
		items: (stage) => jobs(stage).map((_job, item) => ({ limit: item === 1 ? 0 : 1 })),
		message: /^'Limit' must be 1 or more/,
	},
	{
		name: 'delete',
		parameters: () => ({ resource: 'splitJob', operation: 'delete', jobId: fromItem }),
		items: (stage) => jobs(stage, stage.sandbox.addSyntheticJob({ status: 'processing' }).id),
		message: /^The job is being processed and cannot be changed now/,
	},
	{
		name: 'wait, where there is no such job',
		parameters: () => ({ resource: 'splitJob', operation: 'wait', jobId: fromItem, ...wait }),
		items: jobs,
		message: notFound,
	},
	{
		name: 'wait, where the job fails',
		parameters: () => ({ resource: 'splitJob', operation: 'wait', jobId: fromItem, ...wait }),
		items: (stage) => jobs(stage, failedJob(stage)),
		message: decoded,
		failedJson: { status: 'failed', error: { code: 'CORRUPT_FILE', message: 'No audio in it' } },
	},
	{
		name: 'list segments',
		parameters: () => ({ resource: 'segment', operation: 'getAll', jobId: fromItem }),
		items: (stage) => jobs(stage, failedJob(stage)),
		message: decoded,
	},
	{
		name: 'download',
		parameters: () => ({
			resource: 'segment',
			operation: 'download',
			jobId: fromItem,
			segments: '={{ $json.segments ?? "all" }}',
		}),
		items: (stage) => {
			const [first = {}, , last = {}] = jobs(stage);
			return [first, { ...first, segments: '1' }, last];
		},
		message: /^'Segments' cannot be used: There is no segment 1: the job has the indexes 0 to 0/,
	},
];

describe.each(CASES)('$name', ({ parameters, items, message, failedJson }) => {
	it.concurrent(
		'stops the execution, and names the item',
		onStage(async (stage) => {
			const { execution, error } = await runAction(stage, parameters(), { items: items(stage) });
			expect(execution.status).toBe('error');
			expect(error?.message).toMatch(message);
			expect(error?.description).toBeTruthy();
			expect(error?.context?.itemIndex).toBe(1);
		}),
	);

	it.concurrent(
		'goes on with an item that tells of the error',
		onStage(async (stage) => {
			const ran = await runAction(stage, parameters(), {
				items: items(stage),
				more: { onError: 'continueRegularOutput' },
			});
			expect(ran.execution.status).toBe('success');
			expect(ran.items.map(({ pairedItem }) => pairedItem)).toEqual([
				{ item: 0 },
				{ item: 1 },
				{ item: 2 },
			]);
			expect(ran.json[1]).toMatchObject(
				failedJson ?? {
					error: expect.stringMatching(message) as string,
					description: expect.any(String) as string,
				},
			);
			expect(ran.json[0]).not.toHaveProperty('error');
			expect(ran.json[2]).not.toHaveProperty('error');
		}),
	);

	it.concurrent(
		'moves the item to the error output',
		onStage(async (stage) => {
			const {
				execution,
				items: good,
				failed,
			} = await runAction(stage, parameters(), {
				items: items(stage),
				more: { onError: 'continueErrorOutput' },
			});
			expect(execution.status).toBe('success');
			expect(good.map(({ pairedItem }) => pairedItem)).toEqual([{ item: 0 }, { item: 2 }]);
			expect(failed.map(({ json, pairedItem }) => [json.error, pairedItem])).toEqual([
				[expect.stringMatching(message), { item: 1 }],
			]);
		}),
	);
});

describe('an error that every item would end in', () => {
	const more = { onError: 'continueRegularOutput' } as const;
	const createJob = () => ({ ...create, segmentDuration: 5, waitMode: 'none' });
	const getJob = () => ({ resource: 'splitJob', operation: 'get', jobId: fromItem });
	const run = async (
		stage: EngineStage,
		parameters: INodeParameters,
		items: object[],
		fault: object,
	) => {
		stage.sandbox.fault('error', { count: 'always', ...fault });
		return await runAction(stage, parameters, { items, more });
	};

	it.concurrent.each([
		[401, 'KEY_REVOKED', getJob],
		[402, 'QUOTA_EXCEEDED', createJob],
		[402, 'PAYMENT_REQUIRED', createJob],
		[403, 'INSUFFICIENT_SCOPE', createJob],
		[403, 'INSUFFICIENT_SCOPE', getJob],
	])(
		'is asked for once: %i %s',
		onStage(async (stage, status, code, parameters) => {
			const items = urls(stage, stage.sandbox.fileUrl(RECORDING)).map((item) => ({
				...item,
				id: 'job_1',
			}));
			const { json } = await run(stage, parameters(), items, { status, code });
			const told = expect.stringContaining(`(${code})`) as string;
			expect(json.map(({ error }) => error)).toEqual([told, told, told]);
			expect(stage.sandbox.requests().filter(({ origin }) => origin === 'api')).toHaveLength(1);
		}),
	);

	it.concurrent(
		'is not a page of a proxy, whatever its status',
		onStage(async (stage) => {
			const items = jobs(stage);
			stage.sandbox.fault('html-error', { status: 403 });
			const { json } = await runAction(stage, getJob(), {
				items: [items[0], items[2]] as object[],
				more,
			});
			expect(json).toMatchObject([
				{
					error: expect.stringMatching(
						/^Something between n8n and AudioSpliter answered/,
					) as string,
				},
				{ id: items[2]?.id, status: 'completed' },
			]);
		}),
	);
});

describe('an error of the node as a whole', () => {
	const parameters = () => ({ ...create, segmentDuration: 5, waitOptions: { maxWait: -1 } });
	const message = "'Max Wait' must be a number from 0 to 10,080, not -1";

	it.concurrent(
		'stops the execution before anything is submitted',
		onStage(async (stage) => {
			const items = urls(stage, stage.sandbox.fileUrl(RECORDING));
			const { error } = await runAction(stage, parameters(), { items });
			expect(error?.message).toBe(message);
			expect(error?.context?.itemIndex).toBe(0);
			expect(callsTo(stage.sandbox)).toEqual([]);
		}),
	);

	it.concurrent.each(['create', 'wait'])(
		'is the error of every item where %s goes on',
		onStage(async (stage, operation) => {
			const { json, items } = await runAction(
				stage,
				{ ...parameters(), operation, jobId: byId('job_1') },
				{ items: urls(stage, 'any'), more: { onError: 'continueRegularOutput' } },
			);
			expect(json.map(({ error }) => error)).toEqual([message, message, message]);
			expect(items.map(({ pairedItem }) => pairedItem)).toEqual(
				[0, 1, 2].map((item) => ({ item })),
			);
			expect(callsTo(stage.sandbox)).toEqual([]);
		}),
	);
});
