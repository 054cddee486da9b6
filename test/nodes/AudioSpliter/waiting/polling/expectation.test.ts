import {
	expectedLookAt,
	type RunSoFar,
} from '../../../../../nodes/AudioSpliter/waiting/polling/expectation';
import type { Observation } from '../../../../../nodes/AudioSpliter/waiting/polling/progress';
import type { ScheduleInput } from '../../../../../nodes/AudioSpliter/waiting/polling/schedule';

const START = 1_000_000;
const PLAIN = START + 100_000;

const seen = (age: number, progress?: number): Observation => ({
	at: START + age,
	status: 'processing',
	...(progress !== undefined && { progress }),
});

/** The age (ms) at which a job is looked at next. */
const nextAge = (observations: Observation[], known: Partial<RunSoFar>, plain = PLAIN): number => {
	const input: ScheduleInput = {
		...{ startedAt: START, submittedAt: START, observations, deadline: START + 600_000 },
		options: { pollInterval: 5_000, maxPollInterval: 30_000 },
		random: () => 0.5,
	};
	const run = {
		...{ lengths: [], isLimited: true, showsProgress: true, unfinished: 2, pollPace: 0 },
		sharesLooks: false,
		...known,
	};
	return expectedLookAt(input, run, plain) - START;
};

const lengths = [60_000, 70_000, 65_000];

it('lets the plain schedule do where nobody waits for a place and no job has ended', () => {
	expect(nextAge([seen(40_000)], { isLimited: false })).toBe(100_000);
});

it('looks more often at the first jobs while a place is waited for, as far as the budget lasts', () => {
	expect(nextAge([seen(50_000)], {})).toBe(58_000);
	expect(nextAge([seen(50_000)], { pollPace: 6_000 })).toBe(62_000);
	expect(nextAge([seen(50_000)], { pollPace: 6_000, sharesLooks: true })).toBe(58_000);
	expect(nextAge([seen(50_000)], {}, START + 52_000)).toBe(52_000);
});

it('leaves out looks at a time at which no job of the run has ended, but for one on the way', () => {
	expect(nextAge([], { lengths }, START + 5_000)).toBe(30_000);
	expect(nextAge([seen(30_000)], { lengths }, START + 41_000)).toBe(58_200);
});

it('leaves out the look on the way as well where no progress is reported', () => {
	const known = { lengths: [30_000], showsProgress: false };
	expect(nextAge([], known, START + 5_000)).toBe(29_100);
});

it('leaves out no look where nobody waits for a place', () => {
	expect(nextAge([seen(30_000)], { lengths, isLimited: false }, START + 41_000)).toBe(41_000);
	expect(nextAge([seen(30_000)], { lengths, isLimited: false })).toBe(58_200);
});

it('makes no pause longer than Max Poll Interval', () => {
	expect(nextAge([], { lengths: [600_000] })).toBe(30_000);
	expect(nextAge([seen(300_000)], { lengths: [600_000] }, START + 330_000)).toBe(330_000);
});

it('looks in small steps where the others have ended, at the pace that the budget lasts for', () => {
	expect(nextAge([seen(60_000)], { lengths })).toBe(62_400);
	// 65 s are six calls for each of two jobs: its create, a look on the way, two to spare, and two looks over 6.8 s.
	const pollPace = 65_000 / 12;
	expect(nextAge([seen(60_000)], { lengths, pollPace })).toBeCloseTo(63_400);
});

it('believes the progress of the job itself, with doubt where it should have ended by then', () => {
	const half = [seen(10_000, 10), seen(30_000, 30)];
	expect(nextAge(half, { lengths }, START + 98_000)).toBe(98_000);
	const late = [...half, seen(60_000, 60)];
	expect(nextAge(late, { lengths })).toBe(66_000);
});

it('takes a job far beyond the longest for another kind of recording', () => {
	expect(nextAge([seen(90_000)], { lengths })).toBe(100_000);
});
