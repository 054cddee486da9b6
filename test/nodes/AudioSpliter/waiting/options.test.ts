import { readWaitOptions } from '../../../../nodes/AudioSpliter/waiting/options';
import { actionContext } from '../resources/support';

const read = (waitOptions: object) => readWaitOptions(actionContext({ waitOptions }).ctx);

it('counts in milliseconds, and knows the defaults', () => {
	expect(read({})).toEqual({
		...{ maxWait: 30 * 60_000, pollInterval: 5_000, maxPollInterval: 30_000 },
		onTimeout: 'fail',
	});
	expect(read({ maxWait: '0.5', pollInterval: 40, onTimeout: 'continue' })).toEqual({
		...{ maxWait: 30_000, pollInterval: 40_000, maxPollInterval: 40_000 },
		onTimeout: 'continue',
	});
});

it.each([
	['maxWait', '', "'Max Wait' must be a number from 0 up"],
	['maxWait', Infinity, "'Max Wait' must be a number from 0 up"],
	['maxWait', [1], "'Max Wait' must be a number from 0 up"],
	['pollInterval', 0.5, "'Poll Interval' must be a number from 1 up"],
	['maxPollInterval', 'soon', "'Max Poll Interval' must be a number from 1 up"],
])('does not take %s for a number where it is %p', (name, value, message) => {
	expect(() => read({ [name]: value })).toThrow(message);
});
