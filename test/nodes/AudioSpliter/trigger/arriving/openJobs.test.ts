import type { OpenJob } from '../../../../../nodes/AudioSpliter/trigger/arriving/openJobs';
import { OpenJobs } from '../../../../../nodes/AudioSpliter/trigger/arriving/openJobs';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const job = (jobId: string, finishedAt = 0, event = 'job.completed') => ({
	...{ event, jobId, finishedAt, isUnclear: false },
});

const idle = () => false;
const ids = (batches: OpenJob[][]) => batches.map((batch) => batch.map(({ jobId }) => jobId));

/** Open jobs that all finished at 0. */
const open = (...jobIds: string[]) => {
	const jobs = new OpenJobs();
	for (const jobId of jobIds) jobs.add(job(jobId), 0);
	/** A look, all of whose executions end at once. */
	const look = (now: number): OpenJob[][] => {
		const batches = jobs.takeDue(idle, now);
		for (const one of batches.flat()) jobs.noteEnd(one);
		return batches;
	};
	return { jobs, look };
};

describe('a finished job', () => {
	it('is left to its webhook until its grace is over', () => {
		const { jobs, look } = open();
		jobs.add(job('late', 1_000), 1_000 + 2 * MINUTE);
		expect(look(1_000 + 2 * MINUTE - 1)).toEqual([]);
		expect(ids([jobs.listDue(2 * MINUTE)])).toEqual([[]]);
		expect(ids(look(1_000 + 2 * MINUTE))).toEqual([['late']]);
	});

	it('is handed over together with the others, of both lists', () => {
		const { jobs, look } = open('a', 'b');
		jobs.add(job('a', 0, 'job.failed'), 0);
		expect(ids(look(0))).toEqual([['a', 'b', 'a']]);
	});

	it('is not added twice, whatever became of it', () => {
		const { jobs, look } = open('a');
		look(0);
		jobs.add(job('a'), 0);
		expect(jobs.list()).toMatchObject([{ jobId: 'a', attempts: 1 }]);
	});

	it('is handed to nobody else while it is in an execution', () => {
		const { jobs } = open('a');
		const [[handed] = []] = jobs.takeDue(idle, 0);
		expect(jobs.takeDue(idle, MINUTE)).toEqual([]);
		expect(jobs.listDue(MINUTE)).toEqual([]);
		if (handed) jobs.noteEnd(handed);
		expect(ids(jobs.takeDue(idle, MINUTE))).toEqual([['a']]);
	});

	it('counts as lost after half an hour in an execution of which n8n says nothing', () => {
		const { jobs } = open('a');
		jobs.takeDue(idle, 0);
		expect(jobs.takeDue(idle, 30 * MINUTE)).toEqual([]);
		expect(ids(jobs.takeDue(idle, 30 * MINUTE + 1))).toEqual([['a']]);
	});

	it('is left alone while something is at work on it, and costs no attempt by that', () => {
		const { jobs } = open('a', 'b');
		expect(ids(jobs.takeDue(({ jobId }) => jobId === 'a', 0))).toEqual([['b']]);
		expect(jobs.list().map(({ jobId, attempts }) => [jobId, attempts])).toEqual([
			['a', 0],
			['b', 1],
		]);
	});

	it('is forgotten when it is taken out, and not before', () => {
		const { jobs, look } = open('a', 'b');
		const [first] = jobs.list();
		if (first) jobs.remove(first);
		expect(ids(look(0))).toEqual([['b']]);
		expect(jobs.list()).toHaveLength(1);
	});
});

describe('a job whose executions fail', () => {
	it('goes alone after two of them, so that it holds up no others', () => {
		const { jobs, look } = open('bad');
		look(0);
		jobs.add(job('good'), 0);
		expect(ids(look(MINUTE))).toEqual([['bad', 'good']]);
		jobs.add(job('new'), 0);
		expect(ids(look(2 * MINUTE))).toEqual([['good', 'new']]);
		expect(ids(look(11 * MINUTE))).toEqual([['new'], ['bad']]);
	});

	it.each([1, 10, 45])(
		'is tried for a day at least, ever more seldom, then given up: looks every %i minutes',
		(every) => {
			const { jobs, look } = open('bad');
			const tries: number[] = [];
			for (let now = 0; now < 5 * DAY; now += every * MINUTE) {
				if (look(now).length > 0) tries.push(now);
			}
			expect(tries.at(-1)).toBeGreaterThanOrEqual(DAY);
			expect(tries.at(-1)).toBeLessThanOrEqual(3 * DAY);
			expect(tries.length).toBeLessThanOrEqual(10);
			const pauses = tries.slice(1).map((time, index) => time - (tries[index] ?? 0));
			expect(pauses).toEqual([...pauses].sort((one, other) => one - other));
			expect(jobs.list()).toEqual([]);
		},
	);

	it('starts no flood: a look hands over 20 of them at most, and none is forgotten', () => {
		const { look } = open(...Array.from({ length: 50 }, (_unused, number) => `bad ${number}`));
		expect(look(0).map(({ length }) => length)).toEqual([50]);
		expect(look(1).map(({ length }) => length)).toEqual([50]);
		const alone = [HOUR, HOUR + MINUTE, HOUR + 2 * MINUTE].map((now) => ids(look(now)).flat());
		expect(alone.map(({ length }) => length)).toEqual([20, 20, 10]);
		expect(new Set(alone.flat()).size).toBe(50);
	});
});

it('a job is given up once the record of what was emitted no longer reaches back to it', () => {
	const { jobs, look } = open('old');
	jobs.add(job('young', MINUTE), MINUTE);
	expect(ids(look(7 * DAY + 1))).toEqual([['young']]);
	expect(jobs.list()).toHaveLength(1);
});
