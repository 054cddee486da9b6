import { installN8n } from '../harness/installN8n';
import { wantedN8nVersion } from '../harness/n8nVersions';
import { endEverything, endWithThisProcess, isEnding } from '../harness/processes';
import { takeTestOptions } from './arguments';
import { runSteps } from './progress';

/** Installs n8n where it is missing, so that what runs on it later finds it. */
const main = async (): Promise<void> => {
	endWithThisProcess();
	const { n8n: version = wantedN8nVersion() } = takeTestOptions(process.argv.slice(2));
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
