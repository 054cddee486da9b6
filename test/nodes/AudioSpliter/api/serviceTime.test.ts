import { readAccount } from '../../../../nodes/AudioSpliter/api/account';
import { learnServiceTime, serviceOffset } from '../../../../nodes/AudioSpliter/api/serviceTime';
import { apiContext } from './support';

const NOW = Date.parse('2026-05-02T08:00:00Z');
const HOUR = 60 * 60_000;

const at = (time: number) => ({ date: new Date(time).toUTCString() });

it.each<[string, unknown, number]>([
	['no answer with a time', undefined, 0],
	['no header', {}, 0],
	['a header that is no time', { date: 'soon' }, 0],
	['a header that is no text', { date: 7 }, 0],
	['the same second', at(NOW - 900), 0],
	['less than the header can tell', at(NOW + 2_000), 0],
	['an hour ahead', at(NOW + HOUR), HOUR],
	['an hour behind', at(NOW - HOUR), -HOUR],
])("the service's clock: %s", async (_what, headers, expected) => {
	const { ctx } = apiContext(() => ({}));
	const { budgetKey } = await readAccount(ctx);
	learnServiceTime(budgetKey, headers, NOW);
	expect(await serviceOffset(ctx)).toBe(expected);
});

it('goes by the latest answer, keeps to the account, and forgets the oldest of many', async () => {
	const [one, other] = [apiContext(() => ({})).ctx, apiContext(() => ({})).ctx];
	const { budgetKey } = await readAccount(one);
	learnServiceTime(budgetKey, at(NOW + HOUR), NOW);
	expect([await serviceOffset(one), await serviceOffset(other)]).toEqual([HOUR, 0]);
	learnServiceTime(budgetKey, at(NOW + 2 * HOUR), NOW);
	learnServiceTime(budgetKey, {}, NOW);
	expect(await serviceOffset(one)).toBe(2 * HOUR);
	for (let account = 0; account < 100; account++) learnServiceTime(`${account}`, at(NOW), NOW);
	expect(await serviceOffset(one)).toBe(0);
});
