import { Command } from 'commander';
import { OWNER } from '../harness/client';
import { DEFAULT_N8N_VERSION } from '../harness/n8nVersions';
import { toN8nVersion, toPort } from '../harness/options';
import { endEverything, endWithThisProcess, isEnding, temporaryFolder } from '../harness/processes';
import { errorLayout, helpLayout, labelled, wrapped } from '../harness/terminal';
import { check } from './demo/checks';
import { eventTable } from './demo/events';
import type { Played } from './demo/play';
import { play } from './demo/play';
import { segmentTable } from './demo/segments';
import { RECORDING, SEGMENT_SECONDS } from './demo/stage';

interface Arguments {
	exit?: boolean;
	n8n: string;
	port?: number;
}

const readArguments = (): Arguments =>
	new Command('npm run demo --')
		.configureHelp(helpLayout)
		.configureOutput(errorLayout)
		.description('Runs the nodes in a real n8n against the sandbox, and shows what came out.')
		.option('--exit', 'end when it is done, with exit code 0 only if everything held')
		.option('--n8n <version>', 'the n8n to run', toN8nVersion, DEFAULT_N8N_VERSION)
		.option('--port <port>', "n8n's port; a free one by default", toPort(1))
		.parse()
		.opts<Arguments>();

/** What Ctrl-C ends. */
const started: string[] = [];
/** Has everything been shown, so that Ctrl-C is the ordinary end? */
let finished = false;

const listOf = (names: string[]): string => names.join(' and ');

/** Shows what came out. @returns how many of the checks did not hold */
const report = ({ outcome }: Played): number => {
	const heading = 'The segments, read with ffprobe from the files that n8n downloaded:';
	console.log(`\n${wrapped(heading)}\n${segmentTable(outcome.segments)}`);
	console.log(`\nWhat the trigger emitted:\n${eventTable(outcome.events)}`);
	console.log('\nThe same delivery, sent twice more:');
	for (const { status, answer } of outcome.redeliveries)
		console.log(`  ${status ?? 'no answer'} ${answer}`);

	const checks = check({ ...outcome, segmentSeconds: SEGMENT_SECONDS });
	console.log('');
	for (const { claim, held } of checks) console.log(wrapped(`${held ? '✔' : '✖'} ${claim}`));
	const failed = checks.filter(({ held }) => !held).length;
	console.log(failed === 0 ? '\nAll of it held.' : `\n${failed} of ${checks.length} did not hold.`);
	return failed;
};

/** Says how to go on by hand. */
const invite = ({ n8n, sandbox, workflows }: Played): void => {
	const login = labelled([
		...[workflows.create, workflows.trigger].map(
			({ name, id }) => [name, `${n8n.url}/workflow/${id}`] as const,
		),
		['E-mail', OWNER.email],
		['Password', OWNER.password],
	]);
	const credential = labelled([
		['API Key', sandbox.apiKey],
		['Webhook Signing Secret', sandbox.signingSecret],
		['Base URL', sandbox.baseUrl],
		['Source URL', sandbox.fileUrl(RECORDING)],
	]);
	console.log(`
${wrapped('n8n stays open. Open a workflow in a browser, and log in:')}
${login}

For a credential of your own, and a node of your own:
${credential}

Ctrl-C ends ${listOf(started)}.`);
};

const demo = async ({ exit, n8n: version, port }: Arguments): Promise<number> => {
	const played = await play({
		...{ version, port, folder: temporaryFolder('demo') },
		onStart: (name) => started.push(name),
	});
	const failed = report(played);
	if (exit) return failed === 0 ? 0 : 1;

	invite(played);
	finished = failed === 0;
	await played.n8n.ended();
	throw new Error(
		`n8n ended by itself. It said last:\n${played.n8n.logTail().split('\n').slice(-5).join('\n')}`,
	);
};

const main = async (): Promise<void> => {
	const args = readArguments();
	endWithThisProcess(() => {
		console.log(`\nEnding ${started.length > 0 ? listOf(started) : 'the demo'}.`);
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
