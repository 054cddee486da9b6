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
