import type { PolledJob } from '../../nodes/AudioSpliter/waiting/polling/polledJob';

/** How a simulated job reports its progress. */
export const PROGRESS_MODELS = [
	'none',
	'linear',
	'steps of 25 %',
	'slow start',
	'queued first',
	'stuck at 99',
] as const;
export type ProgressModel = (typeof PROGRESS_MODELS)[number];

/** The job as Get Job shows it, `age` ms after submission, when it takes `length` ms. */
export function jobAt(model: ProgressModel, age: number, length: number): PolledJob {
	if (age >= length) return { status: 'completed' };
	const done = (100 * age) / length;
	switch (model) {
		case 'none':
			return { status: 'processing' };
		case 'linear':
			return { status: 'processing', progress: Math.floor(done) };
		case 'steps of 25 %':
			return { status: 'processing', progress: 25 * Math.floor(done / 25) };
		case 'slow start':
			return { status: 'processing', progress: Math.floor(100 * (done / 100) ** 1.5) };
		case 'queued first': {
			const working = (done - 20) / 0.8;
			return working < 0
				? { status: 'queued' }
				: { status: 'processing', progress: Math.floor(working) };
		}
		case 'stuck at 99':
			return { status: 'processing', progress: Math.min(99, Math.floor(done / 0.9)) };
	}
}
