import { byId, runAction } from '../support/action';
import { RECORDING } from '../support/sandbox';
import { requestsThatLeakTheKey } from '../support/secrecy';
import { useEngine } from './support/stage';

const SEGMENT_BYTES = 300_001;
const stage = useEngine();

const requestsTo = (origin: string) =>
	stage.sandbox.requests().filter((request) => request.origin === origin);

/** A minute passes before the node gives up what does not come, so the cases run side by side, in one test. */
const download = async (fault: string) => {
	const { id } = stage.sandbox.addSyntheticJob({ segments: 3, segmentBytes: SEGMENT_BYTES });
	const path = id.replace(/^job_/, '/segments/');
	stage.sandbox.fault(fault, { match: { path, segmentIndex: 1 } });
	const { items } = await runAction(
		stage,
		{ resource: 'segment', operation: 'download', jobId: byId(id) },
		{ timeout: 300_000 },
	);
	const whole = Buffer.alloc(SEGMENT_BYTES, 'synthetic audio ');
	const files = await Promise.all(
		items.map(async ({ binary }) => await stage.runner.binary(binary?.data?.id ?? '')),
	);
	expect(files.map((bytes) => bytes.equals(whole))).toEqual([true, true, true]);
};

const create = async () =>
	await runAction(stage, {
		resource: 'splitJob',
		operation: 'create',
		sourceUrl: stage.sandbox.fileUrl(RECORDING),
		segmentDuration: 5,
		waitMode: 'none',
	});

it('begins anew a download on which nothing comes, but not a create: there may be a job', async () => {
	stage.sandbox.fault('create-succeeds-but-times-out');
	const [{ error }] = await Promise.all([
		create(),
		download('download-time-out'),
		download('download-stalls'),
	]);
	const tries = requestsTo('cdn').filter(({ path }) => path.includes('-1.mp3'));
	expect(tries.map(({ fault }) => fault ?? 'whole').sort()).toEqual([
		'download-stalls',
		'download-time-out',
		'whole',
		'whole',
	]);
	expect(requestsThatLeakTheKey(stage)).toEqual([]);

	expect(error?.message).toMatch(/^AudioSpliter did not answer in time/);
	expect(error?.description).toMatch(/^A job may have been created anyway[.:]/);
	const creates = stage.sandbox.requests().filter(({ method }) => method === 'POST');
	expect(creates).toHaveLength(1);
	expect(stage.sandbox.jobs().filter(({ synthetic }) => synthetic !== true)).toHaveLength(1);
}, 300_000);
