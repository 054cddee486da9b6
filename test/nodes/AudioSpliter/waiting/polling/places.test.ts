import { PATIENCE_MS, Places } from '../../../../../nodes/AudioSpliter/waiting/polling/places';

const forJobs = { isForJobs: true };
const forRequests = { isForJobs: false };

/** Places that the service has refused at this number of unfinished jobs, at time 0. */
const refusedAt = (unfinished: number): Places => {
	const places = new Places();
	places.noteRefused(forJobs, unfinished, 0);
	return places;
};

const take = (places: Places, count: number, unfinished: number): void => {
	for (let taken = 0; taken < count; taken++) places.noteTaken(unfinished);
};

it('takes any number until the service refuses one', () => {
	const places = new Places();
	take(places, 50, 50);
	expect(places.nextAt(50)).toBe(0);
});

it('learns from a refusal how many jobs there may be at once', () => {
	const places = refusedAt(2);
	expect(places.nextAt(2)).toBe(Infinity);
	expect(places.nextAt(1)).toBe(5_000);
	expect(places.nextAt(0)).toBe(5_000);
});

it('waits for as long as the service says', () => {
	const places = new Places();
	places.noteRefused({ ...forJobs, retryAt: 30_000 }, 2, 0);
	expect(places.nextAt(1)).toBe(30_000);
});

it('learns nothing of a refusal for the requests a minute', () => {
	const places = new Places();
	places.noteRefused({ ...forRequests, retryAt: 40_000 }, 2, 0);
	expect(places.areKnown).toBe(false);
	expect(places.nextAt(2)).toBe(40_000);
});

it('tries one more after 20 jobs, and further ones for as long as they are taken', () => {
	const places = refusedAt(2);
	take(places, 19, 2);
	expect(places.nextAt(2)).toBe(Infinity);
	take(places, 1, 2);
	expect(places.nextAt(2)).toBeLessThan(Infinity);
	expect(places.nextAt(3)).toBe(Infinity);
	take(places, 1, 3);
	expect(places.nextAt(3)).toBeLessThan(Infinity);
	places.noteRefused(forJobs, 3, 0);
	expect(places.nextAt(3)).toBe(Infinity);
	expect(places.nextAt(2)).toBeLessThan(Infinity);
});

it('counts a place as lost when it was asked for three times', () => {
	const places = refusedAt(3);
	take(places, 1, 3);
	for (let tries = 1; tries <= 3; tries++) {
		expect(places.nextAt(2)).toBeLessThan(Infinity);
		places.noteRefused(forJobs, 2, 0);
	}
	expect(places.nextAt(2)).toBe(Infinity);
	expect(places.nextAt(1)).toBeLessThan(Infinity);
});

describe('a run without an unfinished job', () => {
	it('tries again at growing pauses, and gives up after five minutes', () => {
		const places = new Places();
		let now = 0;
		const pauses: number[] = [];
		while (places.noteRefused(forJobs, 0, now) === 'later') {
			pauses.push(places.nextAt(0) - now);
			now = places.nextAt(0);
		}
		expect(pauses).toEqual([5_000, 10_000, 20_000, 40_000, 60_000, 60_000, 60_000]);
		expect(now).toBeLessThanOrEqual(PATIENCE_MS);
	});

	it('gives up at once where the service names a later time', () => {
		expect(new Places().noteRefused({ ...forJobs, retryAt: PATIENCE_MS + 1 }, 0, 0)).toBe(
			'givenUp',
		);
	});

	it('counts from when its last job had ended, and anew after a job that was taken', () => {
		const places = refusedAt(1);
		const late = PATIENCE_MS * 2;
		expect(places.noteRefused(forJobs, 0, late)).toBe('later');
		places.noteTaken(1);
		expect(places.noteRefused(forJobs, 0, late + PATIENCE_MS)).toBe('later');
	});
});

it('falls back at once where a place beyond was that of a job whose end nobody had noticed', () => {
	const places = refusedAt(5);
	take(places, 20, 5);
	places.noteTaken(6);
	places.noteRefused(forJobs, 6, 0);
	expect(places.nextAt(5)).toBeLessThan(Infinity);
	places.noteRefused(forJobs, 5, 10_000);
	expect(places.nextAt(5)).toBe(Infinity);
});
