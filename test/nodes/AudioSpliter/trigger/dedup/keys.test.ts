import { dedupKeys } from '../../../../../nodes/AudioSpliter/trigger/dedup/keys';
import type { JobEvent } from '../../../../../nodes/AudioSpliter/webhook/event';

describe('the keys of an event', () => {
	const event = (over: Partial<JobEvent> = {}): JobEvent => ({
		event: 'job.completed',
		jobId: 'job_1',
		data: {},
		...over,
	});
	const shareAKey = (a: string[], b: string[]) => a.some((key) => b.includes(key));

	it('are the same for every attempt at it, with or without the same delivery ID', () => {
		const later = event({ timestamp: '2026-05-02T08:00:41Z', data: { status: 'completed' } });
		expect(shareAKey(dedupKeys(event(), 'd1'), dedupKeys(later, 'd2'))).toBe(true);
		expect(shareAKey(dedupKeys(event(), undefined), dedupKeys(later, 'd2'))).toBe(true);
	});

	it('are the same for another event with the same delivery ID', () => {
		expect(shareAKey(dedupKeys(event(), 'd1'), dedupKeys(event({ jobId: 'job_2' }), 'd1'))).toBe(
			true,
		);
	});

	it('tell jobs, events and progress values apart', () => {
		const progress = (value: unknown) =>
			event({ event: 'job.progress', data: { progress: value } });
		const all = [
			event(),
			event({ jobId: 'job_2' }),
			event({ event: 'job.failed' }),
			progress(25),
			progress(50),
			progress(undefined),
			event({ jobId: 'job_1","job.completed' }),
		].map((each) => dedupKeys(each, undefined)[0]);
		expect(new Set(all).size).toBe(all.length);
	});

	it('do not mix up delivery IDs and events', () => {
		const own = dedupKeys(event(), undefined)[0] ?? '';
		expect(shareAKey([own], dedupKeys(event({ jobId: 'job_2' }), own))).toBe(false);
	});

	it('are short, however long the sender made its IDs', () => {
		const keys = dedupKeys(event({ jobId: 'x'.repeat(1_000_000) }), 'y'.repeat(8_000));
		expect(Math.max(...keys.map((key) => key.length))).toBeLessThan(60);
	});
});
