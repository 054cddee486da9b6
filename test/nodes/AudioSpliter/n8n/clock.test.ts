import { createVirtualClock } from '../../../../bench/virtualClock';
import {
	sleepSlice,
	sleepUntil,
	unlessCancelled,
	WaitCancelledError,
} from '../../../../nodes/AudioSpliter/n8n/clock';

describe('sleepSlice', () => {
	it('sleeps half a second at most', async () => {
		const clock = createVirtualClock(0);
		await clock.run(sleepSlice(clock, 10_000, undefined));
		expect(clock.now()).toBe(500);
		await clock.run(sleepSlice(clock, 700, undefined));
		expect(clock.now()).toBe(700);
		await clock.run(sleepSlice(clock, 0, undefined));
		expect(clock.now()).toBe(700);
	});

	it('ends with an error when the signal is aborted before or meanwhile', async () => {
		const clock = createVirtualClock(0);
		const controller = new AbortController();
		const slice = sleepSlice(clock, 10_000, controller.signal);
		controller.abort();
		await expect(clock.run(slice)).rejects.toThrow(WaitCancelledError);
		await expect(sleepSlice(clock, 10_000, controller.signal)).rejects.toThrow(WaitCancelledError);
	});
});

it('sleeps until a time, unless the signal is aborted meanwhile', async () => {
	const clock = createVirtualClock(0);
	await clock.run(sleepUntil(clock, 1_700, undefined));
	expect(clock.now()).toBe(1_700);
	const controller = new AbortController();
	const sleeping = sleepUntil(clock, 100_000, controller.signal);
	controller.abort();
	await expect(clock.run(sleeping)).rejects.toThrow(WaitCancelledError);
	expect(clock.now()).toBeLessThan(3_000);
});

describe('unlessCancelled', () => {
	it('does not wait for a call that goes on after the abort', async () => {
		const controller = new AbortController();
		const call = unlessCancelled(controller.signal, () => new Promise(() => undefined));
		controller.abort();
		await expect(call).rejects.toThrow(WaitCancelledError);
	});

	it('does not call at all after the abort', async () => {
		const call = jest.fn(async () => 'answer');
		await expect(unlessCancelled(AbortSignal.abort(), call)).rejects.toThrow(WaitCancelledError);
		expect(call).not.toHaveBeenCalled();
	});

	it('passes on what the call brings', async () => {
		const { signal } = new AbortController();
		await expect(unlessCancelled(signal, async () => 'answer')).resolves.toBe('answer');
		await expect(unlessCancelled(signal, () => Promise.reject(new Error('no')))).rejects.toThrow(
			'no',
		);
	});
});
