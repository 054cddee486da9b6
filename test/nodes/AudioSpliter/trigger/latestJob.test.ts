import type { IExecuteFunctions } from 'n8n-workflow';
import { emitLatest } from '../../../../nodes/AudioSpliter/trigger/latestJob';
import { apiContext } from '../api/support';

interface Row {
	id: string;
	status: string;
	completedAt?: string;
	metadata?: object;
}

const row = (id: string, status: string, hour: number, more: object = {}): Row => ({
	...{ id, status, completedAt: `2026-05-02T${String(hour).padStart(2, '0')}:00:00Z`, ...more },
});

/** The polling trigger as somebody tries it in the editor, on an account with some jobs. */
const tried = (rows: Row[], parameters: Record<string, unknown> = {}, gone: string[] = []) => {
	const given: Record<string, unknown> = { events: ['job.completed', 'job.failed'], ...parameters };
	const { ctx, sent } = apiContext(
		({ url, qs = {} }) => {
			const id = /splits\/(.+)$/.exec(url)?.[1];
			if (id === undefined) {
				const data = rows.filter(({ status }) => status === qs.status);
				return { body: { data, pagination: { total: data.length, totalPages: 1 } } };
			}
			if (gone.includes(id)) {
				return { status: 404, body: { error: { code: 'JOB_NOT_FOUND', message: 'Gone' } } };
			}
			return { body: rows.find((one) => one.id === id) };
		},
		{
			getNodeParameter: (name: string, _index: number, fallback: unknown) =>
				given[name] ?? fallback,
			continueOnFail: () => false,
		},
	);
	return { sent, fetch: async () => await emitLatest(ctx as IExecuteFunctions) };
};

const idsOf = async ({ fetch }: ReturnType<typeof tried>) =>
	(await fetch()).map(({ json }) => json.id);

const JOBS = [
	row('early', 'completed', 8),
	row('failed', 'failed', 9),
	row('late', 'completed', 10),
];

it.each<[string, Record<string, unknown>, string]>([
	['of all events', {}, 'late'],
	['of the chosen event', { events: ['job.failed'] }, 'failed'],
	['of the event that an expression gives', { events: 'job.failed' }, 'failed'],
])('shows the latest finished job %s', async (_what, parameters, expected) => {
	expect(await idsOf(tried(JOBS, parameters))).toEqual([expected]);
});

it('shows the latest job that the filters let through', async () => {
	const filters = { metadata: { values: [{ key: 'project', value: 'town-hall' }] } };
	const rows = [
		row('mine', 'completed', 8, { metadata: { project: 'town-hall' } }),
		row('other', 'completed', 9, { metadata: { project: 'podcast' } }),
	];
	expect(await idsOf(tried(rows, { filters }))).toEqual(['mine']);
});

it('goes on to the next where the latest was deleted meanwhile', async () => {
	expect(await idsOf(tried(JOBS, {}, ['late']))).toEqual(['failed']);
});

it.each<[string, Row[]]>([
	['an empty account', []],
	['an account whose jobs go on', [row('open', 'processing', 8, { completedAt: undefined })]],
])('says what to do on %s', async (_what, rows) => {
	await expect(tried(rows).fetch()).rejects.toMatchObject({
		message: 'No finished job was found',
		description: expect.stringContaining('publish the workflow'),
	});
});

it('refuses an event that the service cannot be asked for', async () => {
	const { fetch, sent } = tried(JOBS, { events: ['job.progress'] });
	await expect(fetch()).rejects.toThrow("'Trigger On'");
	expect(sent).toEqual([]);
});
