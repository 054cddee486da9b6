/** Time for code that reads `Date.now` and sleeps with n8n's `sleep`: pauses pass at once, and move it on. */
export const testClock = { now: 0 };

export interface TestClock {
	workflowOnTestClock(): object;
}

/** Stands in for n8n-workflow. `jest.mock` runs before all imports, so it gets this by `jest.requireActual`. */
export const workflowOnTestClock = (): object => ({
	...jest.requireActual<object>('n8n-workflow'),
	sleep: async (ms: number) => {
		testClock.now += ms;
		await new Promise((resolve) => setImmediate(resolve));
	},
});

/** @param start of each test, in milliseconds since 1970 */
export const useTestClock = (start: number): void => {
	beforeEach(() => {
		testClock.now = start;
		jest.spyOn(Date, 'now').mockImplementation(() => testClock.now);
	});
};
