import { randomInt } from 'node:crypto';
import { Argument, Command, Option } from 'commander';
import { installN8n } from '../../harness/installN8n';
import { DEFAULT_N8N_VERSION } from '../../harness/n8nVersions';
import { toCount, toN8nVersion } from '../../harness/options';
import { build, pack } from '../../harness/pack';
import { endEverything, endWithThisProcess, isEnding } from '../../harness/processes';
import { errorLayout, helpLayout } from '../../harness/terminal';
import { baselines } from './baselines';
import { cluster } from './cluster';
import type { SoakOptions, Suite } from './suite';
import { PARTS, trigger } from './trigger';

const SUITES: Record<string, Suite> = { trigger, baselines, cluster };
const NAMES = Object.keys(SUITES);

type Arguments = Omit<SoakOptions, 'install' | 'tarball' | 'seed' | 'parts'> & {
	n8n: string;
	part: string[];
	seed?: number;
};

const readArguments = (): { names: string[]; options: Arguments } => {
	const command = new Command('npm run test:soak --')
		.configureHelp(helpLayout)
		.configureOutput(errorLayout)
		.description('The long forms of tests, on a real n8n: hours on a busy machine.')
		.addArgument(new Argument('[suites...]', 'which; all by default').choices(NAMES))
		.option('--n8n <version>', 'the n8n to run', toN8nVersion, DEFAULT_N8N_VERSION)
		.option('--seed <number>', 'repeats what an earlier run chose at random', toCount)
		.addOption(
			new Option('--part <names...>', "parts of the trigger's suite; all by default")
				.choices(PARTS)
				.default([], 'all'),
		)
		.option('--quick', "a twentieth of the trigger's suite: only to see whether it works", false)
		.option('--redelivered <events>', "events of the cluster's first round", toCount, 2_000)
		.option('--killed <events>', "events of the cluster's second round", toCount, 500)
		.option('--looked <events>', "events of the cluster's round with looks", toCount, 500)
		.option('--polled <polls>', "polls of the cluster's polling trigger", toCount, 30)
		.option('--simultaneous <events>', "events of the cluster's last round", toCount, 200)
		.parse();
	return {
		names: command.args.length > 0 ? command.args : NAMES,
		options: command.opts<Arguments>(),
	};
};

const main = async (): Promise<void> => {
	const { names, options } = readArguments();
	endWithThisProcess(() => {
		console.log('\nEnding n8n and what the suites have started.');
		return undefined;
	});
	const { n8n, part: parts, seed = randomInt(2 ** 31), ...counts } = options;
	const install = await installN8n(n8n);
	await build();
	const tarball = await pack();
	console.log(`n8n ${n8n}, seed ${seed}`);
	for (const name of names) await SUITES[name]?.({ install, tarball, seed, parts, ...counts });
};

void main()
	.catch((error: unknown) => {
		if (!isEnding()) console.error(error instanceof Error ? error.message : error);
		process.exitCode = 1;
	})
	// A part that broke off may leave a sandbox, whose servers would keep this process.
	.finally(async () => {
		await endEverything();
		process.exit();
	});
