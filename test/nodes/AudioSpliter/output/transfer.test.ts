import { Readable } from 'node:stream';
import type { SegmentItem } from '../../../../nodes/AudioSpliter/job/segment';
import { toSegmentItems } from '../../../../nodes/AudioSpliter/job/segment';
import type { FileContext } from '../../../../nodes/AudioSpliter/n8n/context';
import { transfer } from '../../../../nodes/AudioSpliter/output/transfer';
import type { TestClock } from '../n8n/testClock';
import { testClock, useTestClock } from '../n8n/testClock';

// Looks at a transfer, every half a second, for a minute without a byte.
jest.mock('n8n-workflow', () =>
	jest.requireActual<TestClock>('../n8n/testClock').workflowOnTestClock(),
);

useTestClock(0);

interface Host {
	status?: number;
	headers?: Record<string, string>;
	body?: Readable;
	/** Instead of an answer. */
	error?: Error;
	/** What n8n's store says to the file. */
	storeError?: Error;
	signal?: AbortSignal;
}

/** An n8n with a download host behind it; what was asked of the host is in `sent`. */
const world = (host: Host) => {
	const {
		status = 200,
		headers = {},
		body = Readable.from(['']),
		error,
		storeError,
		signal,
	} = host;
	const sent: Array<Record<string, unknown>> = [];
	const sizes = new Map<string, number>();
	const ctx = {
		getExecutionCancelSignal: () => signal,
		helpers: {
			httpRequest: async (options: Record<string, unknown>) => {
				sent.push(options);
				if (error !== undefined) throw error;
				return { statusCode: status, headers, body };
			},
			prepareBinaryData: async (stream: Readable, fileName: string, mimeType: string) => {
				if (storeError !== undefined) throw storeError;
				let bytes = 0;
				for await (const chunk of stream) bytes += (chunk as Buffer).length;
				sizes.set(fileName, bytes);
				return { id: fileName, data: 'filesystem-v2', fileName, mimeType };
			},
			getBinaryMetadata: async (id: string) => ({ fileSize: sizes.get(id) ?? -1 }),
		},
	} as unknown as FileContext;
	return { ctx, sent };
};

const segment = (size?: number) => ({
	...{ jobId: 'job_1', index: 0, segmentCount: 1, fileName: 'job_1-000.mp3' },
	downloadUrl: 'https://cdn.example.com/segments/1-0.mp3?signature=x',
	...(size !== undefined && { size }),
});

const bytes = (count: number) => Readable.from([Buffer.alloc(count)]);

const broke = (transport: string) => ({ failure: { transport } });

it('stores the file under its name and type, and sends nothing but the address', async () => {
	const { ctx, sent } = world({ body: bytes(10), headers: { 'content-type': 'text/plain' } });
	expect(await transfer(ctx, segment(10))).toMatchObject({
		binary: { fileName: 'job_1-000.mp3', mimeType: 'audio/mpeg' },
	});
	expect(sent[0]).toMatchObject({
		url: 'https://cdn.example.com/segments/1-0.mp3?signature=x',
		headers: { 'Accept-Encoding': 'identity' },
	});
	expect(Object.keys(sent[0]?.headers as object)).toEqual(['Accept-Encoding']);
});

it.each([
	[{ 'content-type': 'audio/flac' }, 'talk-job_1-000.flac', 'audio/flac'],
	[{ 'content-disposition': 'attachment; filename="x.m4a"' }, 'talk-job_1-000.m4a', 'audio/mp4'],
	[{ 'content-type': 'application/octet-stream' }, 'talk-job_1-000.wav', 'audio/wav'],
])('names a file that its link does not by what the host says: %j', async (headers, name, type) => {
	const [told] = toSegmentItems({
		...{ id: 'job_1', status: 'completed', sourceFileName: 'talk.wav' },
		segments: [{ index: 0, downloadUrl: 'https://cdn.example.com/seg/000?sig=1' }],
	});
	const { ctx } = world({ body: bytes(10), headers });
	expect(await transfer(ctx, told as SegmentItem)).toMatchObject({
		binary: { fileName: name, mimeType: type },
	});
});

describe('a file', () => {
	it.each<[string, number | undefined, string | undefined, boolean]>([
		['of the length that the host states', undefined, '10', true],
		['of the length that the job states', 10, undefined, true],
		['of a length that nobody states', undefined, undefined, true],
		['whose host counts compressed bytes', 10, '4', true],
		['shorter than the host states', undefined, '20', false],
		['shorter than the job states', 20, undefined, false],
		['shorter than both state', 20, '20', false],
		['whose host states no number', undefined, 'many', true],
	])('%s', async (_what, size, length, isWhole) => {
		const headers = { ...(length !== undefined && { 'content-length': length }) };
		const { ctx } = world({ body: bytes(10), headers });
		const result = await transfer(ctx, segment(size));
		expect('binary' in result).toBe(isWhole);
		if (!isWhole) expect(result).toEqual(broke('ECONNRESET'));
	});
});

it.each([401, 403, 404, 410])('takes a %i for a link that has ended', async (status) => {
	const body = Readable.from(['<Error/>']);
	const { ctx } = world({ status, body });
	expect(await transfer(ctx, segment())).toEqual({ failure: { status, code: 'DOWNLOAD_EXPIRED' } });
	expect(body.destroyed).toBe(true);
});

it.each([400, 418, 500, 503])('hands on a %i, and lets go of the connection', async (status) => {
	const body = Readable.from(['an error page']);
	const { ctx } = world({ status, body });
	expect(await transfer(ctx, segment())).toMatchObject({ failure: { status } });
	expect(body.destroyed).toBe(true);
});

it.each([
	['a connection that was refused', 'ECONNREFUSED'],
	['a host that is not known', 'ENOTFOUND'],
])('tells of %s', async (_what, code) => {
	const { ctx } = world({ error: Object.assign(new Error('x'), { code }) });
	expect(await transfer(ctx, segment())).toEqual(broke(code));
});

it.each([
	Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' }),
	new Error('The bucket is not yours'),
])(
	'tells of a store that does not take the file, and lets go of the connection',
	async (storeError) => {
		const body = bytes(10);
		const { ctx } = world({ body, storeError });
		expect(await transfer(ctx, segment(10))).toEqual({
			failure: { transport: 'NOT_STORED', serviceMessage: storeError.message },
		});
		expect(body.destroyed).toBe(true);
	},
);

it('tells of a connection that breaks midway', async () => {
	const body = new Readable({ read: () => undefined });
	body.push(Buffer.alloc(5));
	setImmediate(() => body.destroy(Object.assign(new Error('aborted'), { code: 'ECONNRESET' })));
	const { ctx } = world({ body });
	expect(await transfer(ctx, segment(10))).toEqual(broke('ECONNRESET'));
});

describe('a transfer on which nothing comes any more', () => {
	it('is ended after a minute', async () => {
		const body = new Readable({ read: () => undefined });
		body.push(Buffer.alloc(5));
		const { ctx } = world({ body });
		expect(await transfer(ctx, segment(10))).toEqual(broke('ETIMEDOUT'));
		expect(testClock.now).toBeGreaterThanOrEqual(60_000);
		expect(testClock.now).toBeLessThan(62_000);
	});

	it('goes on as long as bytes come', async () => {
		const pieces = 20;
		let left = pieces;
		const body = new Readable({ read: () => undefined });
		const more = (): void => {
			if (left-- === 0) return void body.push(null);
			body.push(Buffer.alloc(1));
			// Half a minute between two bytes: ten minutes in all.
			const nextAt = testClock.now + 30_000;
			const look = (): void => (testClock.now >= nextAt ? more() : void setImmediate(look));
			look();
		};
		more();
		const { ctx } = world({ body });
		expect(await transfer(ctx, segment(pieces))).toHaveProperty('binary');
		expect(testClock.now).toBeGreaterThan(500_000);
	});

	it('is ended when the execution is cancelled', async () => {
		const body = new Readable({ read: () => undefined });
		const abort = new AbortController();
		const { ctx } = world({ body, signal: abort.signal });
		setImmediate(() => abort.abort());
		expect(await transfer(ctx, segment(10))).toEqual(broke('ECONNABORTED'));
		expect(testClock.now).toBeLessThan(2_000);
	});
});
