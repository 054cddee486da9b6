import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { INodeExecutionData } from 'n8n-workflow';
import type { FaultOptions } from '../../sandbox';
import type { Ran } from '../support/action';
import { byId, runAction } from '../support/action';
import { requestsThatLeakTheKey } from '../support/secrecy';
import type { EngineStage } from './support/stage';
import { onStage } from './support/stage';

const SEGMENT_BYTES = 300_001;

const addJob = ({ sandbox }: EngineStage): string =>
	sandbox.addSyntheticJob({ segments: 3, segmentBytes: SEGMENT_BYTES }).id;
/** The part of a download URL that names its job. */
const inUrl = (jobId: string) => ({ path: jobId.replace(/^job_/, '/segments/') });

const download = { resource: 'segment', operation: 'download', jobId: byId('={{ $json.id }}') };
const goOn = { more: { onError: 'continueRegularOutput' } } as const;
const run = async (stage: EngineStage, ids: string[], more = {}): Promise<Ran> =>
	await runAction(stage, download, { items: ids.map((id) => ({ id })), ...more });

const requestsTo = ({ sandbox }: EngineStage, origin: string) =>
	sandbox.requests().filter((request) => request.origin === origin);

/** The files' bytes are what the sandbox sends, to the last one. */
const expectWhole = async (stage: EngineStage, items: INodeExecutionData[]): Promise<void> => {
	const whole = Buffer.alloc(SEGMENT_BYTES, 'synthetic audio ');
	expect(items).not.toEqual([]);
	for (const { json, binary } of items) {
		expect(json.size).toBe(SEGMENT_BYTES);
		const bytes = await stage.runner.binary(binary?.data?.id ?? '');
		expect(bytes.equals(whole)).toBe(true);
	}
};

/** What holds for any download, whatever becomes of it. */
const onDownloads = <Row extends unknown[]>(
	test: (stage: EngineStage, ...row: Row) => Promise<void>,
) =>
	onStage(async (stage, ...row: Row) => {
		await test(stage, ...row);
		expect(requestsTo(stage, 'cdn')).not.toEqual([]);
		expect(requestsThatLeakTheKey(stage)).toEqual([]);
	});

describe('a download that fails once', () => {
	it.concurrent.each([
		'download-truncated',
		'download-reset-midway',
		'download-server-error',
		'download-expired',
		'download-rate-limit',
		'download-empty',
	])(
		'is whole all the same after %s',
		onDownloads(async (stage, fault) => {
			const id = addJob(stage);
			stage.sandbox.fault(fault, { match: { segmentIndex: 1 } });
			const { items } = await run(stage, [id]);
			expect(items.map(({ json }) => json.index)).toEqual([0, 1, 2]);
			await expectWhole(stage, items);
			const tries = requestsTo(stage, 'cdn').filter(({ path }) => path.includes('-1.mp3'));
			expect(tries.map((request) => request.fault)).toEqual([fault, undefined]);
			// Only a link that has ended makes the node ask for the job a second time.
			expect(requestsTo(stage, 'api')).toHaveLength(fault === 'download-expired' ? 2 : 1);
		}),
	);

	it.concurrent.each(['seconds', 'date'])(
		'is tried again when the host allows it, in %s',
		onDownloads(async (stage, format) => {
			stage.sandbox.setSwitch('retryAfterFormat', format);
			const seconds = 3;
			const id = addJob(stage);
			stage.sandbox.fault('download-rate-limit', {
				...{ match: { segmentIndex: 1 }, retryAfterSeconds: seconds },
			});
			await expectWhole(stage, (await run(stage, [id])).items);
			const tries = requestsTo(stage, 'cdn').filter(({ path }) => path.includes('-1.mp3'));
			const [refused, allowed] = tries;
			expect([refused?.status, allowed?.status]).toEqual([429, 200]);
			// The host's time, not the node's own pause of a second. A date leaves out the milliseconds.
			const least = (format === 'date' ? seconds - 1 : seconds) * 1000;
			expect((allowed?.time ?? 0) - (refused?.time ?? 0)).toBeGreaterThanOrEqual(least);
		}),
	);

	it.concurrent.each([
		[410, 'json'],
		[404, 'xml'],
	])(
		'gets a new link after a %i with %s',
		onDownloads(async (stage, status, body) => {
			const id = addJob(stage);
			stage.sandbox.setSwitch('expiredStatus', status);
			stage.sandbox.setSwitch('expiredBody', body);
			stage.sandbox.fault('download-expired', { match: { segmentIndex: 2 } });
			const { items } = await run(stage, [id]);
			await expectWhole(stage, items);
			expect(requestsTo(stage, 'api')).toHaveLength(2);
		}),
	);
});

describe('a download that goes on failing', () => {
	it.concurrent(
		'is an error of its item after a bounded number of tries, and never a short file',
		onDownloads(async (stage) => {
			const cases: Array<[string, FaultOptions, RegExp, number]> = [
				[
					'download-truncated',
					{},
					/: the transfer from 127\.0\.0\.1:\d+ was interrupted \(\w+\)$/,
					4,
				],
				[
					'download-reset-midway',
					{},
					/: the transfer from 127\.0\.0\.1:\d+ was interrupted \(\w+\)$/,
					4,
				],
				['download-server-error', {}, /: the download host answered 500$/, 4],
				['download-server-error', { status: 418 }, /: the download host answered 418$/, 1],
				['download-rate-limit', {}, /: the download host answered 429$/, 4],
				// Longer than the node waits for one file.
				['download-rate-limit', { retryAfterSeconds: 301 }, /: the download host answered 429$/, 1],
				['download-empty', {}, /: the download host sent an empty file$/, 4],
				['download-expired', {}, /: its link was refused \(HTTP 403\)$/, 2],
			];
			await Promise.all(
				cases.map(async ([fault, options, message, tries]) => {
					const [good, bad] = [addJob(stage), addJob(stage)];
					const match = { ...inUrl(bad), segmentIndex: 1 };
					stage.sandbox.fault(fault, { count: 'always', match, ...options });
					const { items, execution } = await run(stage, [good, bad, good], goOn);
					expect(execution.status).toBe('success');
					expect(items.map(({ pairedItem }) => pairedItem)).toEqual(
						[0, 0, 0, 1, 2, 2, 2].map((item) => ({ item })),
					);
					await expectWhole(
						stage,
						items.filter(({ binary }) => binary),
					);
					expect(items[3]?.binary).toBeUndefined();
					expect(items[3]?.json).toEqual({
						error: expect.stringMatching(message) as string,
						description: expect.stringMatching(/Download it later|has deleted the file/) as string,
					});
					expect(items[3]?.json.error).toContain(`Segment 1 of job ${bad} could not be downloaded`);
					const failed = requestsTo(stage, 'cdn').filter(({ path }) =>
						path.includes(`${match.path}-1.`),
					);
					expect([fault, failed.length]).toEqual([fault, tries]);
				}),
			);
		}),
	);

	it.concurrent(
		'stops the execution, and names the item',
		onDownloads(async (stage) => {
			const [good, bad] = [addJob(stage), addJob(stage)];
			stage.sandbox.fault('download-expired', { count: 'always', match: inUrl(bad) });
			const { error } = await run(stage, [good, bad]);
			expect(error?.message).toMatch(/: its link was refused \(HTTP 403\)$/);
			expect(error?.description).toMatch(/24 hours/);
			expect(error?.context?.itemIndex).toBe(1);
		}),
	);
});

describe('a file that neither its job nor its link gives a format', () => {
	it.concurrent.each<[string, object, string, string]>([
		['its type', { 'content-type': 'audio/mpeg' }, 'mp3', 'audio/mpeg'],
		[
			'its name',
			{
				'content-type': 'application/octet-stream',
				'content-disposition': 'attachment; filename="segment 0.flac"',
			},
			'flac',
			'audio/flac',
		],
		['its source', { 'content-type': 'application/octet-stream' }, 'wav', 'audio/wav'],
	])(
		'is named by %s',
		onDownloads(async (stage, _what, headers, extension, mimeType) => {
			const host = createServer((_request, response) => {
				response.writeHead(200, { ...headers }).end('audio');
			}).listen(0, '127.0.0.1');
			await once(host, 'listening');
			const { port } = host.address() as AddressInfo;
			const downloadUrl = `http://127.0.0.1:${port}/seg/000?sig=1`;
			const job = {
				...{ id: 'job_7f3k', status: 'completed', outputFormat: 'original' },
				...{ sourceFileName: 'talk.wav', segments: [{ index: 0, downloadUrl }] },
			};
			try {
				const { items } = await runAction(
					stage,
					{
						...download,
						operation: 'wait',
						resource: 'splitJob',
						output: 'segments',
						download: true,
					},
					{ items: [job] },
				);
				const fileName = `talk-job_7f3k-000.${extension}`;
				expect(items).toMatchObject([
					{
						json: { fileName },
						binary: { data: { fileName, mimeType, fileExtension: extension } },
					},
				]);
			} finally {
				host.close();
			}
			// For the check after each test.
			await run(stage, [addJob(stage)]);
		}),
	);
});

describe('a download that leads to another host', () => {
	it.concurrent(
		'is followed, without the API key',
		onDownloads(async (stage) => {
			stage.sandbox.fault('download-redirect', { count: 'always' });
			const { items } = await run(stage, [addJob(stage)]);
			await expectWhole(stage, items);
			expect(requestsTo(stage, 'foreign').map(({ apiKey, status }) => [apiKey, status])).toEqual(
				[0, 1, 2].map(() => ['none', 200]),
			);
			// The same log tells where the key did arrive.
			expect(requestsTo(stage, 'api').map(({ apiKey }) => apiKey)).toEqual(['known']);
		}),
	);
});

describe('links that have ended', () => {
	it.concurrent(
		'are fetched anew, all with one call, before they are used',
		onDownloads(async (stage) => {
			const id = addJob(stage);
			const got = await runAction(stage, {
				resource: 'splitJob',
				operation: 'get',
				jobId: byId(id),
				simplify: false,
			});
			const [job] = got.json as [{ segments: object[] }];
			const expiresAt = new Date(Date.now() - 1_000).toISOString();
			const stale = {
				...job,
				segments: job.segments.map((segment) => ({ ...segment, expiresAt })),
			};
			stage.sandbox.clearRequests();
			const { items } = await runAction(
				stage,
				{
					...download,
					operation: 'wait',
					resource: 'splitJob',
					output: 'segments',
					download: true,
				},
				{ items: [stale] },
			);
			await expectWhole(stage, items);
			expect(items.every(({ json }) => Date.parse(String(json.expiresAt)) > Date.now())).toBe(true);
			expect(requestsTo(stage, 'api')).toHaveLength(1);
		}),
	);
});
