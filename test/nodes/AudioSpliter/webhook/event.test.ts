import type { JobEvent } from '../../../../nodes/AudioSpliter/webhook/event';
import { readEvent, toJob } from '../../../../nodes/AudioSpliter/webhook/event';
import { Refused } from '../../../../nodes/AudioSpliter/webhook/refused';

const eventOf = (body: unknown): JobEvent =>
	readEvent(Buffer.from(typeof body === 'string' ? body : JSON.stringify(body)));

const statusOf = (body: unknown): number => {
	try {
		eventOf(body);
		return 200;
	} catch (error) {
		return (error as Refused).status;
	}
};

const COMPLETED = {
	event: 'job.completed',
	jobId: 'job_7f3k',
	timestamp: '2026-05-02T08:00:41Z',
	data: {
		status: 'completed',
		splitMode: 'duration',
		segmentCount: 2,
		totalDuration: 720,
		segments: [
			{ index: 1, downloadUrl: 'https://cdn.example/1.mp3', duration: 120, size: 2 },
			{ index: 0, downloadUrl: 'https://cdn.example/0.mp3', duration: 600, size: 10 },
		],
		metadata: { orderId: 'Ä-17' },
	},
};

describe('the body of a delivery', () => {
	it('is read however it is written', () => {
		const plain = eventOf(COMPLETED);
		expect(plain).toEqual(COMPLETED);
		expect(eventOf(JSON.stringify(COMPLETED, null, '\t'))).toEqual(plain);
		expect(eventOf(`\uFEFF ${JSON.stringify(COMPLETED)}\r\n`)).toEqual(plain);
		expect(eventOf(JSON.stringify(COMPLETED).replace('Ä', '\\u00c4'))).toEqual(plain);
	});

	it('may do without a time and without data', () => {
		const bare = { event: 'job.failed', jobId: 'job_1' };
		expect(eventOf(bare)).toEqual({ ...bare, data: {} });
		expect(eventOf({ ...bare, timestamp: 17, data: null })).toEqual({ ...bare, data: {} });
		expect(eventOf({ ...bare, data: ['x'] })).toEqual({ ...bare, data: {} });
	});

	it.each<[string, unknown]>([
		['an array', [COMPLETED]],
		['a text', '"job.completed"'],
		['a number', 17],
		['null', null],
		['an object without an event', { jobId: 'job_1' }],
		['an object without a job', { event: 'job.failed' }],
		['an event that is no text', { event: 5, jobId: 'job_1' }],
		['an empty job ID', { event: 'job.failed', jobId: '' }],
		['a job ID that is an object', { event: 'job.failed', jobId: {} }],
	])('is refused with 400 when it is %s', (_what, body) => {
		expect(statusOf(body)).toBe(400);
	});

	it.each([
		['empty', ''],
		['text', 'hello'],
		['cut off', '{"event":"job.failed",'],
		['two objects', '{} {}'],
	])('is refused with 422 when it is no JSON: %s', (_what, body) => {
		expect(statusOf(body)).toBe(422);
	});

	it('is refused with 422 when its bytes are no UTF-8', () => {
		const bytes = Buffer.from('{"event":"job.failed","jobId":"job_\xff"}', 'latin1');
		expect(() => readEvent(bytes)).toThrow(new Refused(422, 'The body is not JSON'));
	});

	it('is refused when it is nested too deeply for n8n, however deep', () => {
		const nested = (levels: number) =>
			`{"event":"job.failed","jobId":"job_1","data":{"x":${'['.repeat(levels)}${']'.repeat(levels)}}}`;
		expect(statusOf(nested(98))).toBe(200);
		expect(statusOf(nested(99))).toBe(400);
		expect(statusOf(nested(100_000))).toBe(400);
	});

	it('changes no prototype, at any level', () => {
		const event = eventOf(
			'{"event":"job.failed","jobId":"job_1","__proto__":{"polluted":1},"data":{"__proto__":{"polluted":1},"metadata":{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}}}}}',
		);
		const job = toJob(event);
		expect(JSON.stringify(job)).not.toContain('__proto__');
		expect((job as { polluted?: unknown }).polluted).toBeUndefined();
		expect((job.metadata as { polluted?: unknown }).polluted).toBeUndefined();
		expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
	});
});

describe('the job in an event', () => {
	it('has the shape and the names of a job from the API', () => {
		const job = toJob(eventOf(COMPLETED));
		expect(Object.entries(job)).toEqual([
			['id', 'job_7f3k'],
			['status', 'completed'],
			['splitMode', 'duration'],
			['sourceDuration', 720],
			['segmentCount', 2],
			['segments', [COMPLETED.data.segments[1], COMPLETED.data.segments[0]]],
			['metadata', { orderId: 'Ä-17' }],
		]);
	});

	it.each([
		['job.completed', 'completed'],
		['job.failed', 'failed'],
		['job.progress', 'processing'],
		['job.queued', 'unknown'],
	])('has its status from %s where the data has none', (event, status) => {
		expect(toJob({ event, jobId: 'job_1', data: {} })).toEqual({ id: 'job_1', status });
	});

	it('keeps the error of a failed job and the percentage of a running one', () => {
		const error = { code: 'CORRUPT_FILE', message: 'The file is damaged' };
		expect(
			toJob({ event: 'job.failed', jobId: 'a', data: { status: 'failed', error } }).error,
		).toEqual(error);
		expect(toJob({ event: 'job.progress', jobId: 'a', data: { progress: 75 } }).progress).toBe(75);
	});

	it('is the job that the envelope names, whatever the data says', () => {
		expect(toJob({ event: 'job.failed', jobId: 'a', data: { id: 'b' } }).id).toBe('a');
	});
});
