import { download } from '../../../../../nodes/AudioSpliter/resources/segment/download';
import { getAll } from '../../../../../nodes/AudioSpliter/resources/segment/getAll';
import type { Answer } from '../../api/support';
import { actionContext } from '../support';

const segments = [0, 1, 2].map((index) => ({
	index,
	duration: 300,
	downloadUrl: `https://cdn.example.com/${index}.mp3`,
}));
const completed: Answer = { body: { id: 'job_1', status: 'completed', segments } };
const unknown: Answer = {
	status: 404,
	body: { error: { code: 'JOB_NOT_FOUND', message: 'None' } },
};

/** Segments > Get Many with so many items of one job. */
const list = async (items: number, answer: () => Answer, jobId: unknown = 'job_1') => {
	const all = Array.from({ length: items }, () => ({}));
	const { ctx, sent } = actionContext({ jobId }, answer, { items: all, goesOn: true });
	return { output: await getAll.execute(ctx), calls: sent.length };
};

it('asks for a job once a run, however many items are about it', async () => {
	const { output, calls } = await list(20, () => completed);
	expect(output).toHaveLength(60);
	expect(output.at(-1)).toMatchObject({ json: { index: 2 }, pairedItem: { item: 19 } });
	expect(calls).toBe(1);
});

it.each<[string, Answer, RegExp]>([
	['is not known', unknown, /^The job was not found/],
	['is not finished', { body: { id: 'job_1', status: 'queued' } }, /has no segments yet/],
	['has failed', { body: { id: 'job_1', status: 'failed' } }, /^The job failed/],
	['has lost its files', { body: { id: 'job_1', status: 'completed' } }, /has deleted the files/],
])(
	'asks once for a job that %s, and gives each item an error of its own',
	async (_how, answer, message) => {
		const { output, calls } = await list(3, () => answer);
		expect(output.map(({ json, pairedItem }) => [json.error, pairedItem])).toEqual(
			[0, 1, 2].map((item) => [expect.stringMatching(message), { item }]),
		);
		expect(calls).toBe(1);
	},
);

it('asks again where no answer of the API came', async () => {
	const answers: Answer[] = [{ status: 403, body: '<html>Blocked</html>' }];
	const { output, calls } = await list(3, () => answers.shift() ?? completed);
	expect(output[0]?.json.error).toMatch(/^Something between n8n and AudioSpliter/);
	expect(output).toHaveLength(7);
	expect(calls).toBe(2);
});

it.each(['first', '4-2', '', '1,,2'])('tells of the selection %j before any call', async (text) => {
	const { ctx, sent } = actionContext({ jobId: 'job_1', segments: text }, () => completed);
	await expect(download.execute(ctx)).rejects.toThrow(/^'Segments' cannot be used: /);
	expect(sent).toEqual([]);
});

it('takes values that are no text for what they are: nothing known', async () => {
	const body = {
		...{ id: 'job_1', status: 'completed', sourceFileName: 7, createdAt: 1_777_709_400 },
		...{ outputFormat: {}, segments: [{ index: 0, downloadUrl: 5, expiresAt: 3, duration: 'x' }] },
	};
	const { output } = await list(1, () => ({ body }));
	expect(output).toMatchObject([{ json: { jobId: 'job_1', index: 0 } }]);
	expect(output[0]?.json).not.toHaveProperty('downloadUrl');
});
