import type { IExecuteFunctions } from 'n8n-workflow';
import { executionSignal } from '../../../../nodes/AudioSpliter/n8n/context';
import { endBeforeTimeout } from '../../../../nodes/AudioSpliter/n8n/timeout';

interface Situation {
	/** Seconds. */
	executionTimeout?: number | string;
	/** Milliseconds since the node was run with the same input; by default it was not. */
	age?: number;
	node?: object;
}

/** For how many milliseconds a run may go on, of which n8n says no more than this. */
const timeLeft = (situation: Situation): number | undefined => {
	const timeouts = jest.spyOn(AbortSignal, 'timeout');
	const { executionTimeout, age, node = {} } = situation;
	const input = {};
	// n8n gives every try a context of its own.
	const run = () =>
		endBeforeTimeout({
			getExecuteData: () => input,
			getNode: () => node,
			getWorkflowSettings: () => ({ executionTimeout }),
			getExecutionCancelSignal: () => new AbortController().signal,
		} as unknown as IExecuteFunctions);
	if (age !== undefined) {
		run();
		jest.spyOn(Date, 'now').mockReturnValue(Date.now() + age);
		timeouts.mockClear();
	}
	const timeout = run();
	const [ms] = timeouts.mock.calls[0] ?? [];
	expect(timeout === undefined).toBe(ms === undefined);
	return ms;
};

beforeEach(() => jest.spyOn(Date, 'now').mockReturnValue(1_000_000_000));
afterEach(() => jest.restoreAllMocks());

const retrying = { retryOnFail: true };

it.each<[string, Situation, number | undefined]>([
	['no time-out', {}, undefined],
	['a time-out that is switched off', { executionTimeout: -1 }, undefined],
	['one that is no number', { executionTimeout: 'x' }, undefined],
	['one of a month', { executionTimeout: 2_600_000 }, undefined],
	['a minute', { executionTimeout: 60 }, 59_000],
	['a second', { executionTimeout: 1 }, 500],
	['a minute, in a try 10 s after the first', { executionTimeout: 60, age: 10_000 }, 49_000],
	['a minute that is over but for the margin', { executionTimeout: 60, age: 59_500 }, 0],
	['a minute, with Retry On Fail', { executionTimeout: 60, node: retrying }, 57_000],
	[
		'a minute, with 5 tries 5 s apart',
		{ executionTimeout: 60, node: { ...retrying, maxTries: 9, waitBetweenTries: 9_000 } },
		39_000,
	],
	[
		'3 seconds, with Retry On Fail, of whose pauses 2 are left out',
		{ executionTimeout: 3, node: retrying },
		500,
	],
	[
		'2 seconds, which the pauses of Retry On Fail take all',
		{ executionTimeout: 2, node: retrying },
		undefined,
	],
])('of %s', (_what, situation, ms) => {
	expect(timeLeft(situation)).toBe(ms);
});

it("ends the run with n8n's own signal, and by itself", async () => {
	jest.restoreAllMocks();
	const stop = new AbortController();
	const contextOf = (executionTimeout: number) =>
		({
			getExecuteData: () => ({}),
			getNode: () => ({}),
			getWorkflowSettings: () => ({ executionTimeout }),
			getExecutionCancelSignal: () => stop.signal,
		}) as unknown as IExecuteFunctions;
	const [short, long] = [contextOf(0.02), contextOf(60)];
	const timeout = endBeforeTimeout(short);
	endBeforeTimeout(long);
	expect(timeout?.isOver()).toBe(false);
	await new Promise((resolve) => executionSignal(short)?.addEventListener('abort', resolve));
	expect(timeout?.isOver()).toBe(true);
	expect(executionSignal(long)?.aborted).toBe(false);
	stop.abort();
	expect(executionSignal(long)?.aborted).toBe(true);
});
