import { helpItem, terminalWidth, wrapped } from '../harness/terminal';

/** What `npm test` was asked for, beside what is jest's. */
export interface TestOptions {
	/** The version of n8n to run end-to-end tests on. */
	n8n?: string;
	/** Only what needs no installed n8n, without the suites that sit through real minutes. */
	quick: boolean;
	/** How often everything that is selected is run. */
	repeat: number;
	help: boolean;
	/** For jest. */
	rest: string[];
}

const OPTIONS: Array<[term: string, text: string]> = [
	[
		'--quick',
		'only what needs no installed n8n: unit, sandbox and engine tests. A minute or so; leaves out *.slow.test.ts, which take minutes of their own',
	],
	['--n8n <version>', 'the n8n that end-to-end tests run on (see harness/n8n)'],
	['--repeat <times>', 'runs it all so often, and tells how often each test file failed'],
	['--help', 'this'],
];

/** What `npm test -- --help` shows before jest's own help. */
export const testHelp = (width = terminalWidth()): string => {
	const longest = Math.max(...OPTIONS.map(([term]) => term.length));
	return [
		`${wrapped('Usage: npm test -- [options] [files or folders]', width)}\n`,
		...OPTIONS.map(([term, text]) => helpItem(term, longest, text, width)),
		`\n${wrapped('What is none of these is given to jest, whose options follow.', width)}\n`,
	].join('\n');
};

/** @throws an Error with one sentence where it is no number of times */
const times = (text: string): number => {
	const number = Number(text);
	if (!Number.isInteger(number) || number < 1) {
		throw new Error(`--repeat takes a number of times, 1 or more, not '${text}'.`);
	}
	return number;
};

/**
 * Takes the options of `npm test` out of its arguments.
 *
 * @throws an Error with one sentence where a value cannot be used
 */
export const takeTestOptions = (args: readonly string[]): TestOptions => {
	const options: TestOptions = { quick: false, repeat: 1, help: false, rest: [] };
	const left = [...args];
	for (let arg = left.shift(); arg !== undefined; arg = left.shift()) {
		const [, name = arg, glued] = /^(--[a-z0-9]+)=(.*)$/s.exec(arg) ?? [];
		const value = () => glued ?? left.shift() ?? '';
		if (name === '--n8n') options.n8n = value();
		else if (name === '--repeat') options.repeat = times(value());
		else if (arg === '--quick') options.quick = true;
		else if (arg === '--help' || arg === '-h') options.help = true;
		else options.rest.push(arg);
	}
	return options;
};
