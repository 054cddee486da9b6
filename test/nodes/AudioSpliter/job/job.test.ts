import { hasFailed, isFinished, normaliseJob } from '../../../../nodes/AudioSpliter/job/job';

describe('normaliseJob', () => {
	it('keeps the service’s fields, in one order, and counts the segments', () => {
		const job = normaliseJob({
			completedAt: '2026-05-02T08:00:41Z',
			segments: [
				{ index: 1, downloadUrl: 'b' },
				{ index: 0, downloadUrl: 'a' },
			],
			status: 'completed',
			id: 'job_7f3k',
		});
		expect(Object.keys(job ?? {})).toEqual([
			'id',
			'status',
			'segmentCount',
			'segments',
			'completedAt',
		]);
		expect(job?.segmentCount).toBe(2);
		expect(job?.segments?.map(({ downloadUrl }) => downloadUrl)).toEqual(['a', 'b']);
	});

	it('leaves out nulls of known fields and passes unknown fields through', () => {
		const job = normaliseJob({
			id: 'j',
			status: 'queued',
			metadata: null,
			webhookUrl: null,
			region: 'eu',
		});
		expect(job).toEqual({ id: 'j', status: 'queued', webhookUrl: null, region: 'eu' });
	});

	it('takes a numeric id, a missing status, and one that is written otherwise', () => {
		expect(normaliseJob({ id: 7 })).toEqual({ id: '7', status: 'unknown' });
		expect(normaliseJob({ id: 'j', status: 'Completed' })?.status).toBe('completed');
	});

	it('survives segments that are no objects and keeps a hostile key out of the prototype', () => {
		const job = normaliseJob(JSON.parse('{"id":"j","segments":[null,3],"__proto__":{"bad":true}}'));
		expect(job?.segments).toEqual([]);
		expect((job as unknown as { bad?: boolean }).bad).toBeUndefined();
	});

	it.each([null, 'text', [], { status: 'queued' }, { id: '' }])('is undefined for %j', (value) => {
		expect(normaliseJob(value)).toBeUndefined();
	});
});

describe('statuses', () => {
	it.each([
		['queued', false, false],
		['processing', false, false],
		['something new', false, false],
		['completed', true, false],
		['failed', true, true],
		['cancelled', true, true],
		['expired', true, true],
	])('%s', (status, finished, failed) => {
		expect(isFinished({ status })).toBe(finished);
		expect(hasFailed({ status })).toBe(failed);
	});
});
