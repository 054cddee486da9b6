import type { INodeExecutionData } from 'n8n-workflow';
import { hintsOf, withHints } from '../../../../nodes/AudioSpliter/output/hints';

const link: INodeExecutionData = { json: { downloadUrl: 'https://cdn.example.com/0.mp3' } };
const file: INodeExecutionData = {
	...link,
	binary: { data: { mimeType: 'audio/mpeg', data: '', id: 'filesystem-v2:1' } },
};
const failed: INodeExecutionData = { json: { id: 'job_1', error: 'The job failed' } };
const large = (id: string): INodeExecutionData => ({ json: { id, segmentCount: 1001 } });
const ofLarge: INodeExecutionData = { json: { jobId: 'job_3', segmentCount: 1001 } };
const withLinks: INodeExecutionData = {
	json: { id: 'job_5', segments: [{ index: 0, downloadUrl: 'https://cdn.example.com/0.mp3' }] },
};
const job: INodeExecutionData = { json: { id: 'job_2', status: 'completed' } };

it.each([
	['jobs', [job, job], []],
	['segments with their files', [file, file], []],
	['nothing', [], []],
	['segments without files', [link, file], [/^The download links end after 24 hours/]],
	[
		'jobs with links',
		[withLinks, job],
		[/nothing was downloaded\. To keep the files, set 'Output'/],
	],
	['failures', [failed, job, failed], [/^2 of 3 items failed/]],
	['as many segments as may be meant', [{ json: { id: 'job_3', segmentCount: 1000 } }], []],
	['a job of many segments', [job, large('job_3')], [/^A job has more than 1,000 segments\./]],
	['jobs of many segments', [large('job_3'), large('job_4')], [/^2 jobs have more than 1,000/]],
	['the segments of one', [ofLarge, ofLarge], [/^A job has more than 1,000 segments\./]],
	['both', [link, failed], [/^1 of 2 items failed/, /^The download links end/]],
])('what is said of %s', (_what, items, messages) => {
	const hints = hintsOf(items);
	expect(hints).toHaveLength(messages.length);
	for (const [index, message] of messages.entries()) {
		expect(hints[index]).toEqual({
			message: expect.stringMatching(message) as string,
			location: 'outputPane',
		});
	}
});

it('leaves the output as it is, and says nothing where there is nothing to say', () => {
	const addExecutionHints = jest.fn();
	const items = [job];
	expect(withHints({ addExecutionHints }, items)).toBe(items);
	expect(addExecutionHints).not.toHaveBeenCalled();
	withHints({ addExecutionHints }, [link]);
	expect(addExecutionHints).toHaveBeenCalledTimes(1);
});
