import { createWaitGroups } from '../../../../../nodes/AudioSpliter/waiting/pausing/waitGroup';

const LATER = Date.now() + 60_000;
const now = () => Date.now();
const isKnown = (groupOf: ReturnType<typeof createWaitGroups>, id: string) =>
	groupOf([{ id }], LATER).isOwn;

it('knows what this process has submitted, by the first job', () => {
	const groupOf = createWaitGroups();
	groupOf(
		['a', 'b'].map((id) => ({ id, submittedAt: now() })),
		LATER,
	);
	expect(groupOf([{ id: 'a' }, { id: 'b' }], LATER)).toMatchObject({ isOwn: true, until: LATER });
	expect(groupOf([{ id: 'c' }], LATER)).toMatchObject({ isOwn: false, until: LATER });
});

it('lets go of the oldest when there are too many', () => {
	const groupOf = createWaitGroups(2);
	for (const id of ['a', 'b', 'c']) groupOf([{ id, submittedAt: now() }], LATER);
	expect(['b', 'c', 'a'].map((id) => isKnown(groupOf, id))).toEqual([true, true, false]);
});

it('lets go of those that n8n has gone on with by itself', () => {
	const groupOf = createWaitGroups();
	groupOf([{ id: 'over', submittedAt: now() }], now() - 1);
	groupOf([{ id: 'waiting', submittedAt: now() }], LATER);
	expect(['waiting', 'over'].map((id) => isKnown(groupOf, id))).toEqual([true, false]);
});

describe('what the groups hold', () => {
	const job = (id: string, segments: number) => ({
		...{ id, status: 'completed' },
		segments: Array.from({ length: segments }, (_unused, index) => ({ index })),
	});
	const submit = (groupOf: ReturnType<typeof createWaitGroups>, ids: string[]) =>
		groupOf(
			ids.map((id) => ({ id, submittedAt: now() })),
			LATER,
		);

	it('is bounded by jobs and segments, not by the number of groups', () => {
		const groupOf = createWaitGroups(100);
		for (const id of ['a', 'b', 'c']) {
			const member = submit(groupOf, [id]).members.get(id);
			if (member !== undefined && id !== 'c') member.fetched = job(id, 60);
		}
		// The webhook that brings the second one's segments finds more than there is room for.
		expect(isKnown(groupOf, 'c')).toBe(true);
		expect(['c', 'b', 'a'].map((id) => isKnown(groupOf, id))).toEqual([true, true, false]);
	});

	it('lets go of what n8n has the items of first', () => {
		const groupOf = createWaitGroups(4);
		submit(groupOf, ['a', 'a2']);
		Object.assign(submit(groupOf, ['b', 'b2']), { isHandedOut: true, isAnswered: true });
		submit(groupOf, ['c']);
		expect(groupOf([{ id: 'a' }], LATER).isOwn).toBe(true);
		expect(groupOf([{ id: 'b' }], LATER).isOwn).toBe(false);
	});

	it('keeps a group that a webhook or n8n is at work with', () => {
		const groupOf = createWaitGroups(3);
		submit(groupOf, ['a']).resuming = Promise.resolve();
		submit(groupOf, ['d']).isHandedOut = true;
		const member = submit(groupOf, ['b']).members.get('b');
		if (member !== undefined) member.isArriving = true;
		submit(groupOf, ['c', 'c2']);
		expect(['a', 'b', 'd'].map((id) => isKnown(groupOf, id))).toEqual([true, true, true]);
	});
});
