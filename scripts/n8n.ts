import { appendFileSync } from 'node:fs';
import { Command } from 'commander';
import { installN8n } from '../harness/installN8n';
import { wantedN8nVersion } from '../harness/n8nVersions';
import { askForVersions, installNewest } from '../harness/newestN8n';
import { toN8nVersion } from '../harness/options';
import { endEverything, endWithThisProcess, isEnding } from '../harness/processes';
import { errorLayout, helpLayout } from '../harness/terminal';
import type { Tell } from './progress';
import { runSteps } from './progress';

interface Arguments {
	n8n: string;
	newest?: boolean;
	output?: string;
}

const readArguments = (): Arguments =>
	new Command('node scripts/run.mjs n8n')
		.configureHelp(helpLayout)
		.configureOutput(errorLayout)
		.description('Installs n8n where it is missing, so that what runs on it later finds it.')
		.option('--n8n <version>', 'the n8n to install', toN8nVersion, wantedN8nVersion())
		.option('--newest', 'the newest that can be installed, instead of a version')
		.option('--output <file>', 'with --newest: adds the lines "version=" and "skipped=" to a file')
		.parse()
		.opts<Arguments>();

/** Installs the newest, and tells which newer ones cannot be installed. */
const findNewest = async (tell: Tell, output?: string): Promise<string> => {
	const { version, skipped } = await installNewest(await askForVersions(), async (candidate) => {
		await installN8n(candidate, { onProgress: (text) => tell(`${candidate}: ${text}`) });
	});
	for (const { reason } of skipped) console.log(reason);
	const names = skipped.map((one) => one.version).join(', ');
	if (output) appendFileSync(output, `version=${version}\nskipped=${names}\n`);
	return version;
};

const main = async (): Promise<void> => {
	const { n8n: version, newest, output } = readArguments();
	endWithThisProcess(() => {
		console.log('\nEnding the installation of n8n.');
		return undefined;
	});
	try {
		await runSteps([
			newest
				? { title: 'The newest n8n', run: async (tell) => await findNewest(tell, output) }
				: {
						title: `n8n ${version}`,
						run: async (tell) => {
							await installN8n(version, { onProgress: tell });
						},
					},
		]);
	} catch (error) {
		if (isEnding()) return;
		console.error(error instanceof Error ? error.message : error);
		process.exitCode = 1;
	}
	if (!isEnding()) await endEverything();
};

void main();
