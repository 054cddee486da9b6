import { setSafeRegexEngine } from 'n8n-workflow';

/**
 * n8n ends a regular expression after 250 ms by the wall clock (n8n-workflow: `safe-regex.js`), which on a busy machine may end
 * any of them, such as the one that checks a job's ID.
 */
export const useUnlimitedRegex = (): void =>
	setSafeRegexEngine({
		exec: (pattern, input, flags) => new RegExp(pattern, flags).exec(input),
		test: (pattern, input, flags) => new RegExp(pattern, flags).test(input),
		replace: (pattern, input, flags, replacement) =>
			input.replace(new RegExp(pattern, flags), replacement),
		matchAll: (pattern, input, flags) => [
			...input.matchAll(new RegExp(pattern, `${flags ?? ''}g`)),
		],
		split: (pattern, input, flags) => input.split(new RegExp(pattern, flags)),
	});
