import * as fc from 'fast-check';
import { createRandom, shuffled } from '../../../../../bench/random';
import type { Job } from '../../../../../nodes/AudioSpliter/job/types';
import { FinishedList } from '../../../../../nodes/AudioSpliter/trigger/arriving/finishedList';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const NOW = Date.parse('2026-05-02T08:00:00Z');

type Sort = 'newest' | 'oldest' | 'random';

interface Shape {
	sort?: Sort;
	isTimed?: boolean;
	isCounted?: boolean;
	size?: number;
	/** The page that cannot be read. */
	broken?: number;
}

interface Row {
	id: string;
	createdAt: number;
	/** Of a job that is not in the list's status. */
	isOther?: boolean;
}

const row = (id: string, createdAt: number): Row => ({ id, createdAt });

/** Rows that were created one a minute, the last one just now. */
const history = (count: number, every = MINUTE): Row[] =>
	Array.from({ length: count }, (_unused, index) =>
		row(`old ${index}`, NOW - (count - index) * every),
	);

const inOrder = (rows: Row[], sort: Sort): Row[] => {
	if (sort === 'random') return shuffled(rows, createRandom(7));
	const sign = sort === 'newest' ? -1 : 1;
	return [...rows].sort((one, other) => sign * (one.createdAt - other.createdAt));
};

const toJob = ({ id, createdAt, isOther }: Row, isTimed: boolean): Job => ({
	...{ id, status: isOther === true ? 'processing' : 'completed' },
	...(isTimed && { createdAt: new Date(createdAt).toISOString() }),
});

/** A list of the service, in pages, and what one process has seen of it. */
const listed = (shape: Shape = {}) => {
	const { sort = 'newest', isTimed = true, size = 100 } = shape;
	const list = new FinishedList();
	const calls: number[] = [];
	async function* pagesOf(rows: Row[], { isCounted = true, broken }: Shape) {
		const sorted = inOrder(rows, sort);
		for (let page = 0; page * size < sorted.length; page++) {
			calls[calls.length - 1] = page + 1;
			await Promise.resolve();
			if (page + 1 === broken) throw new Error('502');
			const shown = sorted.slice(page * size, (page + 1) * size);
			const jobs = shown.filter(({ isOther }) => isOther !== true);
			const toJobs = (some: Row[]) => some.map((one) => toJob(one, isTimed));
			const total = isCounted && jobs.length === shown.length ? { total: rows.length } : {};
			yield { jobs: toJobs(jobs), rows: toJobs(shown), ...total };
		}
	}
	const taken: string[] = [];
	const look = async (rows: Row[], now = NOW, more: Shape = {}): Promise<string[]> => {
		calls.push(0);
		const before = taken.length;
		await list.look(pagesOf(rows, { ...shape, ...more }), now, ({ id }) => taken.push(id));
		return taken.slice(before);
	};
	return { look, calls, taken };
};

const SHAPES: Array<[string, Shape]> = (['newest', 'oldest', 'random'] as const).flatMap((sort) =>
	[true, false].flatMap((isTimed) =>
		[true, false].map((isCounted): [string, Shape] => [
			`${sort} first, ${isTimed ? 'with' : 'without'} createdAt, ${isCounted ? 'counted' : 'not counted'}`,
			{ sort, isTimed, isCounted },
		]),
	),
);

describe.each(SHAPES)('a list %s', (_name, shape) => {
	it('shows each of 1,050 jobs once, and each later one at the next look', async () => {
		const { look } = listed(shape);
		const rows = history(1_050);
		expect((await look(rows)).sort()).toEqual(rows.map(({ id }) => id).sort());
		for (let minute = 1; minute <= 5; minute++) {
			const now = NOW + minute * MINUTE;
			rows.push(row(`new ${minute}`, now - 1_000));
			expect(await look(rows, now)).toEqual([`new ${minute}`]);
			expect(await look(rows, now + 1_000)).toEqual([]);
		}
	});

	it('shows jobs that finish while it is empty, or holds a single one', async () => {
		const { look } = listed(shape);
		expect(await look([])).toEqual([]);
		const rows = [row('first', NOW)];
		expect(await look(rows, NOW + MINUTE)).toEqual(['first']);
		rows.push(row('second', NOW + MINUTE));
		expect(await look(rows, NOW + 2 * MINUTE)).toEqual(['second']);
	});

	it('goes on where a page failed half-way, and repeats nothing', async () => {
		const { look, taken } = listed(shape);
		const rows = history(250);
		await expect(look(rows, NOW, { broken: 3 })).rejects.toThrow('502');
		expect(taken).toHaveLength(200);
		await look(rows);
		expect([...taken].sort()).toEqual(rows.map(({ id }) => id).sort());
	});
});

describe('calls, where nothing is new', () => {
	it.each<[string, number, Shape]>([
		['newest first, and counted', 1, {}],
		['oldest first, and counted', 1, { sort: 'oldest' }],
		['in no order, and counted', 1, { sort: 'random' }],
		['counted, without createdAt', 1, { isTimed: false }],
		['newest first, not counted, and of days', 1, { isCounted: false }],
		['that tells nothing', 20, { isCounted: false, isTimed: false }],
	])('%s: %i', async (_name, expected, shape) => {
		const { look, calls } = listed(shape);
		const rows = history(2_000, 10 * MINUTE);
		await look(rows);
		for (const second of [1, 2, 3]) await look(rows, NOW + second * 1_000);
		expect(calls.slice(1)).toEqual([expected, expected, expected]);
	});

	it('the first look of a process reads what may still be emitted, not the whole history', async () => {
		const { look, calls } = listed();
		await look(history(5_000, 10 * MINUTE));
		// 8 days have 1,152 such jobs.
		expect(calls).toEqual([12]);
	});

	it('once an hour the last day is read again', async () => {
		const { look, calls } = listed();
		const rows = history(1_000, 10 * MINUTE);
		await look(rows);
		await look(rows, NOW + 59 * MINUTE);
		await look(rows, NOW + HOUR);
		await look(rows, NOW + HOUR + MINUTE);
		expect(calls.slice(1)).toEqual([1, 2, 1]);
	});

	it('also after the clock was far ahead for one look', async () => {
		const { look, calls } = listed();
		const rows = history(1_000, 10 * MINUTE);
		await look(rows);
		await look(rows, NOW + 365 * DAY);
		await look(rows, NOW + MINUTE);
		await look(rows, NOW + 62 * MINUTE);
		expect(calls.slice(2)).toEqual([2, 2]);
	});
});

describe('a job that took long', () => {
	it.each([
		['an hour', HOUR],
		['five hours', 5 * HOUR],
		['two days, since the service was down', 2 * DAY],
	])('is found at the next look, deep in a counted list: %s', async (_name, age) => {
		const { look } = listed();
		const rows = history(2_000, 10 * MINUTE);
		await look(rows);
		rows.push(row('late', NOW - age - 1_000));
		expect(await look(rows, NOW + MINUTE)).toEqual(['late']);
	});

	it('is found within the hour where one was deleted at the same time, and the counts agree', async () => {
		const { look } = listed();
		const rows = history(2_000, 10 * MINUTE).slice(1);
		await look(history(2_000, 10 * MINUTE));
		rows.push(row('late', NOW - 20 * HOUR - 1_000));
		expect(await look(rows, NOW + MINUTE)).toEqual([]);
		expect(await look(rows, NOW + 61 * MINUTE)).toEqual(['late']);
	});

	it('is found within the hour where the list is not counted', async () => {
		const { look } = listed({ isCounted: false });
		const rows = history(2_000, 10 * MINUTE);
		await look(rows);
		rows.push(row('late', NOW - 20 * HOUR - 1_000));
		await look(rows, NOW + MINUTE);
		expect(await look(rows, NOW + 61 * MINUTE)).toEqual(['late']);
	});
});

describe('an order that cannot be told yet', () => {
	it('is not taken for newest first where the oldest page is of one second', async () => {
		const { look } = listed({ sort: 'oldest', isCounted: false });
		const batch = Array.from({ length: 100 }, (_unused, index) =>
			row(`a ${index}`, NOW - 30 * DAY),
		);
		const rows = [...batch, row('b', NOW - MINUTE)];
		expect(await look(rows)).toContain('b');
		rows.push(row('c', NOW));
		expect(await look(rows, NOW + MINUTE)).toEqual(['c']);
	});

	it('is not taken for newest first where a page holds one job', async () => {
		const { look } = listed({ sort: 'oldest', size: 1, isCounted: false });
		const rows = [row('a', NOW - 30 * DAY), row('b', NOW - MINUTE)];
		expect(await look(rows)).toEqual(['a', 'b']);
		rows.push(row('c', NOW));
		expect(await look(rows, NOW + MINUTE)).toEqual(['c']);
	});
});

describe('a filter that the service ignores', () => {
	it.each(['newest', 'oldest', 'random'] as const)('hides no job: %s first', async (sort) => {
		const { look } = listed({ sort });
		const rows = history(500, HOUR).map((one) => ({ ...one, isOther: true }));
		rows.push({ ...row('slow', NOW - 150 * MINUTE), isOther: true });
		expect(await look(rows)).toEqual([]);
		const finished = rows.map((one) => (one.id === 'slow' ? { ...one, isOther: false } : one));
		// As many jobs as before, since the service counts those that are under way as well.
		expect(await look(finished, NOW + MINUTE)).toEqual(['slow']);
	});

	it('costs one call for each look where the list is newest first, although no page has a job that is wanted', async () => {
		const { look, calls } = listed();
		const rows = history(2_000, 10 * MINUTE).map((one) => ({ ...one, isOther: true }));
		await look(rows);
		await look(rows, NOW + MINUTE);
		expect(calls).toEqual([12, 1]);
	});
});

it('what is gone from a list that was read to its end is not kept in mind', async () => {
	const { look } = listed();
	await look([row('a', NOW - DAY), row('b', NOW)]);
	await look([row('b', NOW)], NOW + HOUR);
	expect(await look([row('a', NOW - DAY), row('b', NOW)], NOW + 2 * HOUR)).toEqual(['a']);
});

it('whatever the order, the counts and what is deleted, each job that the list goes on showing is taken once', async () => {
	const worlds = fc.record({
		sort: fc.constantFrom<Sort>('newest', 'oldest', 'random'),
		isTimed: fc.boolean(),
		isCounted: fc.boolean(),
		size: fc.constantFrom(2, 5, 100),
		before: fc.integer({ min: 0, max: 40 }),
		steps: fc.array(
			fc.record({
				minutes: fc.integer({ min: 0, max: 40 }),
				finished: fc.array(fc.integer({ min: 0, max: 22 * 60 }), { maxLength: 4 }),
				deleted: fc.array(fc.nat(), { maxLength: 3 }),
				broken: fc.option(fc.integer({ min: 1, max: 3 }), { nil: undefined }),
			}),
			{ maxLength: 12 },
		),
	});
	await fc.assert(
		fc.asyncProperty(worlds, async ({ before, steps, ...shape }) => {
			const { look, taken } = listed(shape);
			let rows = history(before, HOUR);
			let now = NOW;
			let count = 0;
			for (const { minutes, finished, deleted, broken } of steps) {
				await look(rows, now, { broken }).catch(() => undefined);
				now += minutes * MINUTE;
				rows = rows.filter((_one, index) => !deleted.some((nth) => nth % rows.length === index));
				for (const age of finished) rows.push(row(`new ${(count += 1)}`, now - age * MINUTE));
			}
			// A look that says nothing is missing, and an hour later one that does not believe it.
			await look(rows, now);
			await look(rows, now + HOUR);
			expect(new Set(taken).size).toBe(taken.length);
			expect(rows.filter(({ id }) => !taken.includes(id))).toEqual([]);
		}),
		{ numRuns: 300 },
	);
});
