import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { newTemporaryFolder } from '../../harness/folders';
import type { Sandbox, SandboxOptions } from '../../sandbox';
import { startSandbox } from '../../sandbox';
import { PLANS } from '../../sandbox/world/plans';
import { probe } from '../../sandbox/audio/ffmpeg';
import { makeRecording } from '../../sandbox/audio/recording';

/** The recording that `sandboxWithRecording` puts into its sandbox: 15 seconds, so three segments of five. */
export const RECORDING = 'talk.mp3';

/** Lets only so many jobs run at once from now on: with 0 they stay queued, until called again without a number. */
export const limitJobs = (sandbox: Sandbox, concurrentJobs?: number): void =>
	sandbox.setPlan({
		...PLANS.unlimited,
		...(concurrentJobs !== undefined && { concurrentJobs }),
	});

/** Where two jobs run at once, each for a short while, and more are refused. */
export const TWO_AT_ONCE: SandboxOptions = {
	plan: { ...PLANS.unlimited, concurrentJobs: 2 },
	switches: { overConcurrency: '429' },
	processing: { minimumMs: 300 },
};

const makeShortRecording = async (): Promise<Buffer> => {
	const folder = newTemporaryFolder('recording');
	try {
		const file = join(folder, RECORDING);
		await makeRecording(file, { minutes: 0.25 });
		// Finds ffprobe while jest still lets modules load: it does not once the first of several tests that run at once has ended.
		await probe(file);
		return await readFile(file);
	} finally {
		await rm(folder, { recursive: true, force: true });
	}
};

/** Made once for all sandboxes of a test file. */
let recording: Promise<Buffer> | undefined;

/** Starts a sandbox with a short recording in it. */
export const sandboxWithRecording = async (options: SandboxOptions = {}): Promise<Sandbox> => {
	const sandbox = await startSandbox(options);
	const file = join(sandbox.folder, RECORDING);
	await writeFile(file, await (recording ??= makeShortRecording()));
	sandbox.addFile(RECORDING, file);
	return sandbox;
};

/** @returns what makes a sandbox as it was: plan, faults, switches, rules for jobs and the log of requests */
export const startAnew = (
	sandbox: Sandbox,
	{ plan = 'unlimited' }: SandboxOptions,
): (() => void) => {
	const switches = sandbox.switches();
	return () => {
		for (const [name, value] of Object.entries(switches)) sandbox.setSwitch(name, value);
		sandbox.clearFaults();
		sandbox.clearNextJobs();
		sandbox.setPlan(plan);
		sandbox.clearRequests();
	};
};

/**
 * The requests that n8n made. The sandbox itself fetches the sources of jobs, in its own time: also those of an earlier test that
 * did not wait for them.
 */
export const callsTo = (sandbox: Sandbox) =>
	sandbox.requests().filter(({ origin }) => origin !== 'files');
