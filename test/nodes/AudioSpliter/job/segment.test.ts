import type { Job } from '../../../../nodes/AudioSpliter/job/types';
import {
	needsFreshUrl,
	segmentMimeType,
	toSegmentItems,
} from '../../../../nodes/AudioSpliter/job/segment';

const job = (changes: Partial<Job>): Job => ({ id: 'job_7f3k', status: 'completed', ...changes });

describe('toSegmentItems', () => {
	it('places segments in the source by the running sum of their durations', () => {
		const items = toSegmentItems(
			job({
				metadata: { episode: '7' },
				segments: [
					{ index: 0, duration: 300.1, downloadUrl: 'https://cdn/x-0.mp3' },
					{ index: 1, duration: 300.2, downloadUrl: 'https://cdn/x-1.mp3' },
					{ index: 2, duration: 0.4, downloadUrl: 'https://cdn/x-2.mp3' },
				],
			}),
		);
		expect(items.map(({ start, end }) => [start, end])).toEqual([
			[0, 300.1],
			[300.1, 600.3],
			[600.3, 600.7],
		]);
		expect(items[1]).toMatchObject({
			jobId: 'job_7f3k',
			index: 1,
			segmentCount: 3,
			metadata: { episode: '7' },
			fileName: 'job_7f3k-001.mp3',
		});
	});

	it('says no position after a segment of unknown length', () => {
		const items = toSegmentItems(
			job({ segments: [{ index: 0, duration: 5 }, { index: 1 }, { index: 2, duration: 5 }] }),
		);
		expect(items.map(({ start, end }) => [start, end])).toEqual([
			[0, 5],
			[5, undefined],
			[undefined, undefined],
		]);
	});

	it.each([
		['the URL', { segments: [{ index: 0, downloadUrl: 'https://cdn/a.FLAC?x=1.mp3' }] }, 'flac'],
		[
			'the job',
			{ outputFormat: 'ogg', segments: [{ index: 0, downloadUrl: 'https://c/d' }] },
			'ogg',
		],
		['the source', { sourceFileName: 'talk.wav', segments: [{ index: 0 }] }, 'wav'],
		['nothing', { segments: [{ index: 0 }] }, 'bin'],
	])('takes the extension from %s', (_from, changes, extension) => {
		expect(toSegmentItems(job(changes))[0]?.fileName).toBe(`job_7f3k-000.${extension}`);
	});

	it('makes a file name of an id that is none', () => {
		const [item] = toSegmentItems(job({ id: '../a b/ü', segments: [{ index: 0 }] }));
		expect(item?.fileName).toMatch(/^\.\._a_b_-[0-9a-f]{8}-000\.bin$/);
	});

	it('keeps apart the files of ids that differ in such characters only, or after many', () => {
		const ids = ['a/b', 'a_b', 'a?b', `${'x'.repeat(120)}1`, `${'x'.repeat(120)}2`];
		const names = ids.map((id) => toSegmentItems(job({ id, segments: [{ index: 0 }] }))[0]);
		expect(new Set(names.map((item) => item?.fileName)).size).toBe(ids.length);
	});
});

describe('segmentMimeType', () => {
	it.each([
		['a.mp3', 'binary/octet-stream', 'audio/mpeg'],
		['a.wav', undefined, 'audio/wav'],
		['a.flac', undefined, 'audio/flac'],
		['a.ogg', undefined, 'audio/ogg'],
		['a.aac', undefined, 'audio/aac'],
		['a.bin', 'audio/x-thing; rate=1', 'audio/x-thing'],
		['a.bin', 'text/html', 'application/octet-stream'],
	])('%s served as %s is %s', (name, stated, expected) => {
		expect(segmentMimeType(name, stated)).toBe(expected);
	});
});

describe('needsFreshUrl', () => {
	const now = Date.parse('2026-05-02T08:00:00Z');
	it.each([
		['long after', { index: 0, downloadUrl: 'u', expiresAt: '2026-05-03T08:00:00Z' }, false],
		['in a minute', { index: 0, downloadUrl: 'u', expiresAt: '2026-05-02T08:01:00Z' }, true],
		['in the past', { index: 0, downloadUrl: 'u', expiresAt: '2026-05-01T08:00:00Z' }, true],
		['at an unknown time', { index: 0, downloadUrl: 'u' }, false],
		['with no link', { index: 0 }, true],
	])('ends %s', (_when, segment, expected) => {
		expect(needsFreshUrl(segment, now)).toBe(expected);
	});
});
