import { callsTo, RECORDING } from '../support/sandbox';
import { byId, pairs, runAction } from '../support/action';
import type { EngineStage } from './support/stage';
import { onStage } from './support/stage';

const quick = { waitOptions: { pollInterval: 1 } };
const create = ({ sandbox }: EngineStage) => ({
	resource: 'splitJob',
	operation: 'create',
	sourceUrl: sandbox.fileUrl(RECORDING),
	segmentDuration: 5,
});

/** Completed jobs of three segments, without audio. */
const addJobs = ({ sandbox }: EngineStage, count: number): string[] =>
	Array.from({ length: count }, () => sandbox.addSyntheticJob({ segments: 3 }).id);
const jobItems = (ids: string[]) => ids.map((id) => ({ id }));
const fromItem = byId('={{ $json.id }}');

const COUNTS = [1, 25];

describe.each(COUNTS)('with %i item(s)', (count) => {
	const numbers = () => Array.from({ length: count }, (_unused, number) => ({ number }));

	it.concurrent(
		'creates jobs and waits for all of them together',
		onStage(async (stage) => {
			stage.sandbox.nextJobs({ minimumMs: 1_500 }, count);
			const { items, json } = await runAction(
				stage,
				{
					...create(stage),
					...quick,
					additionalFields: {
						metadata: { values: [{ key: 'number', value: '={{ $json.number }}' }] },
					},
				},
				{ items: numbers() },
			);
			expect(json).toHaveLength(count);
			for (const [number, job] of json.entries()) {
				expect(job).toMatchObject({
					status: 'completed',
					splitMode: 'duration',
					segmentDuration: 5,
					segmentCount: 3,
					sourceFileName: RECORDING,
					metadata: { number: String(number) },
				});
			}
			expect(items.map(({ pairedItem }) => pairedItem)).toEqual(pairs(count));
			const posts = stage.sandbox.requests().filter(({ method }) => method === 'POST');
			expect(posts).toHaveLength(count);
		}),
	);

	it.concurrent(
		'creates jobs and goes on at once',
		onStage(async (stage) => {
			const { items, json } = await runAction(
				stage,
				{ ...create(stage), waitMode: 'none', splitMode: 'fileSize', maxSegmentSize: 0.5 },
				{ items: numbers() },
			);
			expect(json).toEqual(
				numbers().map(() =>
					expect.objectContaining({
						status: 'queued',
						splitMode: 'fileSize',
						maxFileSize: 524_288,
					}),
				),
			);
			expect(items.map(({ pairedItem }) => pairedItem)).toEqual(pairs(count));
		}),
	);

	it.concurrent(
		'gets jobs',
		onStage(async (stage) => {
			const ids = addJobs(stage, count);
			const { items, json } = await runAction(
				stage,
				{ resource: 'splitJob', operation: 'get', jobId: fromItem },
				{ items: jobItems(ids) },
			);
			expect(json.map(({ id }) => id)).toEqual(ids);
			expect(items.map(({ pairedItem }) => pairedItem)).toEqual(pairs(count));
		}),
	);

	it.concurrent(
		'lists jobs once for each item',
		onStage(async (stage) => {
			addJobs(stage, 3);
			const { items } = await runAction(
				stage,
				{ resource: 'splitJob', operation: 'getAll', limit: 2 },
				{ items: numbers() },
			);
			expect(items.map(({ pairedItem }) => pairedItem)).toEqual(
				pairs(count).flatMap((pair) => [pair, pair]),
			);
			expect(callsTo(stage.sandbox)).toHaveLength(count);
		}),
	);

	it.concurrent(
		'waits for jobs, with one call for each that is finished and a look at the list where there are many',
		onStage(async (stage) => {
			const ids = addJobs(stage, count);
			const { items, json } = await runAction(
				stage,
				{ resource: 'splitJob', operation: 'wait', jobId: fromItem },
				{ items: jobItems(ids) },
			);
			expect(json.map(({ id, status }) => [id, status])).toEqual(
				ids.map((id) => [id, 'completed']),
			);
			expect(items.map(({ pairedItem }) => pairedItem)).toEqual(pairs(count));
			const calls = callsTo(stage.sandbox).filter(({ origin }) => origin === 'api');
			const [looks, others] = [true, false].map((isList) =>
				calls.filter(({ path }) => path.includes('/splits?') === isList),
			);
			expect(others).toHaveLength(count);
			expect(looks?.length).toBeLessThanOrEqual(1);
		}),
	);

	it.concurrent(
		'lists the segments of jobs',
		onStage(async (stage) => {
			const ids = addJobs(stage, count);
			const { items, json } = await runAction(
				stage,
				{ resource: 'segment', operation: 'getAll', jobId: fromItem },
				{ items: jobItems(ids) },
			);
			expect(json.map(({ jobId, index, start, end }) => [jobId, index, start, end])).toEqual(
				ids.flatMap((id) => [
					[id, 0, 0, 600],
					[id, 1, 600, 1200],
					[id, 2, 1200, 1800],
				]),
			);
			expect(items.map(({ pairedItem }) => pairedItem)).toEqual(
				pairs(count).flatMap((pair) => [pair, pair, pair]),
			);
		}),
	);

	it.concurrent(
		'downloads segments',
		onStage(async (stage) => {
			const ids = addJobs(stage, count);
			const { items } = await runAction(
				stage,
				{ resource: 'segment', operation: 'download', jobId: fromItem, segments: '0,2' },
				{ items: jobItems(ids) },
			);
			expect(items.map(({ binary }) => binary?.data?.fileName)).toEqual(
				ids.flatMap((id) => [`talk-${id}-000.mp3`, `talk-${id}-002.mp3`]),
			);
			expect(items.map(({ pairedItem }) => pairedItem)).toEqual(
				pairs(count).flatMap((pair) => [pair, pair]),
			);
		}),
	);

	it.concurrent(
		'deletes jobs, also those that are gone already',
		onStage(async (stage) => {
			const ids = [...addJobs(stage, count).slice(1), 'job_gone'];
			const { items, json } = await runAction(
				stage,
				{ resource: 'splitJob', operation: 'delete', jobId: fromItem },
				{ items: jobItems(ids) },
			);
			const unknown = { id: 'job_gone', deleted: true, existed: false };
			expect(json).toEqual([...ids.slice(0, -1).map((id) => ({ id, deleted: true })), unknown]);
			expect(items.map(({ pairedItem }) => pairedItem)).toEqual(pairs(count));
			for (const id of ids.slice(0, -1)) expect(stage.sandbox.job(id)?.deleted).toBe(true);
		}),
	);
});

describe('create', () => {
	it.concurrent.each(['mp3', 'wav', 'flac', 'ogg', 'aac'])(
		'asks for %s and gives its files',
		onStage(async (stage, format) => {
			const { items } = await runAction(stage, {
				...create(stage),
				...quick,
				output: 'segments',
				download: true,
				outputBinaryPropertyName: 'audio',
				additionalFields: { outputFormat: format },
			});
			expect(items).toHaveLength(3);
			for (const [index, { json, binary }] of items.entries()) {
				expect(binary?.audio).toMatchObject({
					fileName: `talk-${String(json.jobId)}-00${index}.${format}`,
					mimeType: format === 'mp3' ? 'audio/mpeg' : `audio/${format}`,
					fileExtension: format,
				});
				const bytes = await stage.runner.binary(binary?.audio?.id ?? '');
				expect(bytes.length).toBe(json.size);
			}
		}),
	);

	it.concurrent(
		'sends what was asked for and nothing else',
		onStage(async (stage) => {
			await runAction(stage, { ...create(stage), waitMode: 'none' });
			const { request } = stage.sandbox.jobs().at(-1) ?? {};
			expect(request).toEqual({
				sourceUrl: stage.sandbox.fileUrl(RECORDING),
				splitMode: 'duration',
				segmentDuration: 5,
			});
		}),
	);
});

describe('the items', () => {
	const getJob = (stage: EngineStage, jobId: string, more: object = {}) =>
		runAction(stage, { resource: 'splitJob', operation: 'get', jobId: byId(jobId), ...more });
	const list = (stage: EngineStage, more: object = {}) =>
		runAction(stage, { resource: 'splitJob', operation: 'getAll', limit: 1, ...more });

	it.concurrent(
		'have one shape wherever the job comes from',
		onStage(async (stage) => {
			const made = await runAction(stage, { ...create(stage), ...quick });
			const [job] = made.json;
			const id = String(job?.id);
			const got = await getJob(stage, id, { simplify: false });
			const waited = await runAction(stage, {
				...{ resource: 'splitJob', operation: 'wait', jobId: byId(id) },
			});
			const listed = await list(stage, { simplify: false });
			for (const { json } of [got, waited, listed]) {
				expect(Object.keys(json[0] ?? {})).toEqual(Object.keys(job ?? {}));
				expect(json[0]).toMatchObject({ id, segmentCount: 3 });
			}
		}),
	);

	it.concurrent(
		'have at most ten fields with Simplify, which is on by default',
		onStage(async (stage) => {
			const metadata = { orderId: 'A-17' };
			const { id } = stage.sandbox.addSyntheticJob({ segments: 3, request: { metadata } });
			const simplified = {
				...{ id, status: 'completed', sourceFileName: 'talk.mp3', sourceDuration: 1800 },
				...{ segmentCount: 3, metadata },
				createdAt: expect.any(String) as string,
				completedAt: expect.any(String) as string,
			};
			for (const more of [{}, { simplify: true }]) {
				expect((await getJob(stage, id, more)).json).toEqual([simplified]);
				expect((await list(stage, more)).json).toEqual([simplified]);
			}
		}),
	);
});
