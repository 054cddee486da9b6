/** Milliseconds after which a webhook is answered, whether its work is done or not. */
const ANSWER_WITHIN = 20_000;

/** How long a webhook's work takes in a test: no sleep takes any time there. */
export const answerInTime = {
	/** Whether the work takes longer than the sender is kept waiting. */
	isLate: false,
	/** How long the pauses were between looks at jobs whose webhook is answered. */
	pauses: [] as number[],
};

export interface AnswerInTime {
	workflowWithoutSleep(): object;
}

/** Stands in for n8n-workflow. `jest.mock` runs before all imports, so it gets this by `jest.requireActual`. */
export const workflowWithoutSleep = (): object => ({
	...jest.requireActual<object>('n8n-workflow'),
	sleep: async (ms: number) =>
		await new Promise<void>((resolve) => {
			if (ms >= 30_000) answerInTime.pauses.push(ms);
			if (ms !== ANSWER_WITHIN) setImmediate(resolve);
			else if (answerInTime.isLate) resolve();
		}),
});

/** Each test begins with work that is done in time. */
export const useAnswerInTime = (): void => {
	afterEach(() => {
		jest.restoreAllMocks();
		answerInTime.isLate = false;
		answerInTime.pauses.length = 0;
	});
};
