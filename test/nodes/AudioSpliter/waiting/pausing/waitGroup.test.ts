import { createWaitGroups } from '../../../../../nodes/AudioSpliter/waiting/pausing/waitGroup';

const LATER = Date.now() + 60_000;
const now = () => Date.now();
const isKnown = (groups: ReturnType<typeof createWaitGroups>, id: string) =>
	groups.find([id], LATER).isOwn;

it('knows what this process has submitted, by the first job', () => {
	const groups = createWaitGroups();
	groups.expect(
		['a', 'b'].map((id) => ({ id, submittedAt: now() })),
		LATER,
	);
	expect(groups.find(['a', 'b'], LATER)).toMatchObject({ isOwn: true, until: LATER });
	expect(groups.find(['c'], LATER)).toMatchObject({ isOwn: false, until: LATER });
});

it('lets go of the oldest when there are too many', () => {
	const groups = createWaitGroups(2);
	for (const id of ['a', 'b', 'c']) groups.expect([{ id, submittedAt: now() }], LATER);
	expect(['b', 'c', 'a'].map((id) => isKnown(groups, id))).toEqual([true, true, false]);
});

it('lets go of those that n8n has gone on with by itself', () => {
	const groups = createWaitGroups();
	groups.expect([{ id: 'over', submittedAt: now() }], now() - 1);
	groups.expect([{ id: 'waiting', submittedAt: now() }], LATER);
	expect(['waiting', 'over'].map((id) => isKnown(groups, id))).toEqual([true, false]);
});
