import { Argument, Command } from 'commander';
import { DEFAULT_N8N_VERSION } from '../harness/n8nVersions';
import { toFile, toN8nVersion } from '../harness/options';
import { errorLayout, helpLayout } from '../harness/terminal';
import { BENCHMARKS } from './benchmarks';

export const NAMES = Object.keys(BENCHMARKS);

/** Those that can measure an earlier state of the package beside this one. */
const COMPARING = NAMES.filter((name) => BENCHMARKS[name]?.compares);

export interface Options {
	/** The version to run. */
	n8n: string;
	quick?: boolean;
	tarball?: string;
	/** A git revision or the path of a tarball. */
	against?: string;
	/** A folder. */
	out?: string;
}

/**
 * Reads the command line.
 *
 * @param args what follows the name of the program
 * @throws an Error with one sentence where a benchmark cannot do what it is asked for
 */
export const readArguments = (args: readonly string[]): { names: string[]; options: Options } => {
	const command = new Command('npm run bench --')
		.configureHelp(helpLayout)
		.configureOutput(errorLayout)
		.description('Measures this package beside what a user would pick instead.')
		.addArgument(new Argument('[names...]', 'the benchmarks to run; all by default').choices(NAMES))
		.option('--n8n <version>', 'the n8n to run', toN8nVersion, DEFAULT_N8N_VERSION)
		.option(
			'--tarball <file>',
			'measure this packed package; by default the one that is here',
			toFile,
		)
		.option(
			'--against <state>',
			`measure another state of the package in the same run, a git revision or a tarball, and write no page (${COMPARING.join(', ')})`,
		)
		.option('--quick', 'only see whether they work, and write no page')
		.option('--out <folder>', 'write the page and the charts there, and not into docs')
		.parse(args, { from: 'user' });
	const options = command.opts<Options>();
	const asked = command.args;
	if (options.against === undefined) return { names: asked.length > 0 ? asked : NAMES, options };
	const wrong = asked.find((name) => !COMPARING.includes(name));
	if (wrong !== undefined) {
		throw new Error(
			`The benchmark ${wrong} cannot measure another state of the package. Use --against with: ${COMPARING.join(', ')}.`,
		);
	}
	return { names: asked.length > 0 ? asked : COMPARING, options };
};
