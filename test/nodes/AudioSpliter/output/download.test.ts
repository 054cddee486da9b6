import { Readable } from 'node:stream';
import { downloadSegment } from '../../../../nodes/AudioSpliter/output/download';
import type { SegmentItem } from '../../../../nodes/AudioSpliter/job/segment';
import { affectsEveryItem } from '../../../../nodes/AudioSpliter/n8n/errors';
import { apiContext } from '../api/support';
import type { TestClock } from '../n8n/testClock';
import { testClock, useTestClock } from '../n8n/testClock';

// Pauses pass at once; the clock tells how long they were.
jest.mock('n8n-workflow', () =>
	jest.requireActual<TestClock>('../n8n/testClock').workflowOnTestClock(),
);
useTestClock(Date.parse('2026-05-02T08:00:00Z'));

const BYTES = 10;

interface Host {
	signal?: AbortSignal;
	/** Of every request, instead of an answer. */
	error?: Error;
	/** What n8n's store says to each file. */
	storeError?: Error;
	/** Of the content. */
	type?: string;
	bytes?: number;
	/** More of every answer's headers; `content-length` is the file's by default. */
	headers?: Record<string, string>;
}

/** An n8n whose download host answers with these statuses, one for each request; 0 is a connection that breaks. */
const host = (
	statuses: number[],
	{ signal, type, bytes = BYTES, headers, error, storeError }: Host = {},
) => {
	const urls: string[] = [];
	const { ctx } = apiContext(() => ({}), {
		getExecutionCancelSignal: () => signal,
		helpers: {
			httpRequest: async ({ url }: { url: string }) => {
				urls.push(url);
				if (error !== undefined) throw error;
				const status = statuses[urls.length - 1] ?? 500;
				if (status === 0) throw Object.assign(new Error('reset'), { code: 'ECONNRESET' });
				return {
					statusCode: status,
					headers: { 'content-type': type, 'content-length': String(bytes), ...headers },
					body: Readable.from([Buffer.alloc(bytes)]),
				};
			},
			prepareBinaryData: async (stream: Readable, fileName: string, mimeType: string) => {
				if (storeError !== undefined) throw storeError;
				await stream.toArray();
				return { id: fileName, data: 'filesystem-v2', fileName, mimeType };
			},
			getBinaryMetadata: async () => ({ fileSize: bytes }),
		},
	});
	return { ctx, urls };
};

const link = (number: number) => `https://cdn.example.com/${number}.mp3?signature=x`;
const segment = (more: Partial<SegmentItem> = {}): SegmentItem => ({
	...{ jobId: 'job_1', index: 3, segmentCount: 5, fileName: 'job_1-003.mp3', size: BYTES },
	downloadUrl: link(1),
	...more,
});

/** Signs links as the API does when asked again, and counts how often that is. */
const signer = (answer: SegmentItem | undefined = segment({ downloadUrl: link(2) })) =>
	jest.fn(async (_index: number, _isRefused: boolean) => answer);

it('takes the link as it is while it lasts', async () => {
	const { ctx, urls } = host([200]);
	const fresh = signer();
	expect(await downloadSegment(ctx, segment(), 0, fresh)).toMatchObject({
		binary: { fileName: 'job_1-003.mp3', mimeType: 'audio/mpeg' },
		segment: { downloadUrl: link(1) },
	});
	expect(urls).toEqual([link(1)]);
	expect(fresh).not.toHaveBeenCalled();
});

it.each<[string, Partial<SegmentItem>, number[], string[], boolean]>([
	['that has ended by its time', { expiresAt: '2026-05-01T08:00:00Z' }, [200], [link(2)], false],
	['that the host takes no longer', {}, [403, 200], [link(1), link(2)], true],
	['that is missing', { downloadUrl: undefined }, [200], [link(2)], false],
])('has a link signed anew, once, %s', async (_what, more, statuses, asked, isRefused) => {
	const { ctx, urls } = host(statuses);
	const fresh = signer();
	expect(await downloadSegment(ctx, segment(more), 0, fresh)).toMatchObject({
		segment: { downloadUrl: link(2) },
	});
	expect(urls).toEqual(asked);
	expect(fresh.mock.calls).toEqual([[3, isRefused]]);
});

it.each<[string, number[], SegmentItem | undefined, RegExp]>([
	[
		'the new link is refused as well',
		[403, 403],
		segment({ downloadUrl: link(2) }),
		/: its link was refused \(HTTP 403\)$/,
	],
	['the new one leads nowhere', [403, 404], segment(), /: its link has expired$/],
	['the job has no such segment any more', [410, 410], undefined, /: its link has expired$/],
])('gives up a link that has ended when %s', async (_what, statuses, answer, message) => {
	const { ctx, urls } = host(statuses);
	const fresh = jest.fn(async () => answer);
	await expect(downloadSegment(ctx, segment(), 7, fresh)).rejects.toMatchObject({
		message: expect.stringMatching(message) as string,
		description: expect.stringMatching(/deleted the file/) as string,
		context: { itemIndex: 7 },
	});
	expect(urls).toHaveLength(2);
	expect(fresh).toHaveBeenCalledTimes(1);
});

it('repeats a transfer that breaks or meets a busy host, after longer and longer pauses', async () => {
	const { ctx, urls } = host([0, 503, 0, 200]);
	const begin = testClock.now;
	expect(await downloadSegment(ctx, segment(), 0, signer())).toHaveProperty('binary.id');
	expect(urls).toEqual([link(1), link(1), link(1), link(1)]);
	// Looks at transfers move this clock as well, by half a second each.
	expect(testClock.now - begin).toBeGreaterThanOrEqual(1_000 + 2_000 + 4_000);
	expect(testClock.now - begin).toBeLessThan(9_000);
});

it.each<[string, number[], string, number]>([
	[
		...['it has broken four times', [0, 0, 0, 0]],
		...['the transfer from cdn.example.com was interrupted (ECONNRESET)', 4],
	] as [string, number[], string, number],
	['the host is busy four times', [503, 503, 503, 503], 'the download host answered 503', 4],
	['the host will never have it', [400], 'the download host answered 400', 1],
])('gives up a transfer when %s', async (_what, statuses, why, requests) => {
	const { ctx, urls } = host(statuses);
	await expect(downloadSegment(ctx, segment(), 2, signer())).rejects.toMatchObject({
		message: `Segment 3 of job job_1 could not be downloaded: ${why}`,
		description: expect.stringMatching(/^Download it later .* no need to create the job again/),
		context: { itemIndex: 2 },
	});
	expect(urls).toHaveLength(requests);
});

it('does not repeat what n8n cannot store, and says what it is', async () => {
	const storeError = Object.assign(new Error('ENOSPC: no space left'), { code: 'ENOSPC' });
	const { ctx, urls } = host([200], { storeError });
	await expect(downloadSegment(ctx, segment(), 2, signer())).rejects.toMatchObject({
		message: 'Segment 3 of job job_1 could not be stored by n8n: ENOSPC: no space left',
		description: expect.stringMatching(
			/^Free up space.* no need to create the job again/,
		) as string,
	});
	expect(urls).toHaveLength(1);
});

it('names the download host where n8n does not accept its certificate', async () => {
	const error = Object.assign(new Error('expired'), { code: 'CERT_HAS_EXPIRED' });
	const { ctx, urls } = host([], { error });
	await expect(downloadSegment(ctx, segment(), 2, signer())).rejects.toMatchObject({
		message: expect.stringMatching(
			/^Segment 3 of job job_1 could not be downloaded from cdn\.example\.com\. .*certificate/,
		) as string,
		description: expect.stringMatching(/^The download host is not the API's/) as string,
	});
	expect(urls).toHaveLength(1);
});

it('does not take a web page for the file', async () => {
	const { ctx, urls } = host([200], { type: 'text/html; charset=utf-8' });
	await expect(downloadSegment(ctx, segment(), 2, signer())).rejects.toThrow(
		'could not be downloaded: the download host sent a web page instead of the file',
	);
	expect(urls).toHaveLength(1);
});

it.each([
	['0', 'the download host sent an empty file'],
	['10', 'the transfer from cdn.example.com was interrupted (ECONNRESET)'],
])('does not take nothing for the file where %s bytes were announced', async (length, why) => {
	const headers = { 'content-length': length };
	const { ctx, urls } = host([200, 200, 200, 200], { bytes: 0, headers });
	await expect(downloadSegment(ctx, segment(), 2, signer())).rejects.toThrow(why);
	expect(urls).toHaveLength(4);
});

it.each(['segments/1.mp3', 'ftp://cdn.example.com/1.mp3', 'https://', '//cdn.example.com/1.mp3'])(
	'tells at once that %j is no link',
	async (downloadUrl) => {
		const { ctx, urls } = host([200]);
		const fresh = signer();
		await expect(downloadSegment(ctx, segment({ downloadUrl }), 2, fresh)).rejects.toMatchObject({
			message: 'Segment 3 of job job_1 could not be downloaded: its link is not a web address',
			description: expect.stringMatching(/^Download it later/) as string,
		});
		expect(urls).toEqual([]);
		expect(fresh).not.toHaveBeenCalled();
	},
);

it.each([
	['seconds', () => '17'],
	['a date', () => new Date(testClock.now + 17_000).toUTCString()],
])("keeps to the host's Retry-After in %s", async (_how, retryAfter) => {
	const headers = { 'retry-after': retryAfter() };
	const { ctx, urls } = host([429, 503, 200], { headers });
	const begin = testClock.now;
	await downloadSegment(ctx, segment(), 0, signer());
	expect(urls).toHaveLength(3);
	expect(testClock.now - begin).toBeGreaterThanOrEqual(17_000);
});

it('does not sleep through a Retry-After of an hour', async () => {
	const { ctx, urls } = host([429, 200], { headers: { 'retry-after': '3600' } });
	await expect(downloadSegment(ctx, segment(), 0, signer())).rejects.toThrow(
		'the download host answered 429',
	);
	expect(urls).toHaveLength(1);
});

it('does not end the run where the host refuses a link with 401', async () => {
	const { ctx } = host([401, 401]);
	const error = await downloadSegment(ctx, segment(), 0, signer()).catch((one: unknown) => one);
	expect(String(error)).toContain('its link was refused (HTTP 401)');
	expect(affectsEveryItem(error)).toBe(false);
});

it('ends with its execution', async () => {
	const abort = new AbortController();
	const { ctx, urls } = host([0, 200], { signal: abort.signal });
	const downloading = downloadSegment(ctx, segment(), 0, signer());
	abort.abort();
	await expect(downloading).rejects.toThrow('The execution was cancelled');
	expect(urls).toHaveLength(1);
});
