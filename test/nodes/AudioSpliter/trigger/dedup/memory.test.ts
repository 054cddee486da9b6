import type { Attempt } from '../../../../../nodes/AudioSpliter/trigger/dedup/memory';
import { createMemory } from '../../../../../nodes/AudioSpliter/trigger/dedup/memory';

const first = <Result>(result: Result) => ({ kind: 'first' as const, result });
const KNOWN = { kind: 'known' };

/** An attempt that ends when the test says so. */
const attempt = <Result>() => {
	let end: (outcome: Attempt<Result>) => void = () => undefined;
	let fail: (error: Error) => void = () => undefined;
	const outcome = new Promise<Attempt<Result>>((resolve, reject) => {
		end = resolve;
		fail = reject;
	});
	const run = jest.fn(async () => await outcome);
	return { run, end, fail };
};

const settle = async () => await new Promise((resolve) => setImmediate(resolve));

describe('what this process knows about events', () => {
	it('lets one of many overlapping attempts through', async () => {
		const memory = createMemory(100);
		const run = jest.fn(async () => {
			await settle();
			return first('emitted');
		});
		const all = Array.from(
			{ length: 50 },
			async () => await memory.once(['event', 'id'], 'execution', run),
		);
		expect((await Promise.all(all)).filter(({ kind }) => kind === 'first')).toHaveLength(1);
		expect(run).toHaveBeenCalledTimes(1);
	});

	it('hands over to the next when an attempt fails, and forgets nothing of it', async () => {
		const memory = createMemory(100);
		const lost = attempt<string>();
		const next = attempt<string>();
		const a = memory.once(['event', 'id 1'], 'execution', lost.run);
		const b = memory.once(['event', 'id 2'], 'execution', next.run);
		await settle();
		expect(next.run).not.toHaveBeenCalled();
		lost.fail(new Error('lost'));
		await expect(a).rejects.toThrow('lost');
		await settle();
		expect(memory.isHandled(['event'])).toBe(false);
		next.end(first('emitted'));
		expect(await b).toEqual(first('emitted'));
		expect(memory.isHandled(['event'])).toBe(true);
		expect(memory.isHandled(['id 1'])).toBe(false);
	});

	it('waits for whoever shares any of the keys', async () => {
		const memory = createMemory(100);
		const running = attempt<string>();
		const a = memory.once(['event 1', 'id'], 'execution', running.run);
		const b = memory.once(['event 2', 'id'], 'execution', async () => first('b'));
		const c = memory.once(['event 3'], 'execution', async () => first('c'));
		expect(await c).toEqual(first('c'));
		running.end(first('a'));
		expect(await a).toEqual(first('a'));
		expect(await b).toEqual(KNOWN);
		expect(memory.isHandled(['event 2'])).toBe(false);
	});

	it('knows an event as handled no sooner than its attempt has ended', async () => {
		const memory = createMemory(100);
		const running = attempt<string>();
		const done = memory.once(['event'], 'execution', running.run);
		await settle();
		expect(memory.isHandled(['event'])).toBe(false);
		running.end({ kind: 'known' });
		expect(await done).toEqual(KNOWN);
		expect(memory.isHandled(['event'])).toBe(true);
	});

	it('survives an attempt that throws at once', async () => {
		const memory = createMemory(100);
		const broken = () => {
			throw new Error('at once');
		};
		await expect(memory.once(['event'], 'execution', broken)).rejects.toThrow('at once');
		expect(await memory.once(['event'], 'execution', async () => first(1))).toEqual(first(1));
	});

	it('forgets the oldest keys beyond its capacity', () => {
		const memory = createMemory(4);
		memory.remember(['a', 'b']);
		memory.remember(['c', 'd']);
		memory.remember(['a', 'e']);
		expect(['a', 'b', 'c', 'd', 'e'].filter((key) => memory.isHandled([key]))).toEqual([
			'a',
			'c',
			'd',
			'e',
		]);
	});
});
