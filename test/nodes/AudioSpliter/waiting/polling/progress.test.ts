import {
	estimateEnd,
	type Observation,
} from '../../../../../nodes/AudioSpliter/waiting/polling/progress';

const seen = (at: number, progress: unknown, status = 'processing'): Observation => ({
	at,
	status,
	progress,
});

describe('estimateEnd', () => {
	it('knows nothing without progress', () => {
		expect(estimateEnd([], 0)).toBeUndefined();
		expect(estimateEnd([seen(5_000, undefined)], 0)).toBeUndefined();
		expect(estimateEnd([seen(5_000, 0), seen(9_000, 0)], 0)).toBeUndefined();
	});

	it('knows nothing from one look at a job whose beginning is unknown', () => {
		expect(estimateEnd([seen(5_000, 40)], undefined)).toBeUndefined();
		expect(estimateEnd([seen(5_000, 41), seen(15_000, 61)], undefined)?.at).toBeCloseTo(34_250);
	});

	it('extrapolates steady work to within two percent', () => {
		const observations = [10, 20, 30, 40].map((s) => seen(s * 1_000, Math.floor(s / 1.2)));
		const end = estimateEnd(observations, 0);
		expect(end?.at).toBeGreaterThan(118_000);
		expect(end?.at).toBeLessThan(122_000);
	});

	it('follows work that has become faster', () => {
		const observations = [seen(10_000, 2), seen(20_000, 4), seen(30_000, 24), seen(40_000, 44)];
		expect(estimateEnd(observations, 0)?.at).toBeLessThan(70_000);
	});

	it('places a step of coarse progress between the looks around it', () => {
		const observations = [seen(5_000, 0), seen(11_000, 0), seen(19_000, 25)];
		// 25 % at 15 s.
		expect(estimateEnd(observations, 0)?.at).toBe(60_000);
	});

	it('places every step of coarse progress between looks, and doubts it by as much', () => {
		const observations = [seen(10_000, 25), seen(30_000, 50), seen(50_000, 75)];
		const end = estimateEnd(observations, 0);
		// 75 % lies between 30 s and 50 s, 50 % between 10 s and 30 s.
		expect(end?.at).toBeCloseTo(57_500);
		expect(end?.earliestAt).toBeLessThan(50_000);
	});

	it('doubts the end of work that has become faster', () => {
		const faster = [seen(5_700, 3), seen(10_700, 9), seen(31_200, 49)];
		const end = estimateEnd(faster, 0);
		expect(end?.earliestAt).toBeLessThan((end?.at ?? 0) - 5_000);
		const steady = [seen(10_000, 11), seen(20_000, 22), seen(30_000, 33)];
		const sure = estimateEnd(steady, 0);
		expect(sure?.earliestAt).toBeGreaterThan((sure?.at ?? 0) - 3_000);
	});

	it('leaves the estimate where it was while nothing new is seen', () => {
		const observations = [seen(5_000, 10), seen(10_000, 20)];
		const before = estimateEnd(observations, 0)?.at;
		expect(estimateEnd([...observations, seen(15_000, 20), seen(20_000, 20)], 0)?.at).toBe(before);
	});

	it('forgets what came before a step backwards', () => {
		const observations = [seen(5_000, 50), seen(10_000, 90), seen(20_000, 11), seen(30_000, 21)];
		expect(estimateEnd(observations, 0)?.at).toBeCloseTo(108_500);
	});

	it('takes a progress of 100 for the end', () => {
		expect(estimateEnd([seen(5_000, 51), seen(10_000, 100)], 0)?.at).toBe(10_000);
	});
});
