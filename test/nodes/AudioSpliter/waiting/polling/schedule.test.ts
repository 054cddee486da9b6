import { createRandom } from '../../../../../bench/random';
import { jobAt, PROGRESS_MODELS } from '../../../../../bench/simulated/progress';
import type { Observation } from '../../../../../nodes/AudioSpliter/waiting/polling/progress';
import {
	nextLookAt,
	type ScheduleInput,
} from '../../../../../nodes/AudioSpliter/waiting/polling/schedule';

const START = 1_000_000;
const options = { pollInterval: 5_000, maxPollInterval: 30_000 };

const input = (given: Partial<ScheduleInput>): ScheduleInput => ({
	startedAt: START,
	submittedAt: START,
	observations: [],
	deadline: START + 3_600_000,
	options,
	random: () => 0.5,
	...given,
});

const seen = (after: number, progress?: unknown, status = 'processing'): Observation => ({
	at: START + after,
	status,
	progress,
});

/** The looks of one wait, ms after its start, until the deadline or the hundredth. */
function looks(given: Partial<ScheduleInput>, at: (age: number) => Observation): number[] {
	const observations: Observation[] = [];
	while (observations.length < 100) {
		const next = nextLookAt(input({ ...given, observations }));
		if (next === undefined) break;
		observations.push({ ...at(next - START), at: next });
	}
	return observations.map((observation) => observation.at - START);
}

const gaps = (times: number[]) => times.slice(1).map((time, index) => time - (times[index] ?? 0));

describe('nextLookAt without progress', () => {
	it('starts at pollInterval and grows to just under maxPollInterval', () => {
		const times = looks({ random: () => 0 }, () => seen(0));
		expect(times[0]).toBe(5_000);
		const intervals = gaps(times).slice(0, 30);
		for (const [index, interval] of intervals.entries()) {
			expect(interval).toBeGreaterThanOrEqual(intervals[index - 1] ?? 5_000);
		}
		expect(intervals.at(-1)).toBeGreaterThan(28_000);
		expect(intervals.at(-1)).toBeLessThanOrEqual(30_000);
	});

	it('counts the first interval from the submission, not from the wait', () => {
		expect(nextLookAt(input({ submittedAt: START - 3_000, random: () => 0 }))).toBe(START + 2_000);
		expect(nextLookAt(input({ submittedAt: START - 60_000 }))).toBe(START);
	});

	it('looks at once at a job that somebody else submitted', () => {
		expect(nextLookAt(input({ submittedAt: undefined }))).toBe(START);
	});

	it('makes no interval longer than a tenth of the time waited, once that is more than pollInterval', () => {
		for (const random of [() => 0, () => 0.5, () => 0.999999]) {
			const times = looks({ random }, () => seen(0));
			for (const [index, interval] of gaps(times).entries()) {
				expect(interval).toBeLessThan(Math.max(5_000, 0.095 * (times[index] ?? 0)) + 1);
			}
		}
	});

	it('spreads its looks so that the requests of the API key last', () => {
		expect(gaps(looks({ pace: 6_000 }, () => seen(0))).slice(0, 8)).toEqual(Array(8).fill(6_000));
	});

	it('varies intervals by little and never below pollInterval', () => {
		const observations = [seen(60_000)];
		const low = nextLookAt(input({ observations, random: () => 0 })) ?? 0;
		const high = nextLookAt(input({ observations, random: () => 0.999999 })) ?? 0;
		expect((high - START - 60_000) / (low - START - 60_000)).toBeCloseTo(0.95, 3);
		const first = nextLookAt(input({ random: () => 0.999999 })) ?? 0;
		expect((first - START) / 5_000).toBeCloseTo(1.1, 3);
		expect(nextLookAt(input({ random: () => 0 }))).toBe(START + 5_000);
	});

	it.each([
		['zero', { pollInterval: 0, maxPollInterval: 0 }, 1_000],
		['no number', { pollInterval: NaN, maxPollInterval: NaN }, 1_000],
		['a maximum below the start', { pollInterval: 60_000, maxPollInterval: 30_000 }, 60_000],
	])('makes sense of %s', (_name, entered, interval) => {
		expect(gaps(looks({ options: entered }, () => seen(0))).slice(0, 5)).toEqual(
			Array(5).fill(interval),
		);
	});
});

describe('nextLookAt with progress', () => {
	it('goes straight to just after the end that the progress lets expect', () => {
		const at = (nextLookAt(input({ observations: [seen(5_000, 24)] })) ?? 0) - START;
		expect(at).toBeGreaterThan(20_400);
		expect(at).toBeLessThan(21_500);
	});

	it('does not believe the first percent for long', () => {
		const at = (nextLookAt(input({ observations: [seen(5_000, 1)] })) ?? 0) - START;
		expect(at).toBeLessThan(15_000);
	});

	it('does not count the time in the queue as slow work', () => {
		const observations = [
			seen(5_000, undefined, 'queued'),
			seen(100_000, 0, 'queued'),
			seen(101_000, 0),
			seen(106_000, 51),
		];
		const at = (nextLookAt(input({ observations })) ?? 0) - START;
		expect(at).toBeGreaterThan(110_000);
		expect(at).toBeLessThan(113_000);
	});

	it('looks ever less often when the end does not come', () => {
		const intervals = gaps(looks({}, (age) => seen(0, Math.min(99, Math.floor(age / 600))))).slice(
			0,
			25,
		);
		const late = intervals.slice(5);
		expect(Math.max(...late)).toBeGreaterThan(25_000);
		expect(Math.min(...intervals)).toBeGreaterThanOrEqual(1_000);
	});

	it('looks no less often than without progress when the end does not come', () => {
		// A quarter more is seen at the first look after a long pause: the end seems to be long past.
		const known = [seen(5_000, 0), seen(10_000, 0), seen(15_000, 25), seen(40_000, 75)];
		const random = () => 0;
		const observations = [...known];
		for (let age = 40_000; age < 120_000; age = (observations.at(-1)?.at ?? 0) - START) {
			const at = nextLookAt(input({ observations, random })) ?? 0;
			expect(at - START - age).toBeLessThanOrEqual(Math.max(5_000, age / 10));
			observations.push(seen(at - START, 75));
		}
	});

	it('takes progress that goes backwards for a new beginning', () => {
		const observations = [seen(5_000, 40), seen(10_000, 80), seen(15_000, 11), seen(25_000, 31)];
		const at = (nextLookAt(input({ observations })) ?? 0) - START;
		// 2 % a second since the new beginning: the end is 35 s away, two equal parts.
		expect(at).toBeGreaterThan(40_000);
		expect(at).toBeLessThan(45_000);
	});

	it.each([-1, 101, NaN, Infinity, '50', null, {}])('ignores a progress of %p', (progress) => {
		const nothing = nextLookAt(input({ observations: [seen(5_000)] }));
		expect(nextLookAt(input({ observations: [seen(5_000, progress)] }))).toBe(nothing);
	});
});

describe('nextLookAt and the deadline', () => {
	it('looks a last time at the deadline, and never after it', () => {
		const times = looks({ deadline: START + 20_000 }, () => seen(0));
		expect(times.at(-1)).toBe(20_000);
		expect(nextLookAt(input({ deadline: START + 2_000 }))).toBe(START + 2_000);
	});

	it('has no look left within a second of the deadline', () => {
		const observations = [seen(19_500)];
		expect(nextLookAt(input({ observations, deadline: START + 20_000 }))).toBeUndefined();
		expect(nextLookAt(input({ observations, deadline: START + 19_000 }))).toBeUndefined();
	});
});

it('keeps its limits for any job, interval and deadline', () => {
	for (let seed = 1; seed <= 400; seed += 1) {
		const random = createRandom(seed);
		const pollInterval = 1_000 + random() * 20_000;
		const maxPollInterval = pollInterval + random() * 60_000;
		const length = 2_000 + random() * 600_000;
		const deadline = START + random() * 900_000;
		const model = PROGRESS_MODELS[seed % PROGRESS_MODELS.length] ?? 'none';
		const isHostile = seed % 3 === 0;
		const times = looks({ options: { pollInterval, maxPollInterval }, deadline, random }, (age) => {
			const job = jobAt(model, Math.min(age, length - 1), length);
			return isHostile ? seen(0, random() * 140 - 20) : seen(0, job.progress, job.status);
		});
		for (const gap of gaps(times)) {
			expect(gap).toBeGreaterThanOrEqual(1_000 - 1e-6);
			// Joined with the last look where that would come less than a second later.
			expect(gap).toBeLessThanOrEqual(maxPollInterval + 1_000);
		}
		expect(START + Math.max(...times)).toBeLessThanOrEqual(deadline);
	}
});
