import { executionCalls } from '../../../harness/client/executions';
import type { Session } from '../../../harness/client/session';

const ids = (from: number, count: number) =>
	Array.from({ length: count }, (_unused, index) => ({ id: String(from - index) }));

/** An n8n that has 230 executions and hands them out as `answer` does. */
const listAll = async (answer: (query: URLSearchParams) => unknown) => {
	const call = async (_method: string, path: string) =>
		await Promise.resolve(answer(new URLSearchParams(path.split('?')[1])));
	const { executions } = executionCalls({ call } as unknown as Session);
	return (await executions('workflow')).map(({ id }) => Number(id));
};

const ALL = ids(230, 230).map(({ id }) => Number(id));

test('a list of several pages is read by the cursor that n8n gives', async () => {
	const seen = await listAll((query) => {
		if (query.has('lastId')) throw new Error('Use cursor to load execution pages.');
		const from = Number(query.get('cursor') ?? 230);
		const results = ids(from, Math.min(100, from));
		return { results, nextCursor: from > 100 ? String(from - 100) : null };
	});
	expect(seen).toEqual(ALL);
});

test('a list of several pages is read by the last ID from an n8n that gives no cursor', async () => {
	const seen = await listAll((query) => {
		const from = Number(query.get('lastId') ?? 231) - 1;
		return { results: ids(from, Math.min(100, from)) };
	});
	expect(seen).toEqual(ALL);
});

test('a full page that n8n calls the last one is the last one', async () => {
	expect(await listAll(() => ({ results: ids(100, 100), nextCursor: null }))).toHaveLength(100);
});
