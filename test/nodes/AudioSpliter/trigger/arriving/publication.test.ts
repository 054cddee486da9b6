import {
	isBeforeKnown,
	noteFinishedBefore,
} from '../../../../../nodes/AudioSpliter/trigger/arriving/publication';
import { testClock, useTestClock } from '../../n8n/testClock';
import { BOTH, HOUR, job, MINUTE, node, NOW } from './publicationSetup';

useTestClock(NOW);

describe('the first publication', () => {
	it.each([
		['a day before', -24 * HOUR, true],
		['a second before', -1_000, true],
		['in the same second', 0, false],
		['a second later', 1_000, false],
		['a month later', 30 * 24 * HOUR, false],
	])('a job that finished %s: left out is %s', async (_when, age, isLeftOut) => {
		const { publish, learn, isLeftOut: judge } = node();
		publish(BOTH);
		await learn('job.completed', [job('known', NOW - HOUR)]);
		expect(judge(job('a', NOW + age))).toBe(isLeftOut);
	});

	it('leaves out what the list shows then, whatever the times: in the same second, later, none', async () => {
		const { publish, learn, isLeftOut } = node();
		testClock.now = NOW + 400;
		publish(BOTH);
		testClock.now = NOW + 900;
		const shown = [job('same', NOW), job('ahead', NOW + HOUR), job('none')];
		await learn('job.completed', shown);
		expect(shown.map((one) => isLeftOut(one))).toEqual([true, true, true]);
		expect([job('x', NOW), job('y', NOW + HOUR), job('z')].map((one) => isLeftOut(one))).toEqual([
			...[false, false, false],
		]);
	});

	it('reads one page where the service gives times, whatever the history, and all of it where not', async () => {
		const { publish, learn, calls, read, isLeftOut } = node();
		publish(BOTH);
		const timed = [1, 2, 3].map((page) => [job(`timed ${page}`, NOW - page * HOUR)]);
		await learn('job.completed', ...timed);
		expect(calls).toEqual(['job.completed']);
		expect(read().before).toEqual([]);
		const untimed = [1, 2, 3].map((page) => [job(`untimed ${page}`)]);
		await learn('job.failed', ...untimed);
		expect(calls).toHaveLength(4);
		expect(untimed.flat().map((one) => isLeftOut(one, 'job.failed'))).toEqual([true, true, true]);
	});

	it('knows all that finished in its own second, on whatever page', async () => {
		const { publish, learn, isLeftOut } = node();
		publish(BOTH);
		const pages = [1, 2, 3].map((page) => [job(`a${page}`, NOW), job(`b${page}`, NOW)]);
		await learn('job.completed', ...pages, [job('old', NOW - HOUR)]);
		expect(pages.flat().filter((one) => !isLeftOut(one))).toEqual([]);
	});

	it('leaves a job that the list shows late to its time, where the list could not be read at first', async () => {
		const { publish, learn, isLeftOut } = node();
		publish(BOTH);
		testClock.now = NOW + 10 * MINUTE;
		const shown = [job('later', NOW + MINUTE), job('before', NOW - MINUTE), job('none')];
		await learn('job.completed', shown);
		expect(shown.map((one) => isLeftOut(one))).toEqual([false, true, true]);
	});

	it('notes nothing where the list breaks off', async () => {
		const { publish, read, kind } = node();
		publish(BOTH);
		async function* pages() {
			yield await Promise.resolve({ jobs: [job('a')] });
			throw new Error('502');
		}
		const noted = noteFinishedBefore(kind, 'job.completed', pages(), async () => 0);
		await expect(noted).rejects.toThrow('502');
		expect(read()).toMatchObject({ before: [], settings: [{ listed: [] }] });
		expect(isBeforeKnown(read(), 'job.completed')).toBe(false);
	});

	it('before it everything is left out', () => {
		expect(node().isLeftOut(job('a', NOW))).toBe(true);
	});
});

describe('clocks', () => {
	it.each([HOUR, -HOUR])('that differ by %i ms are taken for what they are', async (offset) => {
		const { publish, learn, setOffset, isLeftOut } = node();
		setOffset(offset);
		publish(BOTH);
		const shown = job('shown', NOW + offset - MINUTE);
		await learn('job.completed', [shown]);
		expect(isLeftOut(shown)).toBe(true);
		expect(isLeftOut(job('before', NOW + offset - 1_000))).toBe(true);
		expect(isLeftOut(job('after', NOW + offset + 1_000))).toBe(false);
	});

	it.each([HOUR, -HOUR])(
		'of which this one is set right later change nothing: %i ms',
		async (offset) => {
			const { publish, learn, setOffset, isLeftOut } = node();
			setOffset(offset);
			publish(BOTH);
			await learn('job.completed', []);
			testClock.now += offset;
			setOffset(0);
			expect(isLeftOut(job('before', NOW + offset - MINUTE))).toBe(true);
			expect(isLeftOut(job('after', NOW + offset + MINUTE))).toBe(false);
		},
	);
});

it("n8n's own object is written to by assignment alone, of which it takes note, and holds no job's ID", async () => {
	const { publish, learn, kept, read } = node();
	publish(BOTH);
	await learn('job.completed', [job('job_secret')]);
	const global = kept.global as Record<string, object>;
	expect(Object.keys(global)).toEqual(['audioSpliter node']);
	const stored = JSON.stringify(kept);
	read().settings.push({ ...BOTH, from: 0, listed: [] });
	read().before.push('x');
	expect(JSON.stringify(kept)).toBe(stored);
	expect(stored).not.toContain('job_secret');
	expect(JSON.parse(stored)).toEqual(kept);
});
