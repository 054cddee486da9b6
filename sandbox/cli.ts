import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { assertPortIsFree } from '../harness/ports';
import { labelled } from '../harness/terminal';
import { makeRecording } from './audio/recording';
import { sandboxCommand, type CliOptions } from './cli/options';
import { podcastFeed } from './http/podcast';
import { startSandbox, type Sandbox } from './index';
import { messageOf } from './world/errors';

/** Above what transcription services take: 28.6 MB, 1,500 s. */
const RECORDING = { minutes: 25, kbitPerSecond: 160 };
/** What an end by Ctrl-C is for a shell. */
const INTERRUPTED = 130;

/** Puts the recording there, and a feed whose episode it is. */
async function addFiles(sandbox: Sandbox): Promise<void> {
	const recording = join(sandbox.folder, 'recording.mp3');
	await makeRecording(recording, RECORDING);
	sandbox.addFile('recording.mp3', recording);
	const feed = join(sandbox.folder, 'podcast.xml');
	const url = sandbox.fileUrl('recording.mp3');
	writeFileSync(feed, podcastFeed([{ title: 'The recording', url, published: new Date() }]));
	sandbox.addFile('podcast.xml', feed);
}

async function main(): Promise<void> {
	const options = sandboxCommand().parse().opts<CliOptions>();
	const { port, plan, timeScale, apiKey, signingSecret, jobSeconds, switch: switches } = options;
	const processing = { minimumMs: jobSeconds * 1000 };
	if (port !== 0) await assertPortIsFree(port);
	const sandbox = await startSandbox({
		...{ port, plan, timeScale, apiKey, signingSecret, processing, switches },
	});
	let isReady = false;
	for (const signal of ['SIGINT', 'SIGTERM'] as const) {
		process.once(signal, () => {
			console.log('\nEnding the sandbox.');
			void sandbox.close().then(() => process.exit(isReady ? 0 : INTERRUPTED));
		});
	}
	try {
		options.fault.forEach((name) => sandbox.fault(name, { count: 'always' }));
		console.log(`Making a recording of ${RECORDING.minutes} minutes.`);
		await addFiles(sandbox);
	} catch (error) {
		await sandbox.close();
		throw error;
	}
	isReady = true;
	const address = labelled([
		['API Key', sandbox.apiKey],
		['Webhook Signing Secret', sandbox.signingSecret],
		['Base URL', sandbox.baseUrl],
		['Source URL', sandbox.fileUrl('recording.mp3')],
		['Podcast', sandbox.fileUrl('podcast.xml')],
		['Transcription', sandbox.transcriptionUrl],
		['Controls', sandbox.baseUrl.replace('/api/v1', '/__sandbox/state')],
	]);
	console.log(`${address}\nCtrl-C ends the sandbox.`);
}

main().catch((error: unknown) => {
	console.error(messageOf(error));
	process.exitCode = 1;
});
