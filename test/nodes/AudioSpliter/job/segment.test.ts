import type { Job } from '../../../../nodes/AudioSpliter/job/types';
import type { SegmentItem } from '../../../../nodes/AudioSpliter/job/segment';
import {
	fileNameBy,
	needsFreshUrl,
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
});

describe('fileNameBy', () => {
	const [told] = toSegmentItems(
		job({ sourceFileName: 'talk.wav', segments: [{ index: 0, downloadUrl: 'https://c/d' }] }),
	);

	it('lets the host decide where only the source’s name did', () => {
		expect(told?.fileName).toBe('job_7f3k-000.wav');
		expect(fileNameBy(told as SegmentItem, { contentType: 'audio/mpeg' })).toBe('job_7f3k-000.mp3');
	});

	it('keeps the name of an item that was made elsewhere', () => {
		const item = { ...(told as SegmentItem) };
		expect(fileNameBy(item, { contentType: 'audio/mpeg' })).toBe('job_7f3k-000.wav');
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
