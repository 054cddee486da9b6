import { deleteOperation } from '../../../../../nodes/AudioSpliter/resources/splitJob/delete';
import { getAll } from '../../../../../nodes/AudioSpliter/resources/splitJob/getAll';
import type { Answer } from '../../api/support';
import { actionContext } from '../support';

const NODE = { id: '1', name: 'AudioSpliter', typeVersion: 1 };

/** The query of the one call that Get Many makes with these parameters. */
const query = async (parameters: Record<string, unknown>, { isTool = false } = {}) => {
	const { ctx, sent } = actionContext(parameters, () => ({ body: [] }));
	const type = isTool ? 'audioSpliterTool' : 'audioSpliter';
	// Null, as n8n gives what an expression or a model left empty.
	const getNodeParameter = (name: string, _item: number, fallback: unknown) =>
		name in parameters ? parameters[name] : fallback;
	Object.assign(ctx, { getNode: () => ({ ...NODE, type }), getNodeParameter });
	const error = await getAll.execute(ctx).then(
		() => undefined,
		(reason: unknown) => reason as Error,
	);
	return { message: error?.message, queries: sent.map(({ qs }) => qs) };
};

it.each([
	[{}, { limit: 50 }],
	[{ filters: {} }, { limit: 50 }],
	[{ filters: { status: 'failed' } }, { limit: 50, status: 'failed' }],
	[{ filters: { status: ' Completed ' } }, { limit: 50, status: 'completed' }],
	[{ limit: '3' }, { limit: 3 }],
	[{ returnAll: ' True ' }, { limit: 100 }],
	[{ returnAll: 'false' }, { limit: 50 }],
])('asks with %j for %j', async (parameters, expected) => {
	expect(await query(parameters)).toEqual({ message: undefined, queries: [expected] });
});

it.each(['done', 'success', '', undefined, null, 7, ['failed']])(
	'refuses the status %j before any call, and names those that there are',
	async (status) => {
		const { message, queries } = await query({ filters: { status } });
		expect(message).toMatch(
			/^'Status' must be 'completed', 'failed', 'processing' or 'queued', not /,
		);
		expect(queries).toEqual([]);
	},
);

it.each([0, -1, '', null, 'many'])('refuses the limit %j before any call', async (limit) => {
	const { message, queries } = await query({ limit });
	expect(message).toMatch(/^'Limit' must be 1 or more, not /);
	expect(queries).toEqual([]);
});

it.each(['', null, undefined])('takes %j from a model for a value left out', async (value) => {
	const parameters = { limit: value, filters: { status: value } };
	expect((await query(parameters, { isTool: true })).queries).toEqual([{ limit: 50 }]);
});

it.each([0, 'many'])('refuses the limit %j from a model, too', async (limit) => {
	expect((await query({ limit }, { isTool: true })).message).toMatch(/^'Limit' must be/);
});

it.each<[string, Answer, object]>([
	['was there', { status: 204 }, { id: 'job_1', deleted: true }],
	[
		'was not',
		{ status: 404, body: { error: { code: 'JOB_NOT_FOUND' } } },
		{ id: 'job_1', deleted: true, existed: false },
	],
])('Delete says whether the job %s', async (_how, answer, json) => {
	const { ctx } = actionContext({ jobId: 'job_1' }, () => answer);
	expect(await deleteOperation.execute(ctx)).toEqual([{ json, pairedItem: { item: 0 } }]);
});
