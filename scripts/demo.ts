import { Command, InvalidArgumentError } from 'commander';
import { OWNER } from '../harness/client';
import { DEFAULT_N8N_VERSION } from '../harness/n8nVersions';
import { endEverything, endWithThisProcess, isEnding, temporaryFolder } from '../harness/processes';
import { check } from './demo/checks';
import { eventTable } from './demo/events';
import { play } from './demo/play';
import { segmentTable } from './demo/segments';
import { SEGMENT_SECONDS } from './demo/stage';

interface Arguments {
	exit?: boolean;
	n8n: string;
	port?: number;
}

const toPort = (text: string): number => {
	const port = Number(text);
	if (Number.isInteger(port) && port > 0 && port < 65_536) return port;
	throw new InvalidArgumentError('A port is a whole number from 1 to 65535.');
};

const readArguments = (): Arguments =>
	new Command('npm run demo --')
		.description('Runs both nodes in a real n8n against the sandbox, and shows what came out.')
		.option('--exit', 'end when it is done, with exit code 0 only if everything held')
		.option('--n8n <version>', 'the n8n to run', DEFAULT_N8N_VERSION)
		.option('--port <port>', "n8n's port; a free one by default", toPort)
		.parse()
		.opts<Arguments>();

const demo = async ({ exit, n8n: version, port }: Arguments): Promise<number> => {
	const { n8n, sandbox, outcome } = await play({ version, port, folder: temporaryFolder('demo') });

	console.log(
		`\nThe segments, read with ffprobe from the files that n8n downloaded:\n${segmentTable(outcome.segments)}`,
	);
	console.log(`\nWhat the trigger emitted:\n${eventTable(outcome.events)}`);
	console.log('\nThe same delivery, sent twice more:');
	for (const { status, answer } of outcome.redeliveries)
		console.log(`  ${status ?? 'no answer'} ${answer}`);

	const checks = check({ ...outcome, segmentSeconds: SEGMENT_SECONDS });
	console.log('');
	for (const { claim, held } of checks) console.log(`${held ? '✔' : '✖'} ${claim}`);
	const failed = checks.filter(({ held }) => !held).length;
	console.log(failed === 0 ? '\nAll of it held.' : `\n${failed} of ${checks.length} did not hold.`);
	if (exit) return failed === 0 ? 0 : 1;

	console.log(`
n8n stays open:   ${n8n.url}
  e-mail          ${OWNER.email}
  password        ${OWNER.password}
AudioSpliter:     ${sandbox.baseUrl}
Ctrl-C ends both.`);
	finished = failed === 0;
	await n8n.ended();
	throw new Error(
		`n8n ended by itself. It said last:\n${n8n.logTail().split('\n').slice(-5).join('\n')}`,
	);
};

/** Has everything been shown, so that Ctrl-C is the ordinary end? */
let finished = false;

const main = async (): Promise<void> => {
	const args = readArguments();
	endWithThisProcess(() => {
		console.log('\nEnding n8n and the sandbox.');
		return finished ? 0 : undefined;
	});
	let code = 1;
	try {
		code = await demo(args);
	} catch (error) {
		if (isEnding()) return;
		console.error(`\n${error instanceof Error ? error.message : String(error)}`);
	}
	await endEverything();
	process.exit(code);
};

void main();
