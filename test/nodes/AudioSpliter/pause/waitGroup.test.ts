import { createWaitGroups } from '../../../../nodes/AudioSpliter/pause/waitGroup';

const LATER = Date.now() + 60_000;
const member = (groups: ReturnType<typeof createWaitGroups>, id: string) =>
	groups.find([id], LATER).sawAll;

it('knows what this process has submitted, by the first job', () => {
	const groups = createWaitGroups();
	groups.expect(['a', 'b'], LATER);
	expect(groups.find(['a', 'b'], LATER)).toMatchObject({ sawAll: true, until: LATER });
	expect(groups.find(['c'], LATER)).toMatchObject({ sawAll: false, until: LATER });
});

it('lets go of the oldest when there are too many', () => {
	const groups = createWaitGroups(2);
	for (const id of ['a', 'b', 'c']) groups.expect([id], LATER);
	expect(['b', 'c', 'a'].map((id) => member(groups, id))).toEqual([true, true, false]);
});

it('lets go of those that n8n has gone on with by itself', () => {
	const groups = createWaitGroups();
	groups.expect(['over'], Date.now() - 1);
	groups.expect(['waiting'], LATER);
	expect(['waiting', 'over'].map((id) => member(groups, id))).toEqual([true, false]);
});
