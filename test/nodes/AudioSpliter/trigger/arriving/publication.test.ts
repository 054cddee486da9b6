import type { Job } from '../../../../../nodes/AudioSpliter/job/types';
import type {
	ActivationContext,
	Settings,
} from '../../../../../nodes/AudioSpliter/trigger/arriving/publication';
import {
	isBeforeKnown,
	leftOutBy,
	noteFinishedBefore,
	notePublication,
	readPublication,
} from '../../../../../nodes/AudioSpliter/trigger/arriving/publication';
import { testClock, useTestClock } from '../../n8n/testClock';

const NOW = Date.parse('2026-05-02T08:00:00Z');
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

useTestClock(NOW);

const BOTH: Settings = { events: ['job.completed', 'job.failed'], metadata: [] };
const COMPLETED: Settings = { events: ['job.completed'], metadata: [] };
const OF_A: Settings = { ...BOTH, metadata: [['project', 'a']] };

/** A job that finished then, by the service's clock; without a time where there is none. */
const job = (id: string, at?: number, project = 'a'): Job => ({
	...{ id, status: 'completed', metadata: { project } },
	...(at !== undefined && { completedAt: new Date(at).toISOString().replace(/\.\d+/, '') }),
});

/** A published node, whose static data n8n keeps by the workflow. */
const node = () => {
	const kept: Record<string, object> = {};
	let name = 'Trigger';
	let credential = { id: 'one', name: 'One account' };
	const ctx = {
		getNode: () => ({ id: 'node', name, credentials: { audioSpliterApi: credential } }),
		getWorkflowStaticData: (type: string) => (kept[type] ??= {}),
	} as unknown as ActivationContext;
	let offset = 0;
	const calls: string[] = [];
	return {
		kept,
		calls,
		rename: () => (name = 'Another name'),
		changeCredential: (id: string, called = id) => (credential = { id, name: called }),
		/** How far the service's clock is ahead from now on. */
		setOffset: (ms: number) => (offset = ms),
		publish: (settings: Settings) => notePublication(ctx, settings),
		/** Reads the list of an event, in pages. */
		learn: async (event: string, ...pages: Job[][]) => {
			if (isBeforeKnown(readPublication(ctx), event)) return;
			async function* read() {
				for (const jobs of pages) {
					calls.push(event);
					yield await Promise.resolve({ jobs });
				}
			}
			await noteFinishedBefore(ctx, event, read(), async () => offset);
		},
		isLeftOut: (one: Job, event = 'job.completed') =>
			leftOutBy(readPublication(ctx), offset)(one, event),
		read: () => readPublication(ctx),
		kind: ctx,
	};
};

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

describe('another credential', () => {
	const published = async () => {
		const trigger = node();
		trigger.publish(BOTH);
		await trigger.learn('job.completed');
		testClock.now = NOW + HOUR;
		return trigger;
	};

	it("brings nothing of its account's history, and all that comes after", async () => {
		const { publish, learn, calls, changeCredential, isLeftOut } = await published();
		changeCredential('two');
		publish(BOTH);
		const history = [job('before', NOW + MINUTE), job('without times')];
		await learn('job.completed', history);
		expect(calls).toEqual(['job.completed']);
		expect(history.map((one) => isLeftOut(one))).toEqual([true, true]);
		expect(isLeftOut(job('after', NOW + 2 * HOUR))).toBe(false);
	});

	it('is none where it is only renamed, or has another key', async () => {
		const { publish, changeCredential, isLeftOut } = await published();
		changeCredential('one', 'Another name');
		publish(BOTH);
		expect(isLeftOut(job('since the publication', NOW + MINUTE))).toBe(false);
	});
});

describe('an edit', () => {
	/** Published with the first settings an hour ago, and with the second now; the list as it is then. */
	const edit = async (first: Settings, second: Settings, ...shown: Job[]) => {
		const edited = node();
		edited.publish(first);
		for (const event of first.events) await edited.learn(event, []);
		testClock.now = NOW + HOUR;
		edited.publish(second);
		for (const event of second.events) await edited.learn(event, shown);
		return edited;
	};

	it.each([
		['before the first publication', NOW - MINUTE, 'a', true],
		['before the edit, and was not meant then', NOW + MINUTE, 'b', true],
		['before the edit, and was meant then', NOW + MINUTE, 'a', false],
		['after the edit', NOW + HOUR + MINUTE, 'b', false],
	])('of a filter: a job that finished %s', async (_when, at, project, isLeftOut) => {
		const { isLeftOut: judge } = await edit(OF_A, BOTH);
		expect(judge(job('x', at, project))).toBe(isLeftOut);
	});

	it.each([
		['before the edit', NOW + MINUTE, true],
		['after the edit', NOW + HOUR + MINUTE, false],
	])('that adds an event: a job that finished %s', async (_when, at, isLeftOut) => {
		const { isLeftOut: judge } = await edit(COMPLETED, BOTH);
		expect(judge(job('x', at), 'job.failed')).toBe(isLeftOut);
		expect(judge(job('y', at), 'job.completed')).toBe(false);
	});

	it('brings nothing that it newly lets through where jobs have no times, and loses nothing that waits', async () => {
		const [meant, other] = [job('meant', undefined, 'a'), job('other', undefined, 'b')];
		const { isLeftOut } = await edit(OF_A, BOTH, meant, other);
		expect(isLeftOut(meant, 'job.failed')).toBe(false);
		expect(isLeftOut(other, 'job.failed')).toBe(true);
		expect(isLeftOut(job('new', undefined, 'b'), 'job.failed')).toBe(false);
	});

	it('that takes an event away and brings it back brings nothing of the time between', async () => {
		const { publish, learn, isLeftOut } = await edit(BOTH, COMPLETED);
		testClock.now += HOUR;
		publish(BOTH);
		const between = job('between');
		await learn('job.failed', [between]);
		expect(isLeftOut(between, 'job.failed')).toBe(true);
		expect(isLeftOut(job('timed', NOW + HOUR + MINUTE), 'job.failed')).toBe(true);
		expect(isLeftOut(job('later'), 'job.failed')).toBe(false);
	});

	it('right after the first publication leaves out nothing that finished since', async () => {
		const { publish, learn, isLeftOut } = node();
		publish(OF_A);
		await learn('job.completed', []);
		testClock.now += 10_000;
		publish({ ...OF_A, events: ['job.completed'] });
		const finished = job('a', NOW + 5_000);
		await learn('job.completed', [finished]);
		expect(isLeftOut(finished)).toBe(false);
	});

	it('while the service was down since the first publication still brings nothing of before', async () => {
		const { publish, learn, isLeftOut } = node();
		publish(OF_A);
		testClock.now += HOUR;
		publish(BOTH);
		const before = [job('a'), job('b', undefined, 'b'), job('c', NOW - HOUR)];
		await learn('job.completed', before);
		expect(before.map((one) => isLeftOut(one))).toEqual([true, true, true]);
	});

	it('is none where the settings stay as they are: after a restart, a rename, another publication', async () => {
		const { publish, learn, calls, rename, read, isLeftOut } = node();
		publish(BOTH);
		await learn('job.completed', [job('a')]);
		testClock.now += HOUR;
		rename();
		publish({ ...BOTH });
		await learn('job.completed', [job('b')]);
		expect(calls).toHaveLength(1);
		expect(read().settings).toMatchObject([{ from: NOW }]);
		expect(isLeftOut(job('c', NOW + MINUTE))).toBe(false);
	});

	it('made very often leaves the latest 20 settings in force', () => {
		const { publish, read, isLeftOut } = node();
		for (let minute = 0; minute < 30; minute++) {
			testClock.now = NOW + minute * MINUTE;
			publish({ ...BOTH, metadata: [['project', String(minute)]] });
		}
		expect(read().settings).toHaveLength(20);
		expect(isLeftOut(job('a', NOW + 29 * MINUTE, '29'))).toBe(false);
		expect(isLeftOut(job('b', NOW + 10 * MINUTE, '10'))).toBe(false);
		expect(isLeftOut(job('c', NOW + 9 * MINUTE, '9'))).toBe(true);
	});
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
