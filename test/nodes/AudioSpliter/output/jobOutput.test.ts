import { Readable } from 'node:stream';
import { toJobOutput } from '../../../../nodes/AudioSpliter/output/jobOutput';
import { apiContext } from '../api/support';

const SEGMENTS = { output: 'segments', download: false, binaryProperty: 'data' } as const;
const told = { id: 'job_1', status: 'completed' };
const segment = {
	...{ index: 0, duration: 5, size: 10, expiresAt: '2099-01-01T00:00:00Z' },
	downloadUrl: 'https://cdn.example.com/0.mp3',
};

it('asks for the segments that were not told', async () => {
	const { ctx, sent } = apiContext(() => ({ body: { ...told, segments: [segment] } }));
	const items = await toJobOutput(ctx, told, SEGMENTS, 0);
	expect(items.map(({ json }) => [json.jobId, json.index])).toEqual([['job_1', 0]]);
	expect(sent).toHaveLength(1);
});

it('says so when there are none any more', async () => {
	const { ctx } = apiContext(() => ({ body: { ...told, segments: [] } }));
	await expect(toJobOutput(ctx, told, SEGMENTS, 0)).rejects.toThrow(
		'AudioSpliter has deleted the files of job job_1',
	);
});

it('gives each file with the link that it came by', async () => {
	const old = { ...segment, expiresAt: '2020-01-01T00:00:00Z', downloadUrl: 'https://cdn.io/old' };
	const { ctx } = apiContext(() => ({ body: { ...told, segments: [segment] } }), {});
	const asked: string[] = [];
	Object.assign(ctx.helpers, {
		httpRequest: async ({ url }: { url: string }) => {
			asked.push(url);
			return { statusCode: 200, headers: {}, body: Readable.from([Buffer.alloc(10)]) };
		},
		prepareBinaryData: async (stream: Readable) => {
			const content = Buffer.concat(await stream.toArray());
			return { data: content.toString('base64'), mimeType: 'audio/mpeg' };
		},
	});
	const job = { ...told, segments: [old] };
	const items = await toJobOutput(ctx, job, { ...SEGMENTS, download: true }, 0);
	expect(asked).toEqual([segment.downloadUrl]);
	expect(items).toMatchObject([
		{ json: { downloadUrl: segment.downloadUrl }, binary: { data: { mimeType: 'audio/mpeg' } } },
	]);
});

it.each([
	[true, 0],
	[false, 1],
])('asks for a refused link anew unless its one call was made: %p', async (once, calls) => {
	const { ctx, sent } = apiContext(() => ({ body: { ...told, segments: [segment] } }));
	Object.assign(ctx.helpers, {
		httpRequest: async () => ({ statusCode: 403, headers: {}, body: Readable.from(['no']) }),
	});
	const job = { ...told, segments: [segment] };
	const source = { at: Date.now(), once };
	await expect(toJobOutput(ctx, job, { ...SEGMENTS, download: true, source }, 0)).rejects.toThrow(
		'its link was refused (HTTP 403)',
	);
	expect(sent).toHaveLength(calls);
});

describe('a link that has ended, of a job that the service gave before', () => {
	const HOUR = 3_600_000;
	const link = (endsIn: number) => ({
		...{ ...segment, downloadUrl: 'https://cdn.example.com/old.mp3' },
		expiresAt: new Date(Date.now() + endsIn).toISOString(),
	});

	it.each<[string, number, number, number]>([
		['is fetched anew where it lasted then', -HOUR, 3 * HOUR, 1],
		['is left as it is where it had ended then: the service has no other', -HOUR, HOUR / 2, 0],
		['is left as it is while it lasts', HOUR, HOUR / 2, 0],
	])('%s', async (_what, endsIn, askedBefore, calls) => {
		const { ctx, sent } = apiContext(() => ({ body: { ...told, segments: [segment] } }));
		const job = { ...told, segments: [link(endsIn)] };
		const source = { at: Date.now() - askedBefore };
		const items = await toJobOutput(ctx, job, { ...SEGMENTS, source }, 0);
		expect(sent).toHaveLength(calls);
		expect(items[0]?.json.downloadUrl).toBe(
			calls === 1 ? segment.downloadUrl : 'https://cdn.example.com/old.mp3',
		);
	});
});

it('begins no more than four files at once, and none after one that cannot be had', async () => {
	const segments = Array.from({ length: 12 }, (_unused, index) => ({ ...segment, index }));
	const { ctx } = apiContext(() => ({ body: { ...told, segments } }));
	let begun = 0;
	let atOnce = 0;
	let most = 0;
	Object.assign(ctx.helpers, {
		httpRequest: async () => {
			begun += 1;
			atOnce += 1;
			most = Math.max(most, atOnce);
			await new Promise((resolve) => setImmediate(resolve));
			atOnce -= 1;
			return { statusCode: 400, headers: {}, body: Readable.from(['no']) };
		},
	});
	const options = { ...SEGMENTS, download: true };
	await expect(toJobOutput(ctx, { ...told, segments }, options, 0)).rejects.toThrow('answered 400');
	expect([begun, most]).toEqual([4, 4]);
});
