import { join } from 'node:path';
import { Command, InvalidArgumentError, Option } from 'commander';
import { makeRecording } from './audio/recording';
import { startSandbox } from './index';
import { messageOf } from './world/errors';
import { FAULT_NAMES } from './world/faults';
import { PLAN_NAMES, type PlanName } from './world/plans';
import { SWITCH_NAMES } from './world/switches';

const DEFAULT_PORT = 4010;
/** Long enough to watch a job's progress. */
const MINIMUM_JOB_SECONDS = 4;
/** Above the 25 MB that transcription services take: 28.6 MB. */
const RECORDING = { minutes: 25, kbitPerSecond: 160 };

interface CliOptions {
	port: number;
	plan: PlanName;
	timeScale: number;
	jobSeconds: number;
	apiKey?: string;
	signingSecret?: string;
	fault: string[];
	switch: Array<[string, string]>;
}

const number = (text: string): number => {
	const value = Number(text);
	if (text === '' || !(value >= 0)) throw new InvalidArgumentError('It must be a number.');
	return value;
};

const pair = (text: string, before: Array<[string, string]> = []): Array<[string, string]> => {
	const at = text.indexOf('=');
	if (at < 1) throw new InvalidArgumentError('It must be name=value.');
	return [...before, [text.slice(0, at), text.slice(at + 1)]];
};

const program = new Command('sandbox')
	.description('A local server with the documented interface of AudioSpliter.')
	.option('--port <number>', 'port on 127.0.0.1, 0 for any free one', number, DEFAULT_PORT)
	.addOption(
		new Option('--plan <name>', 'limits of a plan').choices(PLAN_NAMES).default('pro' as PlanName),
	)
	.option('--time-scale <factor>', '60 lets a documented minute pass in a second', number, 1)
	.option('--job-seconds <number>', 'shortest time of a job', number, MINIMUM_JOB_SECONDS)
	.option('--api-key <key>', 'random when left out')
	.option('--signing-secret <secret>', 'random when left out')
	.option(
		'--fault <name>',
		'a fault for every matching request, repeatable',
		(name: string, before: string[]) => [...before, name],
		[],
	)
	.option('--switch <name=value>', 'an undocumented behaviour, repeatable', pair, [])
	.addHelpText(
		'after',
		`\nFaults:   ${FAULT_NAMES.join(', ')}\nSwitches: ${SWITCH_NAMES.join(', ')}`,
	);

async function main(): Promise<void> {
	const options = program.parse().opts<CliOptions>();
	const { port, plan, timeScale, apiKey, signingSecret } = options;
	const processing = { minimumMs: options.jobSeconds * 1000 };
	const sandbox = await startSandbox({ port, plan, timeScale, apiKey, signingSecret, processing });
	const end = (): void => {
		void sandbox.close().then(() => process.exit(0));
	};
	process.once('SIGINT', end);
	process.once('SIGTERM', end);
	try {
		options.fault.forEach((name) => sandbox.fault(name, { count: 'always' }));
		options.switch.forEach(([name, value]) => sandbox.setSwitch(name, value));
		console.log(`Making a recording of ${RECORDING.minutes} minutes.`);
		const recording = join(sandbox.folder, 'recording.mp3');
		await makeRecording(recording, RECORDING);
		sandbox.addFile('recording.mp3', recording);
	} catch (error) {
		await sandbox.close();
		throw error;
	}
	console.log(`Base URL               ${sandbox.baseUrl}`);
	console.log(`API Key                ${sandbox.apiKey}`);
	console.log(`Webhook Signing Secret ${sandbox.signingSecret}`);
	console.log(`Source URL             ${sandbox.fileUrl('recording.mp3')}`);
	console.log(`Transcription          ${sandbox.transcriptionUrl}`);
	console.log(`Controls               ${sandbox.baseUrl.replace('/api/v1', '/__sandbox/state')}`);
	console.log('Ctrl-C ends it.');
}

main().catch((error: unknown) => {
	console.error(messageOf(error));
	process.exitCode = 1;
});
