import { createMemory } from '../../../../../nodes/AudioSpliter/trigger/dedup/memory';

const all = (left: number[]) => ({ result: left, emitted: left });
const turn = async () => await new Promise((resolve) => setImmediate(resolve));

it('one attempt is made at those events alone that are not handled', async () => {
	const memory = createMemory(100);
	memory.remember(['b']);
	expect(await memory.together([['a'], ['b'], ['c']], '1', async (left) => all(left))).toEqual([
		...[0, 2],
	]);
	expect(await memory.together([['a'], ['c']], '2', async (left) => all(left))).toEqual([]);
	expect(memory.isEmittedBy(['a'], '1')).toBe(true);
	expect(memory.isEmittedBy(['b'], '1')).toBe(false);
});

it('what an attempt has left out is handled, but not emitted by it', async () => {
	const memory = createMemory(100);
	await memory.together([['a'], ['b']], '1', async (left) => ({ result: left, emitted: [1] }));
	expect([memory.isHandled(['a']), memory.isEmittedBy(['a'], '1')]).toEqual([true, false]);
	expect(memory.isEmittedBy(['b'], '1')).toBe(true);
});

it.each([
	['throws', async () => await Promise.reject(new Error('lost'))],
	[
		'throws at once',
		() => {
			throw new Error('lost');
		},
	],
])('an attempt that %s leaves nothing behind', async (_what, attempt) => {
	const memory = createMemory(100);
	await expect(memory.together([['a'], ['b']], '1', attempt)).rejects.toThrow('lost');
	expect(memory.isHandled(['a', 'b'])).toBe(false);
	expect(memory.isUnderWay(['a'])).toBe(false);
	expect(await memory.together([['a']], '2', async (left) => all(left))).toEqual([0]);
});

it('overlapping attempts, at one event and at several, end and emit each event once', async () => {
	const memory = createMemory(100);
	const emitted: string[] = [];
	const together = async (events: string[]) =>
		await memory.together(
			events.map((event) => [event]),
			'execution',
			async (left) => {
				await turn();
				emitted.push(...left.map((position) => events[position] ?? ''));
				return all(left);
			},
		);
	const once = async (event: string) =>
		await memory.once([event], 'execution', async () => {
			await turn();
			emitted.push(event);
			return { kind: 'first', result: event };
		});
	const work = [together(['a', 'b']), once('b'), together(['b', 'c', 'a']), once('c'), once('a')];
	expect(memory.isUnderWay(['a'])).toBe(true);
	await Promise.all(work);
	expect(emitted.sort()).toEqual(['a', 'b', 'c']);
	expect(memory.isUnderWay(['a'])).toBe(false);
});
