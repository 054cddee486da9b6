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
	['maxWait', '', "'Max Wait' must be a number from 0 to 10,080, not ''"],
	['maxWait', null, "'Max Wait' must be a number from 0 to 10,080, not 'null'"],
	['maxWait', Infinity, "'Max Wait' must be a number from 0 to 10,080, not Infinity"],
	['maxWait', [1], "'Max Wait' must be a number from 0 to 10,080, not '[1]'"],
	['maxWait', -1, "'Max Wait' must be a number from 0 to 10,080, not -1"],
	// More would be no date in n8n's database.
	['maxWait', 1e12, "'Max Wait' must be a number from 0 to 10,080, not 1000000000000"],
	['pollInterval', 0.5, "'Poll Interval' must be a number from 1 to 86,400, not 0.5"],
	['pollInterval', 86_401, "'Poll Interval' must be a number from 1 to 86,400, not 86401"],
	['maxPollInterval', 'soon', "'Max Poll Interval' must be a number from 1 to 86,400, not 'soon'"],
	['onTimeout', 'Continue', "'On Timeout' must be 'fail' or 'continue', not 'Continue'"],
	['onTimeout', '', "'On Timeout' must be 'fail' or 'continue', not ''"],
	['onTimeout', null, "'On Timeout' must be 'fail' or 'continue', not 'null'"],
])('refuses a %s of %j', (name, value, message) => {
	expect(() => read({ [name]: value })).toThrow(message);
});

it.each([0, 10_080])('takes %i minutes', (maxWait) => {
	expect(read({ maxWait }).maxWait).toBe(maxWait * 60_000);
});
