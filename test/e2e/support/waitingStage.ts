import { sandboxCredential } from '../../../harness/sandboxCredential';
import type { Execution } from '../../../harness/client';
import type { Sandbox } from '../../../sandbox';
import { startSandbox } from '../../../sandbox';
import { until } from '../../support/until';
import type { ExampleStage } from './exampleStage';
import {
	addRecording,
	RECORDING,
	runExample,
	SEGMENT_SECONDS,
	useExampleStage,
} from './exampleStage';

/** IDs of executions of examples that take a minute or more: they run while the others are tested. */
interface SlowExamples {
	pollingWithoutSlot: string;
	neverCalled: string;
	calledLate: string;
}

export interface WaitingStage extends ExampleStage {
	/** A service that has disabled all webhooks of the account. */
	silent: Sandbox;
	slow: SlowExamples;
	/** The first of the slow ones, looked at while it waited. */
	seenWaiting: Promise<Execution>;
}

const startSilentSandbox = async (): Promise<Sandbox> => {
	const started = await startSandbox({ switches: { disableScope: 'account' } });
	for (let event = 0; event < 3; event++) {
		await started.send({ url: 'http://127.0.0.1:1/', jobId: `job_${event}`, maxAttempts: 1 }).done;
	}
	expect(started.disabledWebhooks()).toEqual(['*']);
	return started;
};

const startSlowExamples = async (stage: WaitingStage): Promise<SlowExamples> => {
	const { n8n, sandbox, silent } = stage;
	const recordingUrl = sandbox.fileUrl(RECORDING);
	const segmentDuration = SEGMENT_SECONDS;
	const minutes = { minutesForTheWebhook: 0.02, minutesForPolling: 3 };
	// Its job takes longer than n8n takes to look at executions whose time is over (once a minute).
	sandbox.nextJobs({ minimumMs: 75_000 });
	const calledLate = await runExample(stage, 'webhook-first-polling-as-fallback', {
		...{ recordingUrl, segmentDuration, ...minutes },
	});
	// The others' jobs come after it.
	await until(() => sandbox.jobs().length > 0);
	const [pollingWithoutSlot, neverCalled] = await Promise.all([
		runExample(stage, 'polling-without-holding-a-slot', { recordingUrl, segmentDuration }),
		runExample(
			{ n8n, credential: await sandboxCredential(n8n, silent) },
			'webhook-first-polling-as-fallback',
			{ segmentDuration, ...minutes, recordingUrl: silent.fileUrl(RECORDING) },
		),
	]);
	return { pollingWithoutSlot, neverCalled, calledLate };
};

/** @returns what is there as soon as the tests run, not before */
export const useWaitingStage = (): WaitingStage => {
	const stage = useExampleStage() as WaitingStage;
	beforeAll(async () => {
		stage.silent = await startSilentSandbox();
		await addRecording({ sandbox: stage.silent }, RECORDING);
		stage.slow = await startSlowExamples(stage);
		stage.seenWaiting = stage.n8n.waitForExecution(stage.slow.pollingWithoutSlot, {
			status: ['waiting'],
		});
		// Its test awaits it. Until then nobody would have taken a failure.
		stage.seenWaiting.catch(() => undefined);
	});
	// It may be missing where the set-up failed.
	afterAll(async () => await stage.silent?.close());
	return stage;
};
