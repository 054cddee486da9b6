import { randomUUID } from 'node:crypto';
import { away, completed, failed, trigger } from './emitSetup';

// The pauses between tries at n8n's database.
jest.mock('n8n-workflow', () => ({
	...jest.requireActual<object>('n8n-workflow'),
	sleep: async () => undefined,
}));

describe('the execution that a delivery starts', () => {
	it('emits the job with its event, once', async () => {
		const { execute } = trigger();
		expect(await execute(failed())).toEqual([
			{
				json: {
					id: 'job_1',
					status: 'failed',
					error: { code: 'CORRUPT_FILE', message: 'The file is damaged' },
					event: 'job.failed',
					deliveryId: 'd1',
					timestamp: '2026-05-02T08:00:41Z',
				},
				pairedItem: { item: 0 },
			},
		]);
		expect(await execute(failed('job_1', 'd2'))).toEqual([]);
		expect(await execute(failed('job_2', 'd1'))).toEqual([]);
	});

	it('emits every time while the workflow is tested, and records nothing', async () => {
		const { execute, recorded } = trigger();
		expect(await execute(failed(), { mode: 'manual' })).toHaveLength(1);
		expect(await execute(failed(), { mode: 'manual' })).toHaveLength(1);
		expect(recorded.size).toBe(0);
		expect(await execute(failed())).toHaveLength(1);
	});

	it('emits when its user retries it, also what is known, and a redelivery after that is known', async () => {
		const { execute } = trigger();
		expect(await execute(failed(), { mode: 'retry' })).toHaveLength(1);
		expect(await execute(failed(), { mode: 'retry' })).toHaveLength(1);
		expect(await execute(failed())).toEqual([]);
	});

	it('fails visibly while the database is away, and the next delivery is emitted', async () => {
		const { execute } = trigger();
		await expect(execute(failed(), { fault: away })).rejects.toMatchObject({
			message: "The event could not be recorded in n8n's database",
			description: expect.stringContaining('Retry this execution'),
		});
		expect(await execute(failed('job_1', 'd2'))).toHaveLength(1);
	});

	it('does not drop a redelivery silently where a record was left by an attempt that failed', async () => {
		const { execute } = trigger();
		// The first call commits, and all that the node hears is that the database is away.
		await expect(execute(failed(), { afterwards: away })).rejects.toThrow('could not be recorded');
		await expect(execute(failed('job_1', 'd2'))).rejects.toThrow('emitted before is unknown');
		// It was told of once.
		expect(await execute(failed('job_1', 'd3'))).toEqual([]);
		expect(await execute(failed(), { mode: 'retry' })).toHaveLength(1);
	});

	it('repeats no event of another process by Retry On Fail, after a call whose answer was lost', async () => {
		const elsewhere = (deliveryId: string) => ({
			...failed('job_1', deliveryId),
			receivedBy: 'another process',
		});
		const { execute: executeThere, recorded } = trigger();
		expect(await executeThere(elsewhere('d1'), { executionId: '1' })).toHaveLength(1);
		const { execute } = trigger(recorded);
		let calls = 0;
		const once = () => {
			calls += 1;
			if (calls === 1) away();
		};
		const again = async () =>
			await execute(elsewhere('d2'), { executionId: '2', afterwards: once });
		await expect(again()).rejects.toThrow('emitted before is unknown');
		await expect(again()).rejects.toThrow('emitted before is unknown');
	});

	it('emits again when n8n runs the node again in the same execution, as Retry On Fail does', async () => {
		const { execute } = trigger();
		const [first] = await execute(failed(), { executionId: '7' });
		expect(await execute(failed(), { executionId: '7' })).toEqual([first]);
		expect(await execute(failed('job_1', 'd2'), { executionId: '8' })).toEqual([]);
	});

	it('does not take the record of its own failed attempt for a duplicate', async () => {
		const { execute } = trigger();
		const own = { executionId: '7' };
		await expect(execute(failed(), { ...own, afterwards: away })).rejects.toThrow(
			'could not be recorded',
		);
		await expect(execute(failed(), own)).rejects.toThrow(
			'whether it was emitted before is unknown',
		);
		expect(await execute(failed(), { ...own, mode: 'retry' })).toHaveLength(1);
	});

	it('gives an item with the error instead, under Continue On Fail', async () => {
		const { execute } = trigger();
		const items = await execute(failed(), { fault: away, onError: 'continueRegularOutput' });
		expect(items).toEqual([
			{
				json: {
					id: 'job_1',
					...{ event: 'job.failed', deliveryId: 'd1', timestamp: '2026-05-02T08:00:41Z' },
					error: "The event could not be recorded in n8n's database",
					description: expect.stringMatching(/^It was not emitted\./) as string,
				},
				pairedItem: { item: 0 },
			},
		]);
	});

	it('goes on when the database fails once', async () => {
		const { execute } = trigger();
		let calls = 0;
		const fault = () => {
			calls += 1;
			if (calls === 1) away();
		};
		expect(await execute(failed(), { fault })).toHaveLength(1);
		expect(await execute(failed())).toEqual([]);
	});

	it('records nothing when it is cancelled before its end', async () => {
		const { execute, recorded } = trigger();
		let looks = 0;
		const cancelled = () => {
			looks += 1;
			return looks > 1;
		};
		await expect(execute(failed(), { cancelled })).rejects.toThrow('cancelled');
		expect(recorded.size).toBe(0);
		expect(await execute(failed())).toHaveLength(1);
	});

	it('hands items on as they are when no delivery made them', async () => {
		const { execute } = trigger();
		expect(await execute({ hello: 'world' })).toEqual([{ json: { hello: 'world' } }]);
	});

	it('takes two triggers of a workflow for two', async () => {
		expect(await trigger().execute(failed())).toHaveLength(1);
		expect(await trigger().execute(failed())).toHaveLength(1);
	});

	it('is no duplicate of itself when another process runs it', async () => {
		const { execute, recorded } = trigger();
		const elsewhere = { ...failed(), receivedBy: randomUUID() };
		expect(await execute(elsewhere)).toHaveLength(1);
		expect([...recorded].some((key) => key.startsWith('owner:'))).toBe(true);
		expect(await execute({ ...failed('job_1', 'd2'), receivedBy: randomUUID() })).toEqual([]);
	});
});

describe('Trigger On with an event that does not exist', () => {
	it('is an error that names those that do, and the event is not recorded', async () => {
		const { execute, recorded } = trigger();
		await expect(execute(failed(), { events: ['job.failed', 'job.done'] })).rejects.toThrow(
			"'Trigger On' must be 'job.completed', 'job.failed' or 'job.progress', not 'job.done'",
		);
		expect(recorded.size).toBe(0);
	});

	it('is none where an expression gives a single event', async () => {
		expect(await trigger().execute(failed(), { events: 'job.failed' })).toHaveLength(1);
	});
});

it('an output that does not exist is an error that names those that do, and nothing is recorded', async () => {
	const { execute, recorded } = trigger();
	await expect(execute(completed(), { parameters: { output: 'segment' } })).rejects.toThrow(
		"'Output' must be 'job' or 'segments', not 'segment'",
	);
	expect(recorded.size).toBe(0);
});
