import { completed, failed, SEGMENTS, trigger } from './emitSetup';

// The pauses between tries at n8n's database.
jest.mock('n8n-workflow', () => ({
	...jest.requireActual<object>('n8n-workflow'),
	sleep: async () => undefined,
}));

const turns = async (count: number): Promise<void> => {
	for (let turn = 0; turn < count; turn++) await new Promise((resolve) => setImmediate(resolve));
};

const stoppable = () => {
	const controller = new AbortController();
	return { signal: controller.signal, abort: () => controller.abort() };
};

/** A service that never answers. */
const never = async (): Promise<object> => await new Promise(() => undefined);

describe('an execution that n8n stops', () => {
	it('ends at once, whatever it waits for, and leaves no record', async () => {
		const { execute, recorded } = trigger();
		const { signal, abort } = stoppable();
		const running = execute(completed(), { ...SEGMENTS, signal, getCredentials: never });
		let isOver = false;
		running.catch(() => undefined).finally(() => (isOver = true));
		await turns(5);
		expect(isOver).toBe(false);
		abort();
		// No turn of the event loop: n8n stores the execution in the next.
		for (let microtask = 0; microtask < 20; microtask++) await Promise.resolve();
		expect(isOver).toBe(true);
		await expect(running).rejects.toThrow('cancelled');
		expect(recorded.size).toBe(0);
	});

	it('ends at once where it waits for another at the same event, and leaves that alone', async () => {
		const { execute } = trigger();
		let answer: (credential: object) => void = () => undefined;
		const slow = async (): Promise<object> => await new Promise((resolve) => (answer = resolve));
		const first = execute(completed(), { ...SEGMENTS, getCredentials: slow });
		await turns(2);
		const { signal, abort } = stoppable();
		const second = execute(completed(), { ...SEGMENTS, signal });
		await turns(2);
		abort();
		await expect(second).rejects.toThrow('cancelled');
		answer({ baseUrl: 'no address' });
		await expect(first).rejects.toThrow('base URL is not a web address');
	});

	it('takes its record back where it is stopped in the middle of it, so that a redelivery is emitted', async () => {
		const { execute, recorded } = trigger();
		const { signal, abort } = stoppable();
		const running = execute(failed(), { signal, afterwards: abort });
		await expect(running).rejects.toThrow('cancelled');
		await turns(3);
		expect(recorded.size).toBe(0);
		expect(await execute(failed('job_1', 'd2'))).toHaveLength(1);
	});

	it('takes no record back that was there before', async () => {
		const { execute, recorded } = trigger();
		expect(await execute(failed())).toHaveLength(1);
		const { signal, abort } = stoppable();
		const before = new Set(recorded);
		await expect(execute(failed(), { signal, mode: 'retry', afterwards: abort })).rejects.toThrow(
			'cancelled',
		);
		await turns(3);
		expect(recorded).toEqual(before);
	});
});

describe("the workflow's time-out", () => {
	it('is met with an error before it, and nothing is recorded', async () => {
		const { execute, recorded } = trigger();
		const settings = { ...SEGMENTS, executionTimeout: 0.2, getCredentials: never };
		await expect(execute(completed(), settings)).rejects.toMatchObject({
			message: "The event could not be emitted within the workflow's time-out of 0.2 seconds",
			description: expect.stringContaining('Retry this execution') as string,
		});
		expect(recorded.size).toBe(0);
	});

	it('is an item under Continue On Fail', async () => {
		const { execute, recorded } = trigger();
		const settings = { ...SEGMENTS, executionTimeout: 0.2, getCredentials: never };
		const items = await execute(completed(), { ...settings, onError: 'continueRegularOutput' });
		expect(items).toMatchObject([
			{ json: { id: 'job_1', error: expect.stringContaining('time-out') as string } },
		]);
		expect(recorded.size).toBe(0);
	});

	it.each([[-1], [0], [undefined], [3_000_000]])(
		'is none where the setting is %j',
		async (executionTimeout) => {
			const { execute } = trigger();
			expect(await execute(failed(), { executionTimeout })).toHaveLength(1);
		},
	);
});
