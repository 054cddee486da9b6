import { Command } from 'commander';
import { installN8n } from '../harness/installN8n';
import { wantedN8nVersion } from '../harness/n8nVersions';
import { toN8nVersion } from '../harness/options';
import { endEverything, endWithThisProcess, isEnding } from '../harness/processes';
import { runSteps } from './progress';

const readVersion = (): string =>
	new Command('node scripts/run.mjs n8n')
		.description('Installs n8n where it is missing, so that what runs on it later finds it.')
		.option('--n8n <version>', 'the n8n to install', toN8nVersion, wantedN8nVersion())
		.parse()
		.opts<{ n8n: string }>().n8n;

const main = async (): Promise<void> => {
	const version = readVersion();
	endWithThisProcess(() => {
		console.log(`\nEnding the installation of n8n ${version}.`);
		return undefined;
	});
	try {
		await runSteps([
			{
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
