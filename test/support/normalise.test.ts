import { normalise } from './normalise';

it('gives the same for two runs that differ in what is new with each', () => {
	const run = (job: string, port: number, time: string) => ({
		error: `The job was not found [job ${job}]`,
		items: [job, 'job_ffffffffffff', job].map((id) => ({
			id,
			createdAt: time,
			downloadUrl: `http://127.0.0.1:${port}/segments/${job.slice(4)}-0.mp3?token=${time}&x=1`,
		})),
	});
	const one = run('job_0123456789ab', 4000, '2026-05-02T08:00:00Z');
	const other = run('job_ba9876543210', 5000, '2026-06-02T08:00:00.123Z');
	expect(normalise(one)).toEqual(normalise(other));
	expect(normalise(one).items.map(({ id }) => id)).toEqual(['<job 0>', '<job 1>', '<job 0>']);
});

it('keeps what is another result', () => {
	const one = { id: 'job_0123456789ab', status: 'completed' };
	expect(normalise(one)).not.toEqual(normalise({ ...one, status: 'failed' }));
	expect(normalise(['job_0123456789ab', 'job_0123456789ab'])).not.toEqual(
		normalise(['job_0123456789ab', 'job_0123456789ac']),
	);
	expect(normalise(undefined)).toBeNull();
});
